import Testing
import Tickets

@Suite("JSON is read")
struct JSONParsingTests {
  @Test("a value of each kind is read as what it is")
  func kinds() throws {
    let value = try JSON(parsing: #" {"a": null, "b": [true, false], "c": -0.5e+3, "d": "x", "e": {}, "f": []} "#)
    #expect(value == ["a": nil, "b": [true, false], "c": .number("-0.5e+3"), "d": "x", "e": [:], "f": []])
    #expect(value["c"]?.double == -500)
    #expect(value["c"]?.int == -500)
    #expect(value["b"]?.array?.first?.bool == true)
    #expect(value["a"]?.isNull == true)
    #expect(value["d"]?.int == nil)
    #expect(value["nothing"] == nil)
  }

  @Test("a number that is too large has no value, and stays as it is written")
  func tooLarge() throws {
    let value = try JSON(parsing: Array("1e999".utf8))
    #expect(value.double == nil && value.int == nil)
    #expect(value.serialized() == "1e999")
  }

  @Test("escapes are read, surrogate pairs as one character, and half a pair as U+FFFD")
  func escapes() throws {
    #expect(try JSON(parsing: #""\"\\\/\b\f\n\r\t\u0041\u2192\ud83d\ude00""#).string == "\"\\/\u{8}\u{C}\n\r\tA→😀")
    #expect(try JSON(parsing: #""\ud83dx""#).string == "\u{FFFD}x")
    #expect(try JSON(parsing: #""\ude00\ud83d""#).string == "\u{FFFD}\u{FFFD}")
  }

  @Test("of a key that stands there twice, the last value counts")
  func duplicateKeys() throws {
    #expect(try JSON(parsing: #"{"a": 1, "b": 2, "a": 3}"#)["a"]?.int == 3)
  }

  @Test("a byte order mark is passed over")
  func byteOrderMark() throws {
    #expect(try JSON(parsing: [0xEF, 0xBB, 0xBF] + Array("[1]".utf8)) == [1])
  }

  @Test(
    "what is no JSON is refused with its line and column",
    arguments: [
      ("", 1, 1, JSONError.Problem.empty),
      (" \n ", 2, 2, .empty),
      ("{", 1, 2, .unexpectedEnd),
      ("[1,\n 2", 2, 3, .unexpectedEnd),
      ("\"abc", 1, 5, .unexpectedEnd),
      ("\"ab\\u00", 1, 8, .unexpectedEnd),
      ("tru", 1, 4, .unexpectedEnd),
      ("[1,]", 1, 4, .unexpected(found: UInt8(ascii: "]"), expected: "a value")),
      ("{\"a\": 1,\n}", 2, 1, .unexpected(found: UInt8(ascii: "}"), expected: "a key in quotes")),
      ("{\"a\" 1}", 1, 6, .unexpected(found: UInt8(ascii: "1"), expected: "':'")),
      ("[1 2]", 1, 4, .unexpected(found: UInt8(ascii: "2"), expected: "',' or ']'")),
      ("{\"a\": 1]", 1, 8, .unexpected(found: UInt8(ascii: "]"), expected: "',' or '}'")),
      ("nil", 1, 1, .unexpected(found: UInt8(ascii: "n"), expected: "a value")),
      ("[NaN]", 1, 2, .unexpected(found: UInt8(ascii: "N"), expected: "a value")),
      ("[01]", 1, 2, .invalidNumber),
      ("01", 1, 1, .invalidNumber),
      ("-1.", 1, 4, .unexpectedEnd),
      ("[-]", 1, 2, .invalidNumber),
      ("[1.]", 1, 2, .invalidNumber),
      ("[1e]", 1, 2, .invalidNumber),
      ("\"a\tb\"", 1, 3, .controlCharacter(9)),
      ("\"\\x\"", 1, 2, .invalidEscape),
      ("\"\\u12g4\"", 1, 2, .invalidEscape),
      ("1 2", 1, 3, .trailingContent),
    ])
  func refused(text: String, line: Int, column: Int, problem: JSONError.Problem) {
    #expect(throws: JSONError(line: line, column: column, problem: problem)) { try JSON(parsing: text) }
  }

  @Test(
    "bytes that are not UTF-8 are refused: cut, overlong, surrogates, out of range, or outside a string",
    arguments: [[0xC3], [0xE2, 0x82], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF]] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    #expect(throws: JSONError(line: 1, column: 2, problem: .invalidUTF8)) { try JSON(parsing: [quote] + bytes + [quote]) }
    #expect(throws: JSONError(line: 1, column: 1, problem: .invalidUTF8)) { try JSON(parsing: bytes) }
  }

  @Test("the column counts bytes")
  func columnsAreBytes() {
    #expect(throws: JSONError(line: 1, column: 5, problem: .trailingContent)) { try JSON(parsing: "\"é\"x") }
  }

  @Test("512 levels are read, 513 are refused")
  func nesting() throws {
    let deepest = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    #expect(try JSON(parsing: deepest).serialized() == deepest)
    #expect(throws: JSONError(line: 1, column: 513, problem: .tooDeep)) { try JSON(parsing: "[" + deepest + "]") }
  }

  @Test("a file 100,000 levels deep is an error, not a crash", arguments: ["[", "{\"a\":"])
  func abyss(opening: String) {
    let text = String(repeating: opening, count: 100_000)
    #expect(throws: JSONError.self) { try JSON(parsing: text) }
    #expect(throws: TicketIndexError.self) { try index("{\"tickets\":[{\"id\":\"A\",\"x\":\(text)") }
  }

  @Test("an error says in one line what is wrong and where")
  func description() {
    #expect(
      JSONError(line: 3, column: 7, problem: .unexpected(found: 0x5D, expected: "a value")).description
        == "line 3, column 7: expected a value, found ']'")
    #expect(
      JSONError(line: 1, column: 1, problem: .controlCharacter(0x1B)).description
        == "line 1, column 1: the byte 0x1b must be escaped in a string")
  }
}
