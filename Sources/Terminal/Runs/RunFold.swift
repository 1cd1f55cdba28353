import Git
import Platform
import SageStream
import Tickets

/// What a reader of a run's events remembers: enough for progress lines and the summary.
///
/// It is fed every event in order and never looks elsewhere, so that the same code can tell a live run and one from the journal.
public struct RunFold: Sendable {
  /// Why a ticket did not land.
  public enum Setback: Sendable, Equatable {
    case conflicted(with: [TicketID], paths: [String], branch: String)
    case failed(message: String)
    case deferred(message: String)
    case held(reason: String)
  }

  public private(set) var start: RunStarted?
  public private(set) var titles: [TicketID: String] = [:]
  public private(set) var logs: [TicketID: FilePath] = [:]
  public private(set) var setbacks: [TicketID: Setback] = [:]
  /// Branches on which set-aside work is parked.
  public private(set) var branches: [TicketID: String] = [:]
  public private(set) var landed: [TicketID] = []
  /// From the start of the attempt that landed until it had, in seconds.
  public private(set) var secondsToLand: [TicketID: Double] = [:]
  public private(set) var warnings: [String] = []
  /// What the check came to in this run.
  public private(set) var checks = CheckCount()

  /// How often the check ran and how often it did not have to.
  public struct CheckCount: Sendable, Equatable {
    public var ran = 0
    public var seconds = 0.0
    public var known = 0
    public var flaky = 0
  }

  /// Tickets that wait for somebody to approve them.
  public private(set) var review: Set<TicketID> = []
  /// Where the time went, and what it cost.
  public private(set) var figures = RunFigures()

  private var started: [TicketID: WallTime] = [:]

  public init() {}

  /// The short name of the branch that the run lands on.
  public var target: String { start.map { $0.target.short } ?? "the target" }

  public mutating func take(_ event: Event) {
    figures.take(event)
    switch event.fact {
    case .runStarted(let start): self.start = start
    case .workerStarted(let worker):
      titles[worker.attempt.ticket] = worker.title
      logs[worker.attempt.ticket] = worker.log
      started[worker.attempt.ticket] = event.time
    case .landed(let landing):
      landed.append(landing.ticket)
      setbacks[landing.ticket] = nil
      secondsToLand[landing.ticket] = started[landing.ticket].map { event.time - $0 }
    case .awaitsReview(let ticket): review.insert(ticket)
    case .approved(let ticket): review.remove(ticket)
    case .reworking(let ticket, _): setbacks[ticket] = nil
    case .held(let ticket, let reason): setbacks[ticket] = .held(reason: reason)
    case .conflicted(let ticket, let branch, _, let paths, let others):
      branches[ticket] = branch.short
      setbacks[ticket] = .conflicted(with: others, paths: paths.map(\.description), branch: branch.short)
    case .deferred(let deferral):
      if let branch = deferral.branch { branches[deferral.ticket] = branch.short }
      if let log = deferral.log { logs[deferral.ticket] = log }
      // The conflict itself says more than the deferral that follows from it.
      if case .conflicted? = setbacks[deferral.ticket] { return }
      setbacks[deferral.ticket] = deferral.isFailure ? .failed(message: deferral.message) : .deferred(message: deferral.message)
    case .checkFinished(let check):
      checks.ran += check.isCached ? 0 : 1
      checks.known += check.isCached ? 1 : 0
      checks.flaky += check.isFlaky ? 1 : 0
      checks.seconds += check.seconds
    case .warning(let sentence): warnings.append(sentence)
    case .assigned, .validated, .checkStarted, .slotCreated, .slotSetAside, .workerExited, .submissionAnchored, .salvageWritten, .throttled,
      .agentPaused,
      .interrupted, .landingIntent, .checkoutChild, .landingClosed, .clashPredicted, .clashResolved, .indexWritten, .resolved, .reopened,
      .parked, .undone, .answered, .stopping, .takenOver, .runFinished:
      break
    }
  }
}
