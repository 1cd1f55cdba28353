extension JSON {
  /// Reads one JSON value in UTF-8 with nothing but white space around it; a byte order mark is passed over. Linear in the bytes.
  ///
  /// - Throws: `JSONError` for the first byte that cannot be.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    do {
      self = try bytes.withUnsafeBufferPointer { (buffer) throws(ScanFailure) -> JSON in
        var scanner = JSONScanner(buffer)
        if scanner.next() == nil { throw scanner.failure(.empty) }
        var builder = Builder()
        let value = try builder.value(&scanner)
        try scanner.finish()
        return value
      }
    } catch {
      throw JSONError(error, in: bytes)
    }
  }

  /// Reads one JSON value from text, as `init(parsing:)` with bytes does.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }
}

/// Builds values with stacks of its own: finished values wait on one stack until their container closes, so that depth costs no stack frame.
private struct Builder {
  private var values: [JSON] = []
  private var keys: [String] = []
  /// For each open container: whether it is an object, and how many values were waiting when it opened.
  private var open: [(isObject: Bool, floor: Int)] = []

  mutating func value(_ scanner: inout JSONScanner) throws(ScanFailure) -> JSON {
    repeat {
      if try enterOrRead(&scanner) { continue }
      try leave(&scanner)
    } while !open.isEmpty
    return values.removeLast()
  }

  /// Before a value: reads it, if it is no container or an empty one (false), or steps up to its first value (true).
  private mutating func enterOrRead(_ scanner: inout JSONScanner) throws(ScanFailure) -> Bool {
    switch scanner.next() {
    case UInt8(ascii: "{"):
      try scanner.open(UInt8(ascii: "}"))
      if scanner.next() != UInt8(ascii: "}") {
        open.append((true, values.count))
        keys.append(scanner.text(try scanner.skipKey()))
        return true
      }
      scanner.close()
      values.append(.object(JSON.Object()))
    case UInt8(ascii: "["):
      try scanner.open(UInt8(ascii: "]"))
      if scanner.next() != UInt8(ascii: "]") {
        open.append((false, values.count))
        return true
      }
      scanner.close()
      values.append(.array([]))
    case UInt8(ascii: "\""):
      values.append(.string(scanner.text(try scanner.skipString())))
    default:
      let start = scanner.position
      try scanner.skipWord()
      switch scanner.bytes[start] {
      case UInt8(ascii: "t"): values.append(.bool(true))
      case UInt8(ascii: "f"): values.append(.bool(false))
      case UInt8(ascii: "n"): values.append(.null)
      default: values.append(.number(scanner.text(JSONText(range: start..<scanner.position, isEscaped: false))))
      }
    }
    return false
  }

  /// After a value: closes what closes here, until another value follows or nothing is open.
  private mutating func leave(_ scanner: inout JSONScanner) throws(ScanFailure) {
    while let container = open.last {
      if try scanner.hasAnother() {
        if container.isObject { keys.append(scanner.text(try scanner.skipKey())) }
        return
      }
      open.removeLast()
      let count = values.count - container.floor
      let value = container.isObject ? object(count) : JSON.array(Array(values.suffix(count)))
      values.removeLast(count)
      values.append(value)
    }
  }

  /// The last keys and values as an object. It keeps no slice of the stacks, which would make every change of them a copy.
  private mutating func object(_ count: Int) -> JSON {
    var members: [JSON.Object.Member] = []
    members.reserveCapacity(count)
    for place in 0..<count { members.append(JSON.Object.Member(keys[keys.count - count + place], values[values.count - count + place])) }
    keys.removeLast(count)
    return .object(JSON.Object(members))
  }
}
