import Git
import Tickets

/// The trailers that a landing leaves in its commits; written by this one function, whichever way the commit is made.
///
/// Every `Sage-*` line is removed from the last paragraph of the message (a worker may have copied one), then ours follow:
/// in that paragraph where it consists of trailers, otherwise as a new one (git-interpret-trailers(1)).
public enum Trailers {
  public static func appending(_ trailers: [(key: String, value: String)], to message: [UInt8]) -> [UInt8] {
    var lines = message.split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
    while let last = lines.last, last.allSatisfy(isBlank) { lines.removeLast() }
    let start = lastParagraph(of: lines)
    // The subject line is never a trailer block.
    if start > 0 {
      let kept = lines[start...].filter { !isOurs($0) }
      lines.replaceSubrange(start..., with: kept)
    }
    while let last = lines.last, last.allSatisfy(isBlank) { lines.removeLast() }
    let end = lastParagraph(of: lines)
    let joins = end > 0 && lines[end...].allSatisfy(isTrailer)
    if !joins { lines.append([]) }
    lines += trailers.map { Array("\($0.key): \($0.value)".utf8) }
    return Array(lines.joined(separator: [newline])) + [newline]
  }

  /// The trailers of a landing: the ticket's id verbatim and the run.
  public static func landing(ticket: TicketID, run: RunID) -> [(key: String, value: String)] {
    [("Sage-Ticket", ticket.rawValue), ("Sage-Run", run.rawValue)]
  }

  /// The value of the last trailer with that key in a message's last paragraph.
  public static func value(of key: String, in message: [UInt8]) -> String? {
    var lines = message.split(separator: newline, omittingEmptySubsequences: false)[...]
    while let last = lines.last, last.allSatisfy(isBlank) { lines.removeLast() }
    let prefix = Array("\(key): ".utf8)
    for line in lines.reversed() {
      if line.allSatisfy(isBlank) { return nil }
      if line.starts(with: prefix) { return String(decoding: line.dropFirst(prefix.count), as: UTF8.self) }
    }
    return nil
  }

  /// The message as its author wrote it, for comparing: without our lines and without blank lines at the end.
  static func stripped(_ message: [UInt8]) -> [UInt8] {
    var lines = message.split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
    while let last = lines.last, last.allSatisfy(isBlank) || isOurs(last) { lines.removeLast() }
    let start = lastParagraph(of: lines)
    if start > 0 { lines.replaceSubrange(start..., with: lines[start...].filter { !isOurs($0) }) }
    while let last = lines.last, last.allSatisfy(isBlank) { lines.removeLast() }
    return Array(lines.joined(separator: [newline]))
  }

  private static func lastParagraph(of lines: [[UInt8]]) -> Int {
    (lines.lastIndex { $0.allSatisfy(isBlank) } ?? -1) + 1
  }

  private static func isOurs(_ line: [UInt8]) -> Bool { line.starts(with: Array("Sage-".utf8)) && isTrailer(line) }

  private static func isTrailer(_ line: [UInt8]) -> Bool {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
    return line[..<colon].allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}

private let newline = UInt8(ascii: "\n")
