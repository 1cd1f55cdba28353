import Git
import Platform
import Tickets

/// One line of the journal: a fact that happened in a run. Displays, summary, recovery and undo are folds over these.
public struct Event: Sendable {
  /// Counts from 1 in each run, without gaps.
  public let sequence: Int
  public let time: WallTime
  public let run: RunID
  public let fact: Fact

  public init(sequence: Int, time: WallTime, run: RunID, fact: Fact) {
    self.sequence = sequence
    self.time = time
    self.run = run
    self.fact = fact
  }
}

/// What can happen in a run. `Fact+JSON.swift` has the form on disk and of `--json`.
public enum Fact: Sendable {
  case runStarted(RunStarted)
  case slotCreated(slot: Int, path: FilePath)
  case slotSetAside(slot: Int, path: FilePath, reason: String)
  /// A slot is made ready for a ticket.
  case assigned(attempt: Attempt, title: String, slot: Int)
  case workerStarted(WorkerStarted)
  case workerExited(attempt: Attempt, slot: Int, status: Int32, seconds: Double, usage: WorkerUsage)
  case submissionAnchored(Submission, slot: Int)
  case salvageWritten(attempt: Attempt, reference: RefName)
  case throttled(attempt: Attempt, retryAfterSeconds: Double, workers: Int)
  /// An agent has run into a limit; nothing more is started with it until then.
  case agentPaused(agent: String, until: WallTime, message: String)
  case interrupted(attempt: Attempt)
  case validated(ValidationFinished)
  case checkStarted(CheckStarted)
  case checkFinished(CheckFinished)
  /// The landing of one or several submissions is about to touch checkouts and the target.
  case landingIntent(LandingIntent)
  /// A git child that writes to a user's checkout got its go.
  case checkoutChild(ProcessIdentity, checkout: FilePath)
  /// An intent came to nothing; the target and all checkouts are as before.
  case landingClosed(reason: String)
  case landed(Landed)
  case held(ticket: TicketID, reason: String)
  case conflicted(ticket: TicketID, branch: RefName, report: FilePath, paths: [TreePath], with: [TicketID])
  case deferred(Deferred)
  /// A conflict was finished by hand, and the commit is going to land: the next submission of the ticket. `original` is the work that
  /// conflicted; nil where some of its commits were left out, and in journals from before it was noted.
  case resolved(ticket: TicketID, commit: CommitID, original: CommitID?)
  /// A ticket that has conflicted is given to its worker once more; `conflict` counts from 1.
  case reworking(ticket: TicketID, conflict: Int)
  /// The ticket's finished work lands only when somebody has approved it.
  case awaitsReview(ticket: TicketID)
  /// Somebody has (`land ID`).
  case approved(ticket: TicketID)
  /// A ticket became work again because the user asked for it; `saved` is the work that its next attempt starts with.
  case reopened(ticket: TicketID, saved: CommitID?)
  /// Finished work that is not going to land by itself was given to a branch; the ticket stays as it is.
  case parked(ticket: TicketID, branch: RefName)
  /// A run, or an earlier undo, was taken back.
  case undone(Undone)
  /// What another terminal asked of this run, and what came of it.
  case answered(RequestAnswer)
  /// States were written to the queue (in place, or as a commit of their own).
  case indexWritten(tickets: [TicketID], commit: CommitID?)
  /// Two pieces of work that are under way do not merge as they stand now.
  case clashPredicted(Clash)
  /// They do again.
  case clashResolved(Clash.Pair)
  case warning(String)
  case stopping(reason: String)
  /// A later run has finished or taken over all that this one left.
  case takenOver(by: RunID)
  case runFinished(RunSummary)
}

public struct RunStarted: Sendable {
  public var process: ProcessIdentity
  public var target: RefName
  public var tip: CommitID
  public var workers: Int
  public var worker: String
  public var schedule: RunOptions.Schedule
  public var tickets: [TicketID]
  public var index: FilePath
  /// Of a Task Master file, the list of tasks that is worked on.
  public var tag: String
  /// The verb that this was, where it started no workers; nil for a run of the queue.
  public var verb: String?

