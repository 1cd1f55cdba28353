extension JSON {
  /// The value as JSON text in raw UTF-8 without a final line feed: on one line without blanks, or, where `pretty`, indented by two spaces a
  /// level as `jq` does.
  public func serialized(pretty: Bool = false) -> String {
    var output: [UInt8] = []
    write(to: &output, pretty: pretty, depth: 0)
    return String(decoding: output, as: UTF8.self)
  }

  private func write(to output: inout [UInt8], pretty: Bool, depth: Int) {
    func breakLine(_ depth: Int) {
      guard pretty else { return }
      output.append(UInt8(ascii: "\n"))
      output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let text): output.append(contentsOf: text.utf8)
    case .string(let text): Self.write(text, to: &output)
    case .array(let values):
      output.append(UInt8(ascii: "["))
      for (place, value) in values.enumerated() {
        if place > 0 { output.append(UInt8(ascii: ",")) }
        breakLine(depth + 1)
        value.write(to: &output, pretty: pretty, depth: depth + 1)
      }
      if !values.isEmpty { breakLine(depth) }
      output.append(UInt8(ascii: "]"))
    case .object(let object):
      output.append(UInt8(ascii: "{"))
      for (place, member) in object.members.enumerated() {
        if place > 0 { output.append(UInt8(ascii: ",")) }
        breakLine(depth + 1)
        Self.write(member.key, to: &output)
        output.append(UInt8(ascii: ":"))
        if pretty { output.append(UInt8(ascii: " ")) }
        member.value.write(to: &output, pretty: pretty, depth: depth + 1)
      }
      if !object.members.isEmpty { breakLine(depth) }
      output.append(UInt8(ascii: "}"))
    }
  }

  /// Appends a string in quotes; `asciiOnly` writes every character above 0x7E as `\uXXXX`, as Python's `json` module does.
  static func write(_ text: String, to output: inout [UInt8], asciiOnly: Bool = false) {
    if writePlain(text, to: &output, asciiOnly: asciiOnly) { return }
    output.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: output.append(contentsOf: #"\""#.utf8)
      case 0x5C: output.append(contentsOf: #"\\"#.utf8)
      case 0x08: output.append(contentsOf: #"\b"#.utf8)
      case 0x09: output.append(contentsOf: #"\t"#.utf8)
      case 0x0A: output.append(contentsOf: #"\n"#.utf8)
      case 0x0C: output.append(contentsOf: #"\f"#.utf8)
      case 0x0D: output.append(contentsOf: #"\r"#.utf8)
      case 0..<0x20: writeEscape(UInt16(scalar.value), to: &output)
      case 0x80... where asciiOnly:
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { writeEscape(unit, to: &output) }
      default: output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  /// Appends a string that needs no escape, as nearly every one does: its bytes, in one piece. False, and nothing appended, for another.
  private static func writePlain(_ text: String, to output: inout [UInt8], asciiOnly: Bool) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      for byte in bytes where byte < 0x20 || byte == 0x22 || byte == 0x5C || (byte >= 0x80 && asciiOnly) { return false }
      output.append(UInt8(ascii: "\""))
      output.append(contentsOf: bytes)
      output.append(UInt8(ascii: "\""))
      return true
    }
  }

  private static func writeEscape(_ unit: UInt16, to output: inout [UInt8]) {
    output.append(contentsOf: #"\u"#.utf8)
    for shift in [12, 8, 4, 0] {
      output.append(Array("0123456789abcdef".utf8)[Int(unit >> UInt16(shift)) & 0xF])
    }
  }
}

extension JSON: CustomStringConvertible {
  /// The compact text.
  public var description: String { serialized() }
}
