import Git

extension IndexExcerpt {
  /// The excerpt of an index where making one costs less than showing git everything: its few files are made and removed in the time in which
  /// git reads and writes some three thousand entries (`Benchmarks/README.md`).
  static func worthwhile(of index: IndexFile?, _ changes: [TreeChange]) -> IndexExcerpt? {
    guard let index, index.count >= Failpoint.excerptLimit ?? 3_000 else { return nil }
    return IndexExcerpt(of: index, changes: changes)
  }
}
