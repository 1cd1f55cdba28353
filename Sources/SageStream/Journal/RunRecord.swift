import Git
import Platform
import Tickets

/// What a run did, as far as its journal tells: a fold over its events. Resume, status and summary ask this, never each other.
public struct RunRecord: Sendable {
  public let run: RunID
  public private(set) var started: RunStarted?
  public private(set) var startTime: WallTime?
  public private(set) var lastTime: WallTime?
  /// A landing that began and of which the journal does not say how it ended.
  public private(set) var openIntent: LandingIntent?
  /// The children that were allowed to write to checkouts for the open intent.
  public private(set) var checkoutChildren: [ProcessIdentity] = []
  /// Workers that started and of which nothing more is known.
  public private(set) var running: [TicketID: WorkerStarted] = [:]
  /// Workers that started and of whose work nothing is known: it may stand in their slots, also where they have ended.
  public private(set) var unsettled: [TicketID: WorkerStarted] = [:]
  /// Checks that started and of whose end nothing is known, by slot.
  public private(set) var checks: [Int: CheckStarted] = [:]
  /// The newest verdict of each ticket that did not pass, by itself or as the last of a batch.
  public private(set) var failedChecks: [TicketID: CheckFinished] = [:]
  /// Submissions that neither landed nor were set aside, in the order of their ends.
  public private(set) var submissions: [Submission] = []
  public private(set) var landed: [Landed] = []
  public private(set) var held: [TicketID: String] = [:]
  public private(set) var setAside: [TicketID: Deferred] = [:]
  /// States that the queue does not have yet.
  public private(set) var owed: [TicketChange] = []
  /// Tickets that the user made work again.
  public private(set) var reopened: Set<TicketID> = []
  /// Tickets whose open submission was finished by hand after a conflict: they are DEFERRED and land all the same.
  public private(set) var resolved: Set<TicketID> = []
  /// Work that conflicted, by the commit that was made of all of it by hand.
  public private(set) var resolutions: [CommitID: CommitID] = [:]
  /// Tickets whose finished work nobody has approved yet.
  public private(set) var review: Set<TicketID> = []
  /// Tickets whose finished work somebody has approved.
  public private(set) var approved: Set<TicketID> = []
  public private(set) var undone: Undone?
  /// Commits that hold nothing but ticket states.
  public private(set) var stateCommits: [CommitID] = []
  /// Requests of other terminals that this run answered.
  public private(set) var answers: [RequestAnswer] = []
  private var written: Set<TicketID> = []
  private var startOrder: [TicketID: Int] = [:]
  public private(set) var finished: RunSummary?
  public private(set) var takenOverBy: RunID?

  public init(run: RunID, events: [Event] = []) {
    self.run = run
    for event in events { apply(event) }
  }

  /// The open submissions in the order in which the run would have landed them.
  public var landingOrder: [Submission] {
    guard started?.schedule == .batch else { return submissions }
    return submissions.sorted { (startOrder[$0.ticket] ?? -1) < (startOrder[$1.ticket] ?? -1) }
  }

  /// Whether nothing of this run is left to do for a later one.
  public var isClosed: Bool { takenOverBy != nil || (finished != nil && openIntent == nil && submissions.isEmpty && owed.isEmpty) }

