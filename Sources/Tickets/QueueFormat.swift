/// What kind of file a queue is: which fields say what, and in which words.
public enum QueueFormat: Sendable, Equatable {
  /// `.sage/tickets/index.json` of sage-dev: an object with an array `tickets`.
  case sage
  /// `.taskmaster/tasks/tasks.json` of Task Master: an array `tasks`, or one for each tag (`{"master": {"tasks": [...]}}`).
  case taskMaster

  /// The field that holds a ticket's state.
  var stateKey: String {
    switch self {
    case .sage: "state"
    case .taskMaster: "status"
    }
  }

  /// The field that says when a ticket was last changed.
  var timeKey: String {
    switch self {
    case .sage: "updated"
    case .taskMaster: "updatedAt"
    }
  }

  /// Whether tickets say why they are DEFERRED, and what states they had. Task Master's own schema has no field for either; the journal and
  /// the reports have them all the same.
  var keepsReasons: Bool { self == .sage }

  /// A state in the format's own words.
  func text(_ state: TicketState) -> String {
    switch (self, state) {
    case (.taskMaster, .unprocessed): "pending"
    case (.taskMaster, .inProgress): "in-progress"
    case (.taskMaster, .completed): "done"
    case (.taskMaster, .deferred): "deferred"
    default: state.text
    }
  }
}

extension TicketState {
  /// Reads a status of Task Master. `review`, `blocked` and `cancelled` are nobody's work and satisfy nothing, so they stay what they are.
  init(taskMaster status: String) {
    switch status {
    case "pending": self = .unprocessed
    case "in-progress": self = .inProgress
    case "done", "completed": self = .completed
    case "deferred": self = .deferred
    default: self = .other(status)
    }
  }
}

extension Priority {
  /// Reads a priority of Task Master: `critical`, `high`, `medium` and `low` are P0 to P3.
  init(taskMaster priority: String) {
    switch priority {
    case "critical": self.init(level: 0)
    case "high": self.init(level: 1)
    case "low": self.init(level: 3)
    default: self = .normal
    }
  }
}
