/// The ticket queue, `index.json`: its bytes and the tickets in them.
///
/// Loading is one linear pass. What the file says about itself (counters, dates) is not looked at, and what stands around the tickets may be
/// anything: writing back goes by the bytes, see `applying(_:)`.
public struct TicketIndex: Sendable {
  /// The file as it was read.
  public let bytes: [UInt8]
  /// All entries in file order, also those whose id is used twice or cannot be used.
  public let tickets: [Ticket]

  /// The place of the first ticket with each id.
  private let positions: [TicketID: Int]
  /// Whether the file is pure ASCII and writes other characters as `\uXXXX`, as Python's `json` module does.
  let escapesNonASCII: Bool

  /// Reads a queue. Linear in the bytes; 100,000 tickets take a fraction of a second.
  ///
  /// - Throws: `TicketIndexError` where the bytes are not JSON in UTF-8, or not an object with an array `tickets`.
  public init(parsing bytes: [UInt8]) throws(TicketIndexError) {
    let reader = TicketReader(file: bytes)
    var tickets: [Ticket]?
    var isObject = false
    var escapesNonASCII = false
    do {
      try bytes.withUnsafeBufferPointer { (buffer) throws(ScanFailure) in
        var scanner = JSONScanner(buffer)
        isObject = scanner.next() == UInt8(ascii: "{")
        if isObject {
          try scanner.eachMember { (scanner, key) throws(ScanFailure) in
            guard scanner.key(key, is: "tickets") else {
              try scanner.skipValue()
              return
            }
            tickets = try Self.entries(reader, &scanner)
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
    guard let tickets else { throw .noTickets }

    var positions: [TicketID: Int] = [:]
    positions.reserveCapacity(tickets.count)
    for place in tickets.indices.reversed() { positions[tickets[place].id] = place }
    self.bytes = bytes
    self.tickets = tickets
    self.positions = positions
    self.escapesNonASCII = escapesNonASCII
  }

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
