/// A command that a ticket names to prove its work.
public struct ValidationScript: Sendable, Equatable {
  /// The id of the task it belongs to, nil for one of the whole ticket.
  public let task: String?
  /// The shell text, verbatim. It is data from the queue: whoever runs it needs the user's consent.
  public let command: String
  /// How often a failing one may be repaired and tried again, where the ticket says.
  public let maxRetries: Int?

  /// A script of these parts.
  public init(task: String?, command: String, maxRetries: Int? = nil) {
    self.task = task
    self.command = command
    self.maxRetries = maxRetries
  }
}
