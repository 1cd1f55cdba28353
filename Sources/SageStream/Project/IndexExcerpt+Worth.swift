import Git
import Platform

extension IndexExcerpt {
  /// Whether making an excerpt costs less than showing git everything: its few files are made and removed in the time in which git reads and
  /// writes some three thousand entries (`Benchmarks/README.md`).
  static func isWorthwhile(of index: IndexFile) -> Bool { index.count >= Failpoint.excerptLimit ?? 3_000 }

  /// The excerpt of an index, where it is worthwhile and possible.
  ///
  /// - Parameter gitFolder: the worktree's own. Where it has sparse rules, git applies them to all that it is shown, and marks what they leave
  ///   out: that has to be the whole index.
  static func worthwhile(of index: IndexFile?, _ changes: [TreeChange], in gitFolder: FilePath) -> IndexExcerpt? {
    guard let index, isWorthwhile(of: index),
      (try? FileStatus.of(gitFolder.appending("info/sparse-checkout"))) == .some(nil)
    else { return nil }
    return IndexExcerpt(of: index, changes: changes)
  }
}
