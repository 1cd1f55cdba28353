import Platform

/// The last line that a worker has written, read from the end of its log; a log of any length costs the same.
struct OutputTail {
  /// Readable as it is: no control characters, no escape sequences, and nothing that looks like a key. Empty where nothing has been written yet.
  private(set) var line = ""

  let log: FilePath
  private var seen: (part: FilePath, size: Int)?

  init(_ log: FilePath) { self.log = log }

  /// Looks again, and tells whether there is another line now.
  mutating func refresh() -> Bool {
    guard let (part, size) = end(), size > 0, seen?.part != part || seen?.size != size else { return false }
    seen = (part, size)
    guard let bytes = (try? File.readEnd(of: part, bytes: 2048)) ?? nil, let last = Self.lastLine(of: bytes).map(Redaction.redacted),
      last != line
    else { return false }
    line = last
    return true
  }

  /// The file that holds the end: a log that has passed half of its limit goes on in two others, see `WorkerLog`.
  private func end() -> (FilePath, Int)? {
    for name in [".tail", ".older", ""] {
      let path = FilePath(log.string + name)
      if let size = ((try? FileStatus.of(path)) ?? nil)?.size, size > 0 { return (path, size) }
    }
    return nil
  }

  /// The last line in which there is something to see. What overwrites a line (a carriage return, as progress bars send it) begins a new one.
  static func lastLine(of bytes: [UInt8]) -> String? {
    var end = bytes.count
    while end > 0 {
      var start = end
      while start > 0, bytes[start - 1] != 10, bytes[start - 1] != 13 { start -= 1 }
      let text = visible(bytes[start..<end].prefix(512))
      if !text.isEmpty { return text }
      end = start - 1
    }
    return nil
  }

  /// The text without what only a terminal would act on: colours are dropped, not shown as codes.
  ///
  /// - Parameter trims: whether blanks at both ends go, too.
  static func visible(_ bytes: some Collection<UInt8>, trimming trims: Bool = true) -> String {
    var kept: [UInt8] = []
    var rest = Array(bytes)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case 0x1B: dropSequence(&rest)
      case 9: kept.append(trims ? 0x20 : 9)
      case 0..<0x20, 0x7F: break
      default: kept.append(byte)
      }
    }
    if !trims { return String(decoding: kept, as: UTF8.self).harmless(keepingTabs: true) }
    let trimmed = kept.drop { $0 == 0x20 }
    let end = trimmed.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? trimmed.startIndex
    return String(decoding: trimmed[..<end], as: UTF8.self).harmless()
  }

  /// What follows an ESC (ECMA-48): a control sequence to its final byte, a string to its terminator, else intermediates and one byte.
  private static func dropSequence(_ rest: inout ArraySlice<UInt8>) {
    guard let kind = rest.popFirst() else { return }
    switch kind {
    case UInt8(ascii: "["):
      while let byte = rest.popFirst() { if 0x40...0x7E ~= byte { return } }
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
      while let byte = rest.popFirst() {
        if byte == 7 { return }
        if byte == 0x1B {
          _ = rest.popFirst()
          return
        }
      }
    case 0x20...0x2F:
      while let byte = rest.popFirst() { if !(0x20...0x2F ~= byte) { return } }
    default: break
    }
  }
}
