/// A command that a ticket names to prove its work.
public struct ValidationScript: Sendable, Equatable {
  /// The id of the task it belongs to, nil for one of the whole ticket.
  public let task: String?
  /// The shell text, verbatim. It is data from the queue: whoever runs it needs the user's consent.
  public let command: String
  /// How often a failing one may be repaired and tried again, where the ticket says.
  public let maxRetries: Int?
  /// What the output has to contain besides an exit status of 0: a regular expression, or where it is none a text.
  public let successPattern: String?

  /// A script of these parts.
  public init(task: String?, command: String, maxRetries: Int? = nil, successPattern: String? = nil) {
    self.task = task
    self.command = command
    self.maxRetries = maxRetries
    self.successPattern = successPattern
  }

  /// What the origin of the format does where a ticket does not say.
  public static let usualRetries = 3

  /// How many more attempts a failure allows, never more than 20.
  public var furtherAttempts: Int { min(20, max(0, maxRetries ?? Self.usualRetries)) }

  /// Whether an output has what the ticket asks for; without a pattern every output has.
  public func isSatisfied(by output: String) -> Bool {
    guard let successPattern, !successPattern.isEmpty else { return true }
    if output.contains(successPattern) { return true }
    guard let expression = try? Regex(successPattern) else { return false }
    return output.firstMatch(of: expression.anchorsMatchLineEndings()) != nil
  }
}
