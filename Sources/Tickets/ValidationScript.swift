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
  /// Whether work that it refuses goes back to the worker: not with `failure_action: "defer"`.
  public let isMended: Bool
  /// `defer_reason_category`: what the ticket's `deferReason` says where the work does not pass.
  public let category: String?

  /// A script of these parts.
  public init(
    task: String?, command: String, maxRetries: Int? = nil, successPattern: String? = nil, isMended: Bool = true, category: String? = nil
  ) {
    self.isMended = isMended
    self.category = category
    self.task = task
    self.command = command
    self.maxRetries = maxRetries
    self.successPattern = successPattern
  }

  /// What the origin of the format does where a ticket does not say.
  public static let usualRetries = 3

  /// How many more attempts a failure allows, never more than 20.
  public var furtherAttempts: Int { isMended ? min(20, max(0, maxRetries ?? Self.usualRetries)) : 0 }

  /// Whether an output has what the ticket asks for; without a pattern every output has.
  public func isSatisfied(by output: String) -> Bool {
    guard let successPattern, !successPattern.isEmpty else { return true }
    if output.contains(successPattern) { return true }
    guard let expression = try? Regex(successPattern) else { return false }
    return output.firstMatch(of: expression.anchorsMatchLineEndings()) != nil
  }
}
