/// The id of a ticket, verbatim. Ids compare byte for byte: `A-0010` is not `A-001`, and no two spellings of an accented letter are equal.
public struct TicketID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The id as it stands in the queue.
  public let rawValue: String

  /// The id with exactly these bytes.
  public init(_ rawValue: String) { self.rawValue = rawValue }

  /// The id itself, nothing around it.
  public var description: String { rawValue }

  /// Exact equality. Strings themselves would compare by canonical equivalence.
  public static func == (a: TicketID, b: TicketID) -> Bool {
    // Mostly the bytes lie side by side and are compared there; byte by byte through the views is several times slower.
    a.rawValue == b.rawValue
      && (a.rawValue.utf8.withContiguousStorageIfAvailable { a in
        b.rawValue.utf8.withContiguousStorageIfAvailable { b in a.elementsEqual(b) }
      } ?? nil) ?? a.rawValue.utf8.elementsEqual(b.rawValue.utf8)
  }

  /// Equal bytes make equal strings, so the string's own hash holds for both.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

  /// The order of the bytes.
  public static func < (a: TicketID, b: TicketID) -> Bool {
    a.rawValue.utf8.lexicographicallyPrecedes(b.rawValue.utf8)
  }
}

extension TicketID: ExpressibleByStringLiteral {
  /// The id with exactly these bytes.
  public init(stringLiteral value: String) { self.init(value) }
}
