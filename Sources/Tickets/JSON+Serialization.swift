extension JSON {
  /// The value as JSON text in raw UTF-8 without a final line feed: on one line without blanks, or, where `pretty`, indented by two spaces a
  /// level as `jq` does.
  public func serialized(pretty: Bool = false) -> String {
    var writer = JSONWriter(pretty: pretty)
    write(to: &writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func write(to writer: inout JSONWriter) {
    switch self {
    case .null: writer.word("null")
    case .bool(let value): writer.word(value ? "true" : "false")
    case .number(let text): writer.word(text)
    case .string(let text): writer.string(text)
    case .array(let values): writer.array(of: values.count) { values[$1].write(to: &$0) }
    case .object(let object):
      writer.object { writer in
        for member in object.members { writer.member(member.key) { member.value.write(to: &$0) } }
      }
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

  /// Appends a string that needs no escape, as nearly every one does, in one pass over its bytes. False, and nothing appended, for another.
  private static func writePlain(_ text: String, to output: inout [UInt8], asciiOnly: Bool) -> Bool {
    var text = text
    let start = output.count
    output.append(UInt8(ascii: "\""))
    let isPlain = text.withUTF8 { bytes in
      for byte in bytes {
        if byte < 0x20 || byte == 0x22 || byte == 0x5C || (byte >= 0x80 && asciiOnly) { return false }
        output.append(byte)
      }
      return true
    }
    if isPlain { output.append(UInt8(ascii: "\"")) } else { output.removeLast(output.count - start) }
    return isPlain
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
