/// A worker's output cut into lines that can be shown on any terminal, without what looks like a key (`Redaction`).
public struct OutputLines: Sendable {
  private let prefix: String
  private var rest: [UInt8] = []
  private var skipsFirst: Bool

  /// - Parameters:
  ///   - prefix: stands before each line.
  ///   - skipsFirst: whether the first line begins somewhere in its middle, and is left out.
  public init(prefix: String = "", skipsFirst: Bool = false) {
    self.prefix = prefix
    self.skipsFirst = skipsFirst
  }

  /// The lines that are complete now.
  public mutating func take(_ bytes: [UInt8]) -> [String] {
    rest += bytes
    guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else {
      // A line without an end, such as a bar that is drawn over and over, must not grow for ever.
      if rest.count > 1 << 16 { rest = Array(rest.suffix(1 << 12)) }
      return []
    }
    var lines = rest[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    rest = Array(rest[(end + 1)...])
    if skipsFirst { lines.removeFirst() }
    skipsFirst = false
    return Redaction.redacted(lines: lines.map(text)).map { prefix + $0 }
  }

  /// What was written without a line end.
  public mutating func end() -> [String] {
    defer { rest = [] }
    return rest.isEmpty ? [] : [prefix + Redaction.redacted(text(rest[...]))]
  }

  private func text(_ bytes: ArraySlice<UInt8>) -> String {
    // Of what was drawn over, the last is what a terminal would show.
    let shown = bytes.split(separator: 13).last { !$0.isEmpty } ?? []
    return OutputTail.visible(shown, trimming: false)
  }
}
