/// Where a string stands, without its quotes.
struct JSONText {
  let range: Range<Int>
  /// Whether it must be unescaped to be read.
  let isEscaped: Bool
}

extension JSONScanner {
  /// Steps over the string whose opening quote stands here, checking escapes and UTF-8.
  @discardableResult
  mutating func skipString() throws(ScanFailure) -> JSONText {
    position += 1
    let start = position
    var isEscaped = false
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return JSONText(range: start..<(position - 1), isEscaped: isEscaped)
      case UInt8(ascii: "\\"):
        isEscaped = true
        try skipEscape()
      case 0..<0x20:
        throw failure(.controlCharacter(byte))
      case 0x80...:
        let length = utf8Length(at: position)
        if length == 0 { throw failure(.invalidUTF8) }
        sawNonASCII = true
        position += length
      default:
        position += 1
      }
    }
    throw failure(.unexpectedEnd)
  }

  private mutating func skipEscape() throws(ScanFailure) {
    guard position + 1 < bytes.count else { throw ScanFailure(offset: bytes.count, problem: .unexpectedEnd) }
    switch bytes[position + 1] {
    case UInt8(ascii: "u"):
      guard let unit = codeUnit(at: position) else {
        if position + 6 > bytes.count { throw ScanFailure(offset: bytes.count, problem: .unexpectedEnd) }
        throw failure(.invalidEscape)
      }
      if unit >= 0x80 { sawEscapedNonASCII = true }
      position += 6
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 2
    default:
      throw failure(.invalidEscape)
    }
  }

  /// The UTF-16 unit of the `\uXXXX` at an offset.
  private func codeUnit(at offset: Int) -> UInt16? {
    guard offset + 6 <= bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u") else { return nil }
    var unit: UInt16 = 0
    for place in (offset + 2)..<(offset + 6) {
      let digit: UInt8
      switch bytes[place] {
      case 0x30...0x39: digit = bytes[place] - 0x30
      case 0x41...0x46: digit = bytes[place] - 0x41 + 10
      case 0x61...0x66: digit = bytes[place] - 0x61 + 10
      default: return nil
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  /// The length of the well-formed UTF-8 sequence at an offset, or 0 (Unicode, table 3-7: no overlong forms, no surrogates).
  func utf8Length(at offset: Int) -> Int {
    func continues(_ distance: Int, _ allowed: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      offset + distance < bytes.count && allowed.contains(bytes[offset + distance])
    }
    switch bytes[offset] {
    case 0..<0x80: return 1
    case 0xC2...0xDF: return continues(1) ? 2 : 0
    case 0xE0: return continues(1, 0xA0...0xBF) && continues(2) ? 3 : 0
    case 0xED: return continues(1, 0x80...0x9F) && continues(2) ? 3 : 0
    case 0xE1...0xEF: return continues(1) && continues(2) ? 3 : 0
    case 0xF0: return continues(1, 0x90...0xBF) && continues(2) && continues(3) ? 4 : 0
    case 0xF1...0xF3: return continues(1) && continues(2) && continues(3) ? 4 : 0
    case 0xF4: return continues(1, 0x80...0x8F) && continues(2) && continues(3) ? 4 : 0
    default: return 0
    }
  }

  /// Steps over a number, `true`, `false` or `null`.
  mutating func skipWord() throws(ScanFailure) {
    guard let byte = next() else { throw failure(.unexpectedEnd) }
    switch byte {
    case UInt8(ascii: "t"): try skipLiteral("true")
    case UInt8(ascii: "f"): try skipLiteral("false")
    case UInt8(ascii: "n"): try skipLiteral("null")
    case UInt8(ascii: "-"), 0x30...0x39: try skipNumber()
    default: throw unexpected(byte, expected: "a value")
    }
  }

  private mutating func skipLiteral(_ literal: StaticString) throws(ScanFailure) {
    let rest = UnsafeBufferPointer(rebasing: bytes[position..<min(position + literal.utf8CodeUnitCount, bytes.count)])
    guard literal.withUTF8Buffer({ $0.starts(with: rest) }) else {
      throw failure(.unexpected(found: bytes[position], expected: "a value"))
    }
    position += rest.count
    if rest.count < literal.utf8CodeUnitCount { throw failure(.unexpectedEnd) }
  }

  private mutating func skipNumber() throws(ScanFailure) {
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let isZero = position < bytes.count && bytes[position] == UInt8(ascii: "0")
    var isValid = skipDigits() && !(isZero && position - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1))
    if isValid, position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      isValid = skipDigits()
    }
    if isValid, position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
      isValid = skipDigits()
    }
    if isValid { return }
    if position == bytes.count, !(0x30...0x39 ~= bytes[position - 1]) { throw failure(.unexpectedEnd) }
    throw ScanFailure(offset: start, problem: .invalidNumber)
  }

  /// Steps over digits; false where there are none.
  private mutating func skipDigits() -> Bool {
    let start = position
    while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 { position += 1 }
    return position > start
  }

  /// Whether exactly these bytes stand in a range.
  func holds(_ literal: StaticString, at range: Range<Int>) -> Bool {
    guard range.count == literal.utf8CodeUnitCount else { return false }
    return literal.withUTF8Buffer { UnsafeBufferPointer(rebasing: bytes[range]).elementsEqual($0) }
  }

  /// Whether a key is this one, however it is escaped.
  @inline(__always)
  func key(_ key: JSONText, is literal: StaticString) -> Bool {
    if key.isEscaped { return text(key) == literal.description }
    return holds(literal, at: key.range)
  }

  /// What a string says. Half a surrogate pair, which JSON lets pass, reads as U+FFFD.
  func text(_ text: JSONText) -> String {
    if !text.isEscaped { return String(decoding: UnsafeBufferPointer(rebasing: bytes[text.range]), as: UTF8.self) }
    var units: [UInt8] = []
    units.reserveCapacity(text.range.count)
    var offset = text.range.lowerBound
    while offset < text.range.upperBound {
      if bytes[offset] != UInt8(ascii: "\\") {
        units.append(bytes[offset])
        offset += 1
        continue
      }
      switch bytes[offset + 1] {
      case UInt8(ascii: "u"):
        var scalar = UInt32(codeUnit(at: offset) ?? 0xFFFD)
        if 0xD800..<0xDC00 ~= scalar, let low = codeUnit(at: offset + 6), 0xDC00..<0xE000 ~= low {
          scalar = 0x10000 + (scalar - 0xD800) << 10 + UInt32(low) - 0xDC00
          offset += 6
        }
        units.append(contentsOf: Character(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
        offset += 4
      case UInt8(ascii: "b"): units.append(0x08)
      case UInt8(ascii: "f"): units.append(0x0C)
      case UInt8(ascii: "n"): units.append(0x0A)
      case UInt8(ascii: "r"): units.append(0x0D)
      case UInt8(ascii: "t"): units.append(0x09)
      default: units.append(bytes[offset + 1])
      }
      offset += 2
    }
    return String(decoding: units, as: UTF8.self)
  }
}
