import Tickets

/// Who answers the questions of an interactive run.
public protocol Prompter: Sendable {
  func ask(_ question: Question) async -> Answer
}

public enum Question: Sendable {
  case begin(tickets: [Ticket])
  case start(Ticket)
  /// The work is done; `changes` is a summary such as `git diff --stat` gives.
  case land(Ticket, changes: String)
}

public enum Answer: Sendable, Equatable {
  case yes
  /// Not this one: it stays as it is and is not asked about again in this run.
  case no
  /// Set it aside: DEFERRED.
  case skip
  case quit
}
