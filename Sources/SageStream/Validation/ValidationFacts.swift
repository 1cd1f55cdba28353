import Platform
import Tickets

/// One of a ticket's own validation commands has ended.
public struct ValidationFinished: Sendable {
  public var attempt: Attempt
  /// The task that names the command; nil for one of the whole ticket.
  public var task: String?
  public var command: String
  public var isPassed: Bool
  /// As a shell says it.
  public var status: Int32
  public var seconds: Double
  public var log: FilePath

  public init(
    attempt: Attempt, task: String?, command: String, isPassed: Bool, status: Int32, seconds: Double, log: FilePath
  ) {
    self.attempt = attempt
    self.task = task
    self.command = command
    self.isPassed = isPassed
    self.status = status
    self.seconds = seconds
    self.log = log
  }

  var members: [JSON.Object.Member] {
    attempt.members + (task.map { [.init("task", .string($0))] } ?? []) + [
      .init("command", .string(command)), .init("passed", JSON(isPassed)), .init("status", JSON(Int(status))),
      .init("seconds", JSON(seconds)), .init("log", .string(log.string)),
    ]
  }

  init?(_ attempt: Attempt?, json: JSON) {
    guard let attempt, let command = json["command"]?.string, let isPassed = json["passed"]?.bool else { return nil }
    self.init(
      attempt: attempt, task: json["task"]?.string, command: command, isPassed: isPassed,
      status: Int32(truncatingIfNeeded: json["status"]?.int ?? 0), seconds: json["seconds"]?.double ?? 0,
      log: FilePath(json["log"]?.string ?? ""))
  }
}

/// Work that its ticket's own validation did not let pass.
public struct InvalidWork: Sendable {
  /// sage-dev's name for what happened: it counts in a ticket's `deferReason`.
  public enum Category: String, Sendable {
    /// The command itself does not work: it is not there, was killed, or ran too long.
    case scriptError = "validation_script_error"
    /// It says that the work is not right.
    case failure = "persistent_test_failure"
  }

  public let category: Category
  /// What the ticket wants its `deferReason` to say instead, where the work is not right.
  public let ownCategory: String?
  /// One sentence for people.
  public let message: String
  /// The end of what the command printed, for the next attempt's prompt.
  public let output: String
  public let log: FilePath
  /// How many further attempts the ticket allows; none where no attempt could help.
  public let furtherAttempts: Int
  /// Where the attempt's commits are kept.
  public let work: SavedWork
}
