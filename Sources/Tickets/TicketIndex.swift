/// The ticket queue, `index.json`: its bytes and the tickets in them.
///
/// Loading is one linear pass. What the file says about itself (counters, dates) is not looked at, and what stands around the tickets may be
/// anything: writing back goes by the bytes, see `applying(_:)`.
public struct TicketIndex: Sendable {
  /// The file as it was read.
  public let bytes: [UInt8]
  /// All entries in file order, also those whose id is used twice or cannot be used.
  public let tickets: [Ticket]
  /// What kind of file it is.
  public let format: QueueFormat

  /// The place of the first ticket with each id.
  private let positions: [TicketID: Int]
  /// Whether the file is pure ASCII and writes other characters as `\uXXXX`, as Python's `json` module does.
  let escapesNonASCII: Bool

  /// Reads a queue, of whichever format it is. Linear in the bytes; 100,000 tickets take a fraction of a second.
  ///
  /// - Parameter tag: of a Task Master file that has several lists of tasks, the one to read.
  /// - Throws: `TicketIndexError` where the bytes are not JSON in UTF-8, or not an object with an array `tickets` (or, as Task Master writes
  ///   it, `tasks`).
  public init(parsing bytes: [UInt8], tag: String = TicketIndex.defaultTag) throws(TicketIndexError) {
    let reader = TicketReader(file: bytes)
    let taskMaster = TaskMasterReader(file: bytes)
    var entries: [Ticket]?
    // An untagged file has one list; a tagged one has an object for each tag.
    var untagged: [Ticket]?
    var tagged: [Ticket]?
    var otherTags: [String] = []
    var isObject = false
    var escapesNonASCII = false
    do {
      try bytes.withUnsafeBufferPointer { (buffer) throws(ScanFailure) in
        var scanner = JSONScanner(buffer)
        isObject = scanner.next() == UInt8(ascii: "{")
        if isObject {
          try scanner.eachMember { (scanner, key) throws(ScanFailure) in
            if scanner.key(key, is: "tickets") {
              entries = try Self.entries(reader, &scanner)
            } else if scanner.key(key, is: "tasks"), scanner.next() == UInt8(ascii: "[") {
              untagged = try taskMaster.tasks(&scanner)
            } else if scanner.next() == UInt8(ascii: "{"), entries == nil {
              let name = scanner.text(key)
              if name == tag { tagged = try taskMaster.tag(&scanner) } else if try scanner.skipTag() { otherTags.append(name) }
            } else {
              try scanner.skipValue()
            }
          }
        } else {
          if scanner.next() == nil { throw scanner.failure(.empty) }
          try scanner.skipValue()
        }
        try scanner.finish()
        escapesNonASCII = scanner.sawEscapedNonASCII && !scanner.sawNonASCII
      }
    } catch {
      throw error.problem == .empty ? .empty : .invalid(JSONError(error, in: bytes))
    }
    guard isObject else { throw .notAnObject }
    guard let tickets = entries ?? untagged ?? tagged else {
      if otherTags.isEmpty { throw .noTickets }
      throw .noTag(tag, known: otherTags)
    }

    var positions: [TicketID: Int] = [:]
    positions.reserveCapacity(tickets.count)
    for place in tickets.indices.reversed() { positions[tickets[place].id] = place }
    self.bytes = bytes
    self.tickets = tickets
    format = entries == nil ? .taskMaster : .sage
    self.positions = positions
    self.escapesNonASCII = escapesNonASCII
  }

  /// The list of tasks that Task Master has where nobody chose another.
  public static let defaultTag = "master"

  private static func entries(_ reader: TicketReader, _ scanner: inout JSONScanner) throws(ScanFailure) -> [Ticket]? {
    guard scanner.next() == UInt8(ascii: "[") else {
      try scanner.skipValue()
      return nil
    }
    var tickets: [Ticket] = []
    try scanner.eachElement { (scanner) throws(ScanFailure) in tickets.append(try reader.ticket(&scanner)) }
    return tickets
  }

  /// The ticket with exactly this id; the first one, where the id is used twice.
  public subscript(_ id: TicketID) -> Ticket? { positions[id].map { tickets[$0] } }

  /// Whether no two tickets have the same id. Constant time.
  public var idsAreUnique: Bool { positions.count == tickets.count }

  /// The place in `tickets` of the (first) ticket with exactly this id.
  public func position(of id: TicketID) -> Int? { positions[id] }
}

extension JSONScanner {
  /// Steps over the object that stands here and says whether it holds an array `tasks`, as a tag of Task Master does.
  fileprivate mutating func skipTag() throws(ScanFailure) -> Bool {
    var hasTasks = false
    try eachMember { (scanner, key) throws(ScanFailure) in
      if scanner.key(key, is: "tasks"), scanner.next() == UInt8(ascii: "[") { hasTasks = true }
      try scanner.skipValue()
    }
    return hasTasks
  }
}
