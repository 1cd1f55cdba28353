import Platform

/// The last lines of a worker's log, as they are worth showing beside what became of the attempt.
public struct LogTail: Sendable, Equatable {
  public let path: FilePath
  /// Without the codes that colour a terminal and move its cursor; of a line that was overwritten in place, its last state.
  public let lines: [String]
  /// Whether there is more before them.
  public let isCut: Bool

  /// Reads the end of a log: at most 64 KB of it, at most so many lines. Nil where there is none, or none that can be read.
  public static func read(_ path: FilePath, lines limit: Int = 60) -> LogTail? {
    guard let status = (try? FileStatus.of(path)) ?? nil, status.kind == .file,
      let bytes = (try? File.readEnd(of: path, bytes: 1 << 16)) ?? nil
    else { return nil }
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    let isPartial = bytes.count < status.size
    if isPartial, lines.count > 1 { lines.removeFirst() }
    return LogTail(path: path, lines: lines.suffix(limit).map { Self.plain(TextLines.text($0)) }, isCut: isPartial || lines.count > limit)
  }

  /// A line as the terminal would have shown it at last.
  static func plain(_ line: String) -> String {
    var text = String.UnicodeScalarView()
    var scalars = line.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\u{1B}": skipCode(&scalars)
      case "\r": if !scalars.isEmpty, scalars.first != "\r" { text.removeAll() }
      case "\u{8}": if !text.isEmpty { text.removeLast() }
      default: text.append(scalar)
      }
    }
    return String(text)
  }

  /// Behind an escape character: `[` parameters and a final letter, `]` up to a bell, or one character (ECMA-48).
  private static func skipCode(_ scalars: inout Substring.UnicodeScalarView) {
    switch scalars.popFirst() {
    case "[": while let scalar = scalars.popFirst(), !(0x40...0x7E).contains(scalar.value) {}
    case "]", "P", "^", "_":
      while let scalar = scalars.popFirst(), scalar != "\u{7}" {
        if scalar == "\u{1B}" {
          _ = scalars.popFirst()
          return
        }
      }
    case "(", ")": _ = scalars.popFirst()
    default: break
    }
  }
}
