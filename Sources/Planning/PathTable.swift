import Tickets

/// The paths that tickets say they will touch, normalised and numbered.
///
/// Two paths overlap where they are equal or one is a folder above the other, whether or not it is written with a slash at its end: a file
/// and a folder of the same name cannot both be there anyway.
struct PathTable: Sendable {
  /// Each path once, without leading `./` and final slash; the empty path is the whole repository.
  let names: [String]
  /// For each path the longest listed path above it, or -1.
  let above: [Int32]
  private let offsets: [Int32]
  private let paths: [Int32]

  init(_ index: TicketIndex, isCounted: [Bool]) {
    var numbers: [String: Int32] = [:]
    var names: [String] = []
    var offsets: [Int32] = [0]
    var paths: [Int32] = []
    numbers.reserveCapacity(index.tickets.count)
    offsets.reserveCapacity(index.tickets.count + 1)
    for place in index.tickets.indices {
      let start = paths.count
      for path in isCounted[place] ? index.tickets[place].targetFiles : [] {
        let name = Self.normalised(path)
        let number = numbers[name] ?? Int32(names.count)
        if number == names.count {
          numbers[name] = number
          names.append(name)
        }
        if !paths[start...].contains(number) { paths.append(number) }
      }
      offsets.append(Int32(paths.count))
    }
    self.names = names
    self.offsets = offsets
    self.paths = paths
    above = Self.above(names, numbers)
  }

  /// The paths of a ticket.
  func paths(of place: Int) -> ArraySlice<Int32> { paths[Int(offsets[place])..<Int(offsets[place + 1])] }

  /// A path without empty, `.` and `..` parts.
  static func normalised(_ path: String) -> String {
    var previous = UInt8(ascii: "/")
    var isNormal = true
    for byte in path.utf8 {
      if previous == UInt8(ascii: "/") && (byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")) { isNormal = false }
      previous = byte
    }
    if isNormal && previous != UInt8(ascii: "/") { return path }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  /// Most paths have none of the listed paths above them; a hash that grows along the path finds that out without making a string.
  private static func above(_ names: [String], _ numbers: [String: Int32]) -> [Int32] {
    let size = max(1024, (names.count * 16).nextPowerOf2)
    var isListed = [Bool](repeating: false, count: size)
    for name in names { isListed[name.utf8.reduce(PathHash.empty) { $0.adding($1) }.slot(of: size)] = true }
    let root = numbers[""] ?? -1
    return names.map { name in
      if name.isEmpty { return -1 }
      var nearest = root
      var hash = PathHash.empty
      for (offset, byte) in name.utf8.enumerated() {
        if byte == UInt8(ascii: "/"), isListed[hash.slot(of: size)],
          let number = numbers[String(Substring(name.utf8.prefix(offset)))]
        {
          nearest = number
        }
        hash = hash.adding(byte)
      }
      return nearest
    }
  }
}

/// FNV-1a: good enough to say "surely not there".
private struct PathHash {
  private let value: UInt64
  static let empty = PathHash(value: 0xCBF2_9CE4_8422_2325)

  func adding(_ byte: UInt8) -> PathHash { PathHash(value: (value ^ UInt64(byte)) &* 0x100_0000_01B3) }

  /// One of `size` slots, a power of two.
  func slot(of size: Int) -> Int { Int(truncatingIfNeeded: value) & (size - 1) }
}

extension Int {
  fileprivate var nextPowerOf2: Int { 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
