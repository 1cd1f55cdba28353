import Git
import Platform

/// What an index says beyond the files themselves: which of them git is told not to look at (their changes appear in no `git status` and in
/// no `git add`), and which ignore rules hold.
///
/// Read from the file itself (gitformat-index(5), versions 2 to 4), because `git ls-files -v` would be a process and a listing of all files
/// for what hardly ever is there. Entries that a split index keeps elsewhere are not seen.
struct IndexFlags: Sendable, Equatable {
  /// `git update-index --assume-unchanged`
  private(set) var assumedUnchanged: [TreePath] = []
  /// `git update-index --skip-worktree`, and everything outside a sparse checkout
  private(set) var skipped: [TreePath] = []
  /// The `.gitignore` files, each path with the id of its content; nil where the index could not be read.
  private(set) var ignoreRules: [TreePath: [UInt8]]?

  init(_ index: FilePath, _ format: ObjectFormat) {
    guard let file = IndexFile(index, format) else { return }
    var rules: [TreePath: [UInt8]] = [:]
    let ignoreFile = Array(".gitignore".utf8)
    file.forEach { name, isAssumedUnchanged, isSkipped, id in
      if name.last == ignoreFile.last, name.suffix(10).elementsEqual(ignoreFile) { rules[TreePath(bytes: name)] = Array(id) }
      if isAssumedUnchanged { assumedUnchanged.append(TreePath(bytes: name)) }
      if isSkipped { skipped.append(TreePath(bytes: name)) }
    }
    if file.isWhole { ignoreRules = rules }
  }
}
