import Git
import Platform
import Tickets

/// One launch of the worker for one ticket.
public struct Attempt: Sendable, Hashable {
  public let ticket: TicketID
  public let run: RunID
  /// Counts the attempts of this ticket in this run, from 1.
  public let number: Int

  public init(ticket: TicketID, run: RunID, number: Int) {
    self.ticket = ticket
    self.run = run
    self.number = number
  }
}

/// What an attempt produced: commits, anchored by a reference, ready to be picked onto the target.
public struct Submission: Sendable, Hashable {
  public let attempt: Attempt
  /// The commit that the slot was reset to before the worker started.
  public let base: CommitID
  /// The slot's HEAD at the end; equal to `base` where the worker says that the ticket needs no change.
  public let tip: CommitID
  /// What keeps the commits from `git gc`.
  public let anchor: RefName
  /// The message of a harvest, also used when commits have to be squashed into one.
  public let message: String
  /// What the worker said it did, for the summary.
  public let summary: String?

  public var ticket: TicketID { attempt.ticket }

  public init(attempt: Attempt, base: CommitID, tip: CommitID, anchor: RefName, message: String, summary: String? = nil) {
    self.attempt = attempt
    self.base = base
    self.tip = tip
    self.anchor = anchor
    self.message = message
    self.summary = summary
  }
}

/// How an attempt ended.
public enum AttemptOutcome: Sendable {
  case submitted(Submission)
  /// Exit 0 and nothing to land.
  case noChange
  /// Exit 125, or a result file that says deferred.
  case notApplicable(reason: String)
  /// Exit 75, or an agent that says so; until then, where the worker says when.
  case throttled(until: WallTime? = nil, message: String? = nil)
  /// An agent that is not logged in, or whose account is empty: nothing that a ticket could do anything about.
  case refused(message: String)
  /// Exit 126 or 127: the command itself cannot run.
  case cannotRun(status: Int32, message: String)
  /// Stopped because the run is ending; the ticket stays as it was.
  case interrupted
  /// Nobody's work failed, the machine did: a full or broken disk, a limit of the system. The ticket stays as it was; what the worker made
  /// lies in its slot and is saved when that is opened next.
  case obstructed(Failure, hadStarted: Bool)
  case failed(AttemptFailure)
  /// Done, but the ticket's own validation does not let it pass.
  case invalid(InvalidWork)
}

/// Why an attempt counts as failed.
public struct AttemptFailure: Error, Sendable, Equatable {
  public enum Category: String, Sendable {
    case exit = "worker_failed"
    case signal = "worker_killed"
    case timeout = "worker_timeout"
    case unfinishedOperation = "unfinished_git_operation"
    case nestedRepository = "nested_repository"
    case brokenWorktree = "broken_worktree"
    case lostStash = "lost_stash"
    case movedTarget = "moved_target"
    case harvest = "harvest_failed"
    case merge = "merge_failed"
    case slot = "slot_failed"
    case result = "worker_reported_failure"
  }

  public let category: Category
  /// One sentence for people.
  public let message: String

  public init(_ category: Category, _ message: String) {
    self.category = category
    self.message = message
  }
}

/// What the worker reported in its result file, or its output tells of itself.
public struct WorkerUsage: Sendable, Equatable {
  public var inputTokens: Int?
  public var outputTokens: Int?
  public var costUSD: Double?

  public init(inputTokens: Int? = nil, outputTokens: Int? = nil, costUSD: Double? = nil) {
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.costUSD = costUSD
  }
}

/// All that is left of an attempt once its slot is clean again.
public struct AttemptReport: Sendable {
  public let attempt: Attempt
  public let outcome: AttemptOutcome
  /// How long the worker ran, in seconds of a clock that goes on in sleep.
  public let seconds: Double
  public let log: FilePath
  /// Work that is not part of the submission, saved before the slot was cleaned.
  public let salvage: RefName?
  /// Whatever commits exist, for the branch that parks failed work; nil where the attempt left nothing.
  public let parkable: CommitID?
  public let usage: WorkerUsage
  /// Things that the worker changed outside its worktree, one sentence each.
  public let warnings: [String]
  /// False: the worktree was set aside and the slot needs a new one.
  public let slotIsUsable: Bool

  public init(
    attempt: Attempt, outcome: AttemptOutcome, seconds: Double, log: FilePath, salvage: RefName? = nil, parkable: CommitID? = nil,
    usage: WorkerUsage = WorkerUsage(), warnings: [String] = [], slotIsUsable: Bool = true
  ) {
    self.attempt = attempt
    self.outcome = outcome
    self.seconds = seconds
    self.log = log
    self.salvage = salvage
    self.parkable = parkable
    self.usage = usage
    self.warnings = warnings
    self.slotIsUsable = slotIsUsable
  }
}
