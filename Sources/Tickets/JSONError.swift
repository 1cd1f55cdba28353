/// Why some bytes are not JSON, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong at the place the error names.
  public enum Problem: Sendable, Equatable {
    /// There are no bytes, or nothing but white space.
    case empty
    /// The bytes end inside a value.
    case unexpectedEnd
    /// Something stands where `expected` should; `found` is the byte that does.
    case unexpected(found: UInt8, expected: String)
    /// The bytes are not UTF-8.
    case invalidUTF8
    /// A control character stands unescaped in a string.
    case controlCharacter(UInt8)
    /// A backslash is followed by something JSON does not know.
    case invalidEscape
    /// A number is written in a way JSON does not know.
    case invalidNumber
    /// More than `JSON.deepestNesting` arrays and objects are open.
    case tooDeep
    /// Something follows the value.
    case trailingContent
  }

  /// The line, from 1. Lines end with a line feed.
  public let line: Int
  /// The column in bytes, from 1.
  public let column: Int
  /// What is wrong there.
  public let problem: Problem

  /// A problem at a place.
  public init(line: Int, column: Int, problem: Problem) {
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// One line, as `line 3, column 7: expected a value, found ']'`.
  public var description: String { "line \(line), column \(column): \(problem)" }
}

extension JSONError.Problem: CustomStringConvertible {
  /// What is wrong, in words and without the place.
  public var description: String {
    switch self {
    case .empty: "there is nothing in it"
    case .unexpectedEnd: "it ends in the middle of a value"
    case .unexpected(let found, let expected): "expected \(expected), found \(Self.name(found))"
    case .invalidUTF8: "the bytes are not UTF-8"
    case .controlCharacter(let byte): "\(Self.name(byte)) must be escaped in a string"
    case .invalidEscape: "no such escape in JSON"
    case .invalidNumber: "not a number in JSON"
    case .tooDeep: "nested more than \(JSON.deepestNesting) levels deep"
    case .trailingContent: "something follows after the end"
    }
  }

  /// A byte as a person may see it, also on a terminal.
  private static func name(_ byte: UInt8) -> String {
    switch byte {
    case 0x0A: return "a line break"
    case 0x21...0x7E: return "'\(Character(Unicode.Scalar(byte)))'"
    default:
      let digits = String(byte, radix: 16)
      return "the byte 0x" + (digits.utf8.count < 2 ? "0" : "") + digits
    }
  }
}

/// A problem at an offset: what the scanner throws, before anybody asks for lines and columns.
struct ScanFailure: Error {
  let offset: Int
  let problem: JSONError.Problem
}

extension JSONError {
  /// Counts lines and columns up to the failure, which nothing else needs. Linear in the offset.
  init(_ failure: ScanFailure, in bytes: [UInt8]) {
    var line = 1
    var lineStart = 0
    for offset in 0..<min(failure.offset, bytes.count) where bytes[offset] == UInt8(ascii: "\n") {
      line += 1
      lineStart = offset + 1
    }
    self.init(line: line, column: failure.offset - lineStart + 1, problem: failure.problem)
  }
}
