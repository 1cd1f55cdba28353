/// Walks over JSON bytes once, checking every one of them, and says where things stand: the ground under `JSON`, `TicketIndex` and the
/// editor.
///
/// It keeps its own stack of open containers, so that depth costs a byte each and never a stack frame, and it makes no string that nobody
/// asks for. Positions are offsets into `bytes`, which must outlive the scanner.
struct JSONScanner {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  /// Whether a string so far holds a byte above 0x7F.
  var sawNonASCII = false
  /// Whether a string so far writes a character above 0x7F as `\uXXXX`.
  var sawEscapedNonASCII = false
  /// The closing byte of each open array and object, outermost first.
  private var closers: [UInt8] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    // A byte order mark is no part of the text; some editors write it.
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
  }

  /// The next byte that is not white space, or nil at the end; the position is then at that byte.
  @inline(__always)
  mutating func next() -> UInt8? {
    while position < bytes.count {
      let byte = bytes[position]
      if byte != 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09 { return byte }
      position += 1
    }
    return nil
  }

  func failure(_ problem: JSONError.Problem) -> ScanFailure { ScanFailure(offset: position, problem: problem) }

  func unexpected(_ byte: UInt8?, expected: String) -> ScanFailure {
    guard let byte else { return failure(.unexpectedEnd) }
    // A stray byte that no text can hold is named as what it is.
    if byte >= 0x80, utf8Length(at: position) == 0 { return failure(.invalidUTF8) }
    return failure(.unexpected(found: byte, expected: expected))
  }

  /// Steps over one whole value of any kind and returns where it stands.
  @discardableResult
  mutating func skipValue() throws(ScanFailure) -> Range<Int> {
    let floor = closers.count
    _ = next()
    let start = position
    while true {
      if try skipScalarOrOpen() { continue }
      if try closeOrContinue(downTo: floor) { return start..<position }
    }
  }

  /// Before a value: steps over a scalar or an empty container (false), or into a container up to its first value (true).
  private mutating func skipScalarOrOpen() throws(ScanFailure) -> Bool {
    switch next() {
    case UInt8(ascii: "\""):
      try skipString()
    case UInt8(ascii: "{"):
      try open(UInt8(ascii: "}"))
      if next() != UInt8(ascii: "}") {
        try skipKey()
        return true
      }
      close()
    case UInt8(ascii: "["):
      try open(UInt8(ascii: "]"))
      if next() != UInt8(ascii: "]") { return true }
      close()
    default:
      try skipWord()
    }
    return false
  }

  /// After a value: on to the next value of the containers above `floor` (false), or out of them all (true).
  private mutating func closeOrContinue(downTo floor: Int) throws(ScanFailure) -> Bool {
    while closers.count > floor {
      if try !hasAnother() { continue }
      if closers.last == UInt8(ascii: "}") { try skipKey() }
      return false
    }
    return true
  }

  /// After a value in a container: steps over the comma (true), or out of the container (false).
  mutating func hasAnother() throws(ScanFailure) -> Bool {
    let byte = next()
    if byte == UInt8(ascii: ",") {
      position += 1
      return true
    }
    guard let closer = closers.last, byte == closer else {
      throw unexpected(byte, expected: closers.last == UInt8(ascii: "}") ? "',' or '}'" : "',' or ']'")
    }
    close()
    return false
  }

  /// Steps over an opening byte.
  mutating func open(_ closer: UInt8) throws(ScanFailure) {
    if closers.count == JSON.deepestNesting { throw failure(.tooDeep) }
    closers.append(closer)
    position += 1
  }

  /// Steps over the closing byte that stands here.
  mutating func close() {
    closers.removeLast()
    position += 1
  }

  /// Steps over a key and its colon and returns the key.
  @discardableResult
  mutating func skipKey() throws(ScanFailure) -> JSONText {
    let byte = next()
    if byte != UInt8(ascii: "\"") { throw unexpected(byte, expected: "a key in quotes") }
    let key = try skipString()
    let colon = next()
    if colon != UInt8(ascii: ":") { throw unexpected(colon, expected: "':'") }
    position += 1
    return key
  }

  /// Checks that nothing but white space is left.
  mutating func finish() throws(ScanFailure) {
    guard let byte = next() else { return }
    if byte >= 0x80, utf8Length(at: position) == 0 { throw failure(.invalidUTF8) }
    throw failure(.trailingContent)
  }
}

extension JSONScanner {
  /// Calls `body` with each key of the object that stands here; `body` must step over the value.
  mutating func eachMember(_ body: (inout JSONScanner, JSONText) throws(ScanFailure) -> Void) throws(ScanFailure) {
    _ = next()
    try open(UInt8(ascii: "}"))
    if next() == UInt8(ascii: "}") { return close() }
    repeat {
      let key = try skipKey()
      try body(&self, key)
    } while try hasAnother()
  }

  /// Calls `body` before each element of the array that stands here; `body` must step over the element.
  mutating func eachElement(_ body: (inout JSONScanner) throws(ScanFailure) -> Void) throws(ScanFailure) {
    _ = next()
    try open(UInt8(ascii: "]"))
    if next() == UInt8(ascii: "]") { return close() }
    repeat { try body(&self) } while try hasAnother()
  }

  /// The string that stands here; a value of any other kind is stepped over and is nil.
  mutating func stringOrSkip() throws(ScanFailure) -> String? {
    guard next() == UInt8(ascii: "\"") else {
      try skipValue()
      return nil
    }
    return text(try skipString())
  }
}
