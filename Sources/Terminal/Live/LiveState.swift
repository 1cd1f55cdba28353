import Platform
import SageStream
import Tickets

/// What a display shows of a run that goes on: a fold over its events, and nothing else.
///
/// A fact without a case here is one that a display has no place for; a new one that has gets a case and a line in `LiveFrame`.
public struct LiveState: Sendable {
  public enum Phase: String, Sendable {
    case preparing, working
    /// The worker has ended, and what it made is being collected.
    case collecting
  }

  public struct Seat: Sendable, Equatable {
    public var ticket: TicketID
    public var title: String
    public var attempt: Int
    public var phase: Phase
    public var since: WallTime
    public var log: FilePath?
  }

  /// A tree that is being checked before its tickets land.
  public struct Check: Sendable, Equatable {
    public var tickets: [TicketID]
    public var since: WallTime
  }

  public private(set) var run: RunID?
  public private(set) var target = ""
  public private(set) var workers = 0
  public private(set) var began: WallTime?
  /// By the number of the slot.
  public private(set) var seats: [Int: Seat] = [:]
  /// All that this run is about: workable at its start, or seen since.
  public private(set) var tickets: Set<TicketID> = []
  public private(set) var titles: [TicketID: String] = [:]
  /// Finished work in the order in which it is going to land.
  public private(set) var landingQueue: [TicketID] = []
  public private(set) var landing: Set<TicketID> = []
  public private(set) var landed: Set<TicketID> = []
  public private(set) var held: [TicketID: String] = [:]
  public private(set) var setAside: Set<TicketID> = []
  /// How many tickets nobody has begun, or wait for another try. Counted when asked for: a display asks less often than events come.
  public var waiting: Int {
    let busy = Set(seats.values.map(\.ticket)).union(landingQueue)
    return tickets.count { ticket in
      !busy.contains(ticket) && held[ticket] == nil && !setAside.contains(ticket) && !dropped.contains(ticket) && !landed.contains(ticket)
    }
  }
  /// Stopped or declined in this run; nobody waits for them any longer.
  public private(set) var dropped: Set<TicketID> = []
  /// Throttled tickets, with the time at which they are tried again.
  public private(set) var throttled: [TicketID: WallTime] = [:]
  public private(set) var throttleLimit: Int?
  /// Agents that have run into a limit, with the time at which it is over.
  public private(set) var pausedAgents: [String: WallTime] = [:]
  /// By the number of the slot.
  public private(set) var checks: [Int: Check] = [:]
  private var board = ClashBoard()
  /// Conflicts that are to be expected.
  public var clashes: [Clash] { board.clashes }
  public private(set) var isPaused = false
  public private(set) var stopping: String?
  /// From the start of an attempt until its ticket had landed, in seconds.
  public private(set) var secondsToLand: [Double] = []
  /// Of attempts that have ended.
  public private(set) var workSeconds = 0.0
  public private(set) var usage = WorkerUsage()
  public private(set) var finished: RunSummary?

  private var started: [TicketID: WallTime] = [:]

  public init() {}

  public mutating func take(_ event: Event) {
    board.apply(event.fact)
    switch event.fact {
    case .runStarted(let start):
      run = event.run
      target = start.target.short
      workers = start.workers
      began = event.time
      tickets.formUnion(start.tickets)
    case .assigned(let attempt, let title, let slot):
      leave(attempt.ticket)
      titles[attempt.ticket] = title
      seats[slot] = Seat(ticket: attempt.ticket, title: title, attempt: attempt.number, phase: .preparing, since: event.time)
    case .workerStarted(let start): began(start, at: event.time)
    case .workerExited(let attempt, let slot, _, let seconds, let usage):
      workSeconds += seconds
      add(usage)
      if seats[slot]?.ticket == attempt.ticket {
        seats[slot]?.phase = .collecting
        seats[slot]?.since = event.time
      }
    case .submissionAnchored(let submission, _):
      leave(submission.ticket)
      landingQueue.append(submission.ticket)
    case .throttled(let attempt, let seconds, let limit):
      leave(attempt.ticket)
      throttled[attempt.ticket] = event.time.advanced(by: seconds)
      throttleLimit = limit
    case .agentPaused(let agent, let until, _): pausedAgents[agent] = until
    case .checkStarted(let check): checks[check.slot] = Check(tickets: check.tickets, since: event.time)
    case .checkFinished(let check): if let slot = check.slot { checks[slot] = nil }
    case .interrupted(let attempt):
      leave(attempt.ticket)
      dropped.insert(attempt.ticket)
    case .landingIntent(let intent): landing.formUnion(intent.tickets.map(\.ticket))
    case .landingClosed: landing = []
    case .landed(let landing):
      leave(landing.ticket)
      landed.insert(landing.ticket)
      if let start = started[landing.ticket] { secondsToLand.append(event.time - start) }
    case .held(let ticket, let reason):
      leave(ticket)
      held[ticket] = reason
    case .conflicted(let ticket, _, _, _, _):
      leave(ticket)
      setAside.insert(ticket)
    case .deferred(let deferral):
      leave(deferral.ticket)
      setAside.insert(deferral.ticket)
    case .reopened(let ticket, _), .reworking(let ticket, _):
      leave(ticket)
    case .parked(let ticket, _):
      leave(ticket)
      dropped.insert(ticket)
    case .answered(let answer) where answer.isDone:
      if answer.verb == "pause" { isPaused = true }
      if answer.verb == "continue" { isPaused = false }
    case .stopping(let reason): stopping = reason
    case .runFinished(let summary):
      finished = summary
      seats = [:]
      checks = [:]
    default: break
    }
  }

  private mutating func began(_ start: WorkerStarted, at time: WallTime) {
    let ticket = start.attempt.ticket
    leave(ticket)
    tickets.insert(ticket)
    titles[ticket] = start.title
    started[ticket] = time
    seats[start.slot] = Seat(
      ticket: ticket, title: start.title, attempt: start.attempt.number, phase: .working, since: time, log: start.log)
  }

  /// Takes a ticket out of wherever it was.
  private mutating func leave(_ ticket: TicketID) {
    tickets.insert(ticket)
    for (slot, seat) in seats where seat.ticket == ticket { seats[slot] = nil }
    landingQueue.removeAll { $0 == ticket }
    landing.remove(ticket)
    held[ticket] = nil
    setAside.remove(ticket)
    landed.remove(ticket)
    dropped.remove(ticket)
    throttled[ticket] = nil
  }

  private mutating func add(_ more: WorkerUsage) {
    if let tokens = more.inputTokens { usage.inputTokens = (usage.inputTokens ?? 0) + tokens }
    if let tokens = more.outputTokens { usage.outputTokens = (usage.outputTokens ?? 0) + tokens }
    if let cost = more.costUSD { usage.costUSD = (usage.costUSD ?? 0) + cost }
  }
}
