import Git

extension TreePath {
  /// The path as a JSON string: its text, or, where it is not UTF-8 or starts with a quote, as git quotes it.
  var jsonText: String {
    if let text, !text.hasPrefix("\"") { return text }
    let description = description
    return description.hasPrefix("\"") ? description : "\"\(description)\""
  }

  /// Reads what `jsonText` writes.
  init(jsonText: String) {
    guard jsonText.hasPrefix("\""), jsonText.utf8.count > 1, jsonText.hasSuffix("\"") else {
      self.init(jsonText)
      return
    }
    let quoted = Array(jsonText.utf8.dropFirst().dropLast())
    var bytes: [UInt8] = []
    var position = 0
    while position < quoted.count {
      guard quoted[position] == UInt8(ascii: "\\"), position + 1 < quoted.count else {
        bytes.append(quoted[position])
        position += 1
        continue
      }
      let digits = quoted[(position + 1)...].prefix(3)
      if digits.count == 3, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
        bytes.append(value)
        position += 4
        continue
      }
      switch quoted[position + 1] {
      case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
      case UInt8(ascii: "t"): bytes.append(UInt8(ascii: "\t"))
      case let other: bytes.append(other)
      }
      position += 2
    }
    self.init(bytes: bytes)
  }
}