  public mutating func apply(_ event: Event) {
    startTime = startTime ?? event.time
    lastTime = event.time
    switch event.fact {
    case .runStarted(let start): started = start
    case .workerStarted(let start):
      running[start.attempt.ticket] = start
      unsettled[start.attempt.ticket] = start
      startOrder[start.attempt.ticket] = startOrder.count
    case .workerExited(let attempt, _, _, _, _): running[attempt.ticket] = nil
    case .interrupted(let attempt), .throttled(let attempt, _, _):
      running[attempt.ticket] = nil
      unsettled[attempt.ticket] = nil
    case .submissionAnchored(let submission, _):
      running[submission.ticket] = nil
      unsettled[submission.ticket] = nil
      submissions.removeAll { $0.ticket == submission.ticket }
      submissions.append(submission)
    case .checkStarted(let check): checks[check.slot] = check
    case .checkFinished(let check): apply(check)
    case .landingIntent(let intent):
      openIntent = intent
      checkoutChildren = []
    case .checkoutChild(let child, _): checkoutChildren.append(child)
    case .landingClosed: openIntent = nil
    case .landed(let landing): apply(landing, at: event.time)
    case .held(let ticket, let reason): held[ticket] = reason
    case .conflicted(let ticket, let branch, _, let paths, let others):
      let with = others.isEmpty ? "" : " with \(others.map(\.displayed).joined(separator: ", "))"
      setAside(
        Deferred(
          ticket: ticket, category: "conflict", message: "conflicts\(with) in \(paths.map(\.description).joined(separator: ", "))",
          branch: branch, isFailure: false), at: event.time)
    case .deferred(let deferred): setAside(deferred, at: event.time)
    case .resolved(let ticket, let commit, let original):
      resolved.insert(ticket)
      if let original { resolutions[commit] = original }
    case .reworking(let ticket, _):
      setAside[ticket] = nil
      owed.removeAll { $0.ticket == ticket }
    case .awaitsReview(let ticket): review.insert(ticket)
    case .approved(let ticket):
      review.remove(ticket)
      approved.insert(ticket)
    case .reopened(let ticket, _): reopen(ticket, at: event.time)
    case .parked(let ticket, _):
      review.remove(ticket)
      submissions.removeAll { $0.ticket == ticket }
      held[ticket] = nil
    case .undone(let undone):
      self.undone = undone
      openIntent = nil
    case .answered(let answer): answers.append(answer)
    case .indexWritten(let tickets, let commit):
      written.formUnion(tickets)
      owed.removeAll { tickets.contains($0.ticket) }
      if let commit {
        stateCommits.append(commit)
        if openIntent?.undo == nil { openIntent = nil }
      }
    case .takenOver(let run): takenOverBy = run
    case .runFinished(let summary): finished = summary
    case .assigned, .validated, .slotCreated, .slotSetAside, .salvageWritten, .agentPaused,
      .warning, .stopping, .clashPredicted, .clashResolved:
      break
    }
  }

  private mutating func apply(_ check: CheckFinished) {
    if let slot = check.slot { checks[slot] = nil }
    if check.verdict.isAnswer, check.verdict != .green, let ticket = check.tickets.last { failedChecks[ticket] = check }
  }

  private mutating func apply(_ landing: Landed, at time: WallTime) {
    landed.append(landing)
    submissions.removeAll { $0.ticket == landing.ticket }
    failedChecks[landing.ticket] = nil
    held[landing.ticket] = nil
    resolved.remove(landing.ticket)
    review.remove(landing.ticket)
    approved.remove(landing.ticket)
    setAside[landing.ticket] = nil
    owed.removeAll { $0.ticket == landing.ticket }
    if openIntent?.statesAreFolded == false, !written.contains(landing.ticket) {
      owed.append(TicketChange(ticket: landing.ticket, state: .completed, time: time.toTheSecond))
    }
    if let intent = openIntent, intent.tickets.allSatisfy({ member in landed.contains { $0.attempt == member.attempt } }) {
      openIntent = nil
    }
  }

  private mutating func reopen(_ ticket: TicketID, at time: WallTime) {
    reopened.insert(ticket)
    setAside[ticket] = nil
    owed.removeAll { $0.ticket == ticket }
    owed.append(TicketChange(ticket: ticket, state: .unprocessed, time: time.toTheSecond))
  }

  private mutating func setAside(_ deferred: Deferred, at time: WallTime) {
    running[deferred.ticket] = nil
    unsettled[deferred.ticket] = nil
    submissions.removeAll { $0.ticket == deferred.ticket }
    held[deferred.ticket] = nil
    resolved.remove(deferred.ticket)
    review.remove(deferred.ticket)
    approved.remove(deferred.ticket)
    setAside[deferred.ticket] = deferred
    owed.removeAll { $0.ticket == deferred.ticket }
    owed.append(
      TicketChange(
        ticket: deferred.ticket, state: .deferred,
        deferReason: DeferReason(category: deferred.category, message: deferred.message, deferredAt: time.toTheSecond),
        time: time.toTheSecond))
  }
}
