/// A file's bytes as lines, each with its own line end; the last one may have none.
struct TextLines {
  let lines: [ArraySlice<UInt8>]

  var count: Int { lines.count }

  init(_ bytes: [UInt8]) {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: newline).map { $0 + 1 } ?? bytes.count
      lines.append(bytes[start..<end])
      start = end
    }
    self.lines = lines
  }

  /// Whether git would call such content binary (`buffer_is_binary`): a NUL among the first 8,000 bytes.
  static func isBinary(_ bytes: [UInt8]) -> Bool { bytes.prefix(8000).contains(0) }

  /// Whether the range holds the last line and that line has no line end.
  func endsOpen(_ range: Range<Int>) -> Bool {
    guard !range.isEmpty, range.upperBound == count, let last = lines.last else { return false }
    return last.last != newline
  }

  /// Lines as text, without the line feed; a carriage return stays, it may be what differs.
  func text(_ range: Range<Int>) -> [String] {
    lines[range].map { Self.text($0.last == newline ? $0.dropLast() : $0) }
  }

  /// Bytes as text. What is not UTF-8 is written `\xE9`, so that two different lines never look the same by replacement.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    var iterator = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    var start = bytes.startIndex
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .emptyInput: return text
      case .valid(let encoded):
        text.unicodeScalars.append(Unicode.UTF8.decode(encoded))
        start += encoded.count
      case .error(let length):
        for byte in bytes[start..<(start + length)] { text += "\\x" + String(byte, radix: 16, uppercase: true) }
        start += length
      }
    }
  }
}

private let newline = UInt8(ascii: "\n")
