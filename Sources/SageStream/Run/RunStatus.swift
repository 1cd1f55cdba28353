import Platform
import Tickets

/// How the newest run stands: a fold over its journal, made without any lock, so it works from every terminal.
public struct RunStatus: Sendable {
  public enum State: String, Sendable {
    case running
    case finished
    /// Ended in order by Ctrl-C or TERM.
    case interrupted
    /// Killed; the next start takes over what it left.
    case dead
  }

  public struct SlotStatus: Sendable {
    public var slot: Int
    public var ticket: TicketID
    public var title: String
    public var phase: String
    public var since: WallTime
  }

  public let run: RunID
  public let state: State
  public let slots: [SlotStatus]
  /// Finished work that has not landed yet.
  public let waiting: [TicketID]
  public let landed: [TicketID]
  public let held: [TicketID]
  /// Those of them that wait for somebody to approve them (`land ID`).
  public let review: [TicketID]
  /// Conflicted, failed and skipped tickets.
  public let setAside: [TicketID]
  /// What the check said of those that it did not let pass.
  public let failedChecks: [CheckFinished]
  /// What will conflict when it lands, as the work stood at the last look.
  public let clashes: [Clash]
  /// The short name of the branch that it lands on.
  public let target: String
  public let started: WallTime
  /// Somebody holds the run: it goes on, and starts no more tickets.
  public let isPaused: Bool
  /// Agents that have run into a limit, with the time at which it is over; the latest that each has named.
  public let pausedAgents: [String: WallTime]

  /// The newest run that has a journal; nil where nothing has ever run here.
  public static func latest(of project: Project) throws(Failure) -> RunStatus? {
    var verbs: [RunRecord] = []
    for run in try JournalReader.runs(in: project.stateFolder).reversed() {
      let events = try JournalReader.events(of: project.runFolder(run).appending("journal.jsonl"))
      guard let first = events.first else { continue }
      // A verb such as `retry` is no run of the queue.
      if case .runStarted(let start) = first.fact, start.verb != nil {
        verbs.insert(RunRecord(run: run, events: events), at: 0)
        continue
      }
      return RunStatus(run: run, events: events, started: first.time, verbs: verbs)
    }
    return nil
  }

  /// - Parameter verbs: what `retry`, `abort` and their like have done since, oldest first; they take over what a dead run left.
  init(run: RunID, events: [Event], started: WallTime, verbs: [RunRecord] = []) {
    let record = RunRecord(run: run, events: events)
    self.run = run
    self.started = started
    var board = ClashBoard()
    for event in events { board.apply(event.fact) }
    if let summary = record.finished {
      state = summary.wasInterrupted ? .interrupted : .finished
    } else if record.takenOverBy != nil {
      state = .interrupted
    } else {
      state = record.started?.process.isAlive == true ? .running : .dead
    }
    target = record.started?.target.short ?? "the target"
    clashes = state == .running ? board.clashes : []
    (isPaused, pausedAgents) = state == .running ? Self.pauses(events) : (false, [:])
    let heirs = record.takenOverBy == nil ? [] : verbs
    slots = heirs.isEmpty && record.finished == nil ? Self.slots(events) : []
    let open = heirs.last ?? record
    let isTakenBack = verbs.contains { $0.undone?.run == run }
    landed = isTakenBack ? [] : ([record] + heirs).flatMap(\.landed).map(\.ticket)
    held = open.held.keys.sorted()
    review = open.held.keys.filter { open.review.contains($0) }.sorted()
    waiting = open.submissions.map(\.ticket).filter { open.held[$0] == nil }
    let reopened = verbs.reduce(into: Set<TicketID>()) { $0.formUnion($1.reopened) }
    setAside = record.setAside.keys.filter { !reopened.contains($0) }.sorted()
    failedChecks = setAside.compactMap { record.setAside[$0]?.isByCheck == true ? record.failedChecks[$0] : nil }
  }

  private static func pauses(_ events: [Event]) -> (isPaused: Bool, agents: [String: WallTime]) {
    var isPaused = false
    var agents: [String: WallTime] = [:]
    for event in events {
      switch event.fact {
      case .answered(let answer) where answer.isDone && ["pause", "continue"].contains(answer.verb): isPaused = answer.verb == "pause"
      case .agentPaused(let agent, let until, _): agents[agent] = until
      default: break
      }
    }
    return (isPaused, agents)
  }

  /// What each slot is doing: it is made ready, its worker works, what that made is collected, or a tree is checked in it.
  private static func slots(_ events: [Event]) -> [SlotStatus] {
    var slots: [Int: SlotStatus] = [:]
    var titles: [TicketID: String] = [:]
    for event in events {
      func sit(_ slot: Int, _ ticket: TicketID, _ title: String, _ phase: String) {
        titles[ticket] = title
        slots[slot] = SlotStatus(slot: slot, ticket: ticket, title: title, phase: phase, since: event.time)
      }
      func leave(_ ticket: TicketID) { slots = slots.filter { $0.value.ticket != ticket } }
      switch event.fact {
      case .assigned(let attempt, let title, let slot): sit(slot, attempt.ticket, title, "preparing")
      case .workerStarted(let start): sit(start.slot, start.attempt.ticket, start.title, "working")
      case .workerExited(let attempt, let slot, _, _, _): sit(slot, attempt.ticket, slots[slot]?.title ?? "", "collecting")
      case .submissionAnchored(let submission, _): leave(submission.ticket)
      case .checkStarted(let check):
        // A check of the target itself is no ticket's.
        if let ticket = check.tickets.last { sit(check.slot, ticket, titles[ticket] ?? "", "checking") }
      case .checkFinished(let check): if let slot = check.slot { slots[slot] = nil }
      case .interrupted(let attempt), .throttled(let attempt, _, _): leave(attempt.ticket)
      case .deferred(let deferral): leave(deferral.ticket)
      case .reopened(let ticket, _), .parked(let ticket, _): leave(ticket)
      default: break
      }
    }
    return slots.values.sorted { $0.slot < $1.slot }
  }

  /// `status --json` (DESIGN section 9).
  public var json: JSON {
    [
      "schema_version": 1, "run": .string(run.rawValue), "state": .string(state.rawValue), "paused": .bool(isPaused),
      "paused_agents": .array(
        pausedAgents.sorted { $0.key < $1.key }.map { ["agent": .string($0.key), "until": .string($0.value.description)] }),
      "slots": .array(
        slots.map {
          [
            "slot": JSON($0.slot), "ticket": .string($0.ticket.rawValue), "phase": .string($0.phase),
            "since": .string($0.since.description),
          ]
        }),
      "waiting": JSON(waiting.map(\.rawValue)), "landed": JSON(landed.map(\.rawValue)), "held": JSON(held.map(\.rawValue)),
      "review": JSON(review.map(\.rawValue)), "set_aside": JSON(setAside.map(\.rawValue)),
      "failed_checks": .array(
        failedChecks.map { check in
          [
            "ticket": check.tickets.last.map { .string($0.rawValue) } ?? .null, "verdict": .string(check.verdict.name),
            "log": check.log.map { .string($0.string) } ?? .null,
          ]
        }),
      "clashes": .array(clashes.map { .object(JSON.Object($0.pair.members + [.init("paths", JSON($0.paths.map(\.description)))])) }),
    ]
  }
}