  public init(
    process: ProcessIdentity, target: RefName, tip: CommitID, workers: Int, worker: String, schedule: RunOptions.Schedule,
    tickets: [TicketID], index: FilePath, tag: String = TicketIndex.defaultTag, verb: String? = nil
  ) {
    self.process = process
    self.target = target
    self.tip = tip
    self.workers = workers
    self.worker = worker
    self.schedule = schedule
    self.tickets = tickets
    self.index = index
    self.tag = tag
    self.verb = verb
  }
}

public struct WorkerStarted: Sendable {
  public var attempt: Attempt
  public var title: String
  public var slot: Int
  public var base: CommitID
  public var process: ProcessIdentity
  public var log: FilePath

  public init(attempt: Attempt, title: String, slot: Int, base: CommitID, process: ProcessIdentity, log: FilePath) {
    self.attempt = attempt
    self.title = title
    self.slot = slot
    self.base = base
    self.process = process
    self.log = log
  }
}

/// What a landing is about to do, written and fsynced before the first byte of a checkout changes.
public struct LandingIntent: Sendable, Equatable {
  public struct Member: Sendable, Equatable {
    /// The attempt that the submission came from.
    public var attempt: Attempt
    public var submission: CommitID
    /// The last commit that the ticket has on the new tip.
    public var commit: CommitID

    public var ticket: TicketID { attempt.ticket }

    public init(attempt: Attempt, submission: CommitID, commit: CommitID) {
      self.attempt = attempt
      self.submission = submission
      self.commit = commit
    }
  }

  public var target: RefName
  public var from: CommitID
  public var to: CommitID
  public var tickets: [Member]
  /// Ticket states that are part of the commits themselves need no edit afterwards.
  public var statesAreFolded: Bool
  /// Set where this takes a run back instead of landing tickets.
  public var undo: Undone?

  public init(target: RefName, from: CommitID, to: CommitID, tickets: [Member], statesAreFolded: Bool, undo: Undone? = nil) {
    self.target = target
    self.from = from
    self.to = to
    self.tickets = tickets
    self.statesAreFolded = statesAreFolded
    self.undo = undo
  }

  /// The intent to bring the first so many tickets alone.
  func prefix(_ count: Int) -> LandingIntent {
    let front = Array(tickets.prefix(count))
    return LandingIntent(
      target: target, from: from, to: front.last?.commit ?? from, tickets: front, statesAreFolded: statesAreFolded)
  }
}

public struct Landed: Sendable {
  public var attempt: Attempt
  /// The ticket's commits on the target, oldest first.
  public var commits: [CommitID]
  public var from: CommitID
  public var to: CommitID
  public var files: Int
  /// Changes that were dropped from the pick (`sageStream.exclude`).
  public var excluded: [TreePath]
  public var seconds: Double

  public var ticket: TicketID { attempt.ticket }

  public init(
    attempt: Attempt, commits: [CommitID], from: CommitID, to: CommitID, files: Int, excluded: [TreePath], seconds: Double
  ) {
    self.attempt = attempt
    self.commits = commits
    self.from = from
    self.to = to
    self.files = files
    self.excluded = excluded
    self.seconds = seconds
  }
}

/// A ticket that was set aside, with the reason that goes into its `deferReason`.
public struct Deferred: Sendable {
  public var ticket: TicketID
  public var category: String
  public var message: String
  /// Where its work is kept, where there is any.
  public var branch: RefName?
  public var log: FilePath?
  /// Whether this counts as failed in the summary (a skipped or not applicable ticket does not).
  public var isFailure: Bool

  public init(ticket: TicketID, category: String, message: String, branch: RefName? = nil, log: FilePath? = nil, isFailure: Bool) {
    self.ticket = ticket
    self.category = category
    self.message = message
    self.branch = branch
    self.log = log
    self.isFailure = isFailure
  }
}
