/// Why some bytes are no ticket queue, or a change cannot be made in one.
public enum TicketIndexError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is nothing in the file.
  case empty
  /// The file is not JSON in UTF-8.
  case invalid(JSONError)
  /// The file holds something else than one object.
  case notAnObject
  /// The object has no array `tickets`.
  case noTickets
  /// A Task Master file has lists of tasks, but none for this tag.
  case noTag(String, known: [String])
  /// A change names a ticket that is not there.
  case unknownTicket(TicketID)

  /// One line, without the file's name.
  public var description: String {
    switch self {
    case .empty: "the file is empty"
    case .invalid(let error): "not valid JSON: \(error)"
    case .notAnObject: "not a ticket queue: it is no JSON object"
    case .noTickets: "not a ticket queue: it has no \"tickets\" array"
    case .noTag(let tag, let known): "it has no tasks under the tag '\(tag)', only under \(known.map { "'\($0)'" }.joined(separator: ", "))"
    case .unknownTicket(let id): "there is no ticket \(id.displayed)"
    }
  }
}
