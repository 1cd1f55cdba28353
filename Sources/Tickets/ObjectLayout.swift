/// Where the members of one object stand, and how they are laid out.
struct ObjectLayout {
  struct Member {
    let key: String
    /// From the key's opening quote to the end of the value.
    let range: Range<Int>
    let value: Range<Int>
    /// The white space before the key.
    let leading: [UInt8]
    /// What stands between key and value, as `: `.
    let colon: [UInt8]
  }

  let members: [Member]
  /// The white space before the closing brace.
  let trailing: [UInt8]
  /// For members whose value is an array: where its elements stand.
  private let elements: [Int: [Range<Int>]]

  /// Reads the layout of the object in a range of a file that has been scanned before; of anything else it is empty.
  init(at range: Range<Int>, in file: UnsafeBufferPointer<UInt8>, elementsOf arrays: Set<String> = ["state_history"]) {
    var members: [Member] = []
    var elements: [Int: [Range<Int>]] = [:]
    var scanner = JSONScanner(file)
    scanner.position = range.lowerBound
    var end = range.lowerBound + 1
    // The bytes are known to be good, so an error cannot come; should it come, what is not there is not edited.
    try? scanner.eachMember { (scanner, key) throws(ScanFailure) in
      let start = key.range.lowerBound - 1
      let name = scanner.text(key)
      _ = scanner.next()
      let valueStart = scanner.position
      if arrays.contains(name), scanner.next() == UInt8(ascii: "[") {
        var places: [Range<Int>] = []
        try scanner.eachElement { (scanner) throws(ScanFailure) in places.append(try scanner.skipValue()) }
        elements[members.count] = places
      } else {
        try scanner.skipValue()
      }
      members.append(
        Member(
          key: name, range: start..<scanner.position, value: valueStart..<scanner.position,
          leading: Self.blank(before: start, in: file), colon: Array(file[(key.range.upperBound + 1)..<valueStart])))
      end = scanner.position
    }
    self.members = members
    self.elements = elements
    self.trailing = range.isEmpty ? [] : Self.blank(before: max(end, range.upperBound - 1), in: file)
  }

  /// The last member with a key: the one that counts.
  func last(_ key: String) -> Int? { members.lastIndex { $0.key == key } }

  /// The elements of a member's array, nil where it is none.
  func elements(of member: Int) -> [Range<Int>]? { elements[member] }

  /// The white space that ends at an offset.
  static func blank(before offset: Int, in file: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var start = offset
    while start > 0, [0x20, 0x0A, 0x0D, 0x09].contains(file[start - 1]) { start -= 1 }
    return Array(file[start..<offset])
  }
}
