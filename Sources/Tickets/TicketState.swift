/// The state of a ticket, as its `state` field has it.
public enum TicketState: Hashable, Sendable, CustomStringConvertible {
  case unprocessed
  case inProgress
  case completed
  case deferred
  /// Something else: never worked on, never taken as completed.
  case other(String)

  /// Reads the text of a state; the four compare exactly.
  public init(_ text: String) {
    switch text {
    case "UNPROCESSED": self = .unprocessed
    case "IN_PROGRESS": self = .inProgress
    case "COMPLETED": self = .completed
    case "DEFERRED": self = .deferred
    default: self = .other(text)
    }
  }

  /// The text that stands in the queue.
  public var text: String {
    switch self {
    case .unprocessed: "UNPROCESSED"
    case .inProgress: "IN_PROGRESS"
    case .completed: "COMPLETED"
    case .deferred: "DEFERRED"
    case .other(let text): text
    }
  }

  /// The same as `text`.
  public var description: String { text }
}
