/// How an object is written: the blanks between its parts.
struct ObjectStyle {
  /// After the opening brace.
  var first: [UInt8]
  /// After each comma.
  var between: [UInt8]
  /// Before the closing brace.
  var last: [UInt8]
  /// Between key and value.
  var colon: [UInt8]

  /// An object spread over lines whose own line begins with `line` (a line break and the indentation).
  static func spread(line: [UInt8], unit: [UInt8], colon: [UInt8]) -> ObjectStyle {
    ObjectStyle(first: line + unit, between: line + unit, last: line, colon: colon)
  }

  /// An object on one line, as loose or tight as its colons are.
  static func flat(colon: [UInt8]) -> ObjectStyle {
    ObjectStyle(first: [], between: colon.last == 0x20 ? [0x20] : [], last: [], colon: colon)
  }

  /// The object's text.
  func object(_ members: [(key: String, value: String)], asciiOnly: Bool) -> [UInt8] {
    var text = [UInt8(ascii: "{")] + first
    for (place, member) in members.enumerated() {
      if place > 0 { text += [UInt8(ascii: ",")] + between }
      JSON.write(member.key, to: &text)
      text += colon
      JSON.write(member.value, to: &text, asciiOnly: asciiOnly)
    }
    return text + last + [UInt8(ascii: "}")]
  }

  /// The last line break of some white space and the indentation after it; nil where it holds none.
  static func line(_ blank: [UInt8]) -> [UInt8]? {
    guard let feed = blank.lastIndex(of: 0x0A) else { return nil }
    let start = feed > 0 && blank[feed - 1] == 0x0D ? feed - 1 : feed
    return Array(blank[start...])
  }
}
