import Git
import Planning
import Platform
import Tickets

/// What a run knows at a moment. Owned by the `Run` actor and changed by it alone; every change answers one signal.
final class RunState {
  let id: RunID
  let target: RefName
  let journal: Journal
  let names: TicketNames
  let lander: Lander
  var queue: Queue
  var queueStatus: FileStatus?
  /// Tickets that the user's selection covers.
  var selected: Set<TicketID>
  /// How many more tickets may be started; nil: any number.
  var limit: Int?
  var command: WorkerCommand?
  /// The agent that works, where it is one.
  var agent: Agent?
  /// Until then the agent takes no work: it has run into a limit.
  var agentPause: ContinuousClock.Instant?
  var spending = Spending()
  private(set) var workers = 1

  var progress = Progress()
  /// Running tickets with their slots.
  var running: [TicketID: Int] = [:]
  var waitingToLand: [Submission] = []
  var isLanding = false
  /// Held submissions of earlier runs wait for this run's first landing.
  var mustTryHeld = false
  /// Held submissions have been tried once more at the end, and nothing has landed since.
  private var hasTriedHeldLast = false
  /// Not to be started again in this run.
  var declined: Set<TicketID> = []
  /// Throttled, until their pause is over.
  var paused: Set<TicketID> = []
  var pauses: [(TicketID, ContinuousClock.Instant)] = []
  var throttle: Throttle
  /// Tickets whose workers moved the target.
  var targetMovers: Set<TicketID> = []
  var openSlots: [Int: Slot] = [:]
  var brokenSlots: Set<Int> = []
  var isStopping = false
  /// Starts no tickets until `continue`.
  var isPaused = false
  var wasInterrupted = false
  var hasSeenWorkerEnd = false
  var failuresInARow = 0
  var throttledAttempts = 0
  /// Everything that was workable at the start or became so.
  private var workable: Set<TicketID> = []
  /// Something has landed since that was last looked at; one look does for all that lands together.
  private var mayBeMoreWorkable = false
  /// What was started for the running tickets.
  var assigned: [TicketID: (attempt: Attempt, base: CommitID)] = [:]
  /// Nil where looking ahead is not possible.
  var foresight: Foresight?
  var lookIsDue = false
  var failedLooks = 0
  var clashes = ClashBoard()
  /// Workers of dead runs, of whose work nothing is known.
  var orphans: [WorkerStarted] = []
  /// Tickets of which it was said that their validation does not run.
  var saidUntrusted: Set<TicketID> = []
  /// How many attempts followed because a ticket's validation failed, and what it printed last.
  var furtherAttempts: [TicketID: Int] = [:]
  var previousOutput: [TicketID: String] = [:]
  /// What has to pass before it lands; nil where there is no check.
  var gate: CheckGate?
  /// Tickets whose conflict was finished by hand and whose landing is under way.
  var resolving: Set<TicketID> = []
  /// How often each ticket was given to its worker again after a conflict, and what its next attempt is to solve.
  var reworked: [TicketID: Int] = [:]
  var conflictsToSolve: [TicketID: ConflictToSolve] = [:]
  /// Requests that are answered when their ticket has landed, or has not, by their ids.
  var pending: [String: (path: FilePath, request: Request)] = [:]
  var landedWork: [TicketID: Assignment.LandedDependency] = [:]
  /// What `--semi-auto` works on now, in lower case, and what it was told to leave alone.
  var component: String?
  var declinedComponents: Set<String> = []
  var velocityLog: VelocityLog?

  private var attempts: [TicketID: Int] = [:]
  private var startOrder: [TicketID: Int] = [:]
  private var stops: [TicketID: StopRequest] = [:]
  private var outcomes = Outcomes()
  private var startTimes: [TicketID: ContinuousClock.Instant] = [:]
  private let began = ContinuousClock.now

  init(
    id: RunID, target: RefName, journal: Journal, names: TicketNames, lander: Lander, queue: Queue, selected: Set<TicketID>, limit: Int?,
    throttleBackoff: Duration
  ) {
    self.id = id
    self.target = target
    self.journal = journal
    self.names = names
    self.lander = lander
    self.queue = queue
    self.selected = selected
    self.limit = limit
    throttle = Throttle(workers: 1, backoff: throttleBackoff)
  }

  // MARK: - Questions

  var isIdle: Bool {
    guard running.isEmpty, !isLanding, !hasSomethingToLand else { return false }
    return isStopping || paused.isEmpty && !(isPaused && nextTicket() != nil)
  }
  var hasSomethingToLand: Bool { !waitingToLand.isEmpty || mustTryHeld }
  var usableSlots: Int { workers - brokenSlots.count }

  func startable() -> [TicketID] {
    let found = queue.graph.startable(progress).filter { selected.contains($0) && !declined.contains($0) && !paused.contains($0) }
    if declinedComponents.isEmpty { return found }
    return found.filter { id in queue.index[id].map { !declinedComponents.contains($0.component.lowercased()) } ?? true }
  }

  func nextTicket() -> TicketID? {
    if let agentPause, agentPause > .now { return nil }
    // A ticket that is done once more after a conflict was counted when it was started first.
    if let limit, limit <= 0 { return startable().first { conflictsToSolve[$0] != nil } }
    return startable().first
  }

  func freeSlot() -> Int? {
    guard running.count < min(throttle.limit, usableSlots) else { return nil }
    let taken = Set(running.values)
    return (1...workers).first { !taken.contains($0) && !brokenSlots.contains($0) }
  }

  func workableNow() -> Set<TicketID> { queue.graph.workable(progress).intersection(selected) }

  var hasLandedAny: Bool { !outcomes.tickets(.landed).isEmpty }
  /// Whether this run has given any ticket to a worker.
  var hasStartedAny: Bool { !startOrder.isEmpty }

  /// Since the latest attempt at a ticket began; nil where this run made none.
  func secondsSinceStart(of ticket: TicketID) -> Double? { startTimes[ticket].map { (ContinuousClock.now - $0) / .seconds(1) } }

  func hasLanded(_ ticket: TicketID) -> Bool { outcomes[ticket] == .landed }

  func stopRequest(for ticket: TicketID) -> StopRequest {
    let stop = StopRequest()
    stops[ticket] = stop
    if isStopping && wasInterrupted { stop.make() }
    return stop
  }

  // MARK: - Changes

  func setWorkers(_ count: Int) {
    workers = count
    throttle = Throttle(workers: count, backoff: throttle.backoff)
  }

  func adopt(_ new: Queue, hasSelection: Bool) {
    countWorkable()
    let added = Set(new.index.tickets.map(\.id)).subtracting(queue.index.tickets.map(\.id))
    // A ticket that the user has put back to UNPROCESSED is work again; our own edits are the states we have noted already.
    // Not one that this run has landed: then another branch has been checked out, whose queue does not know of it yet.
    for (ticket, state) in progress.states where !hasLanded(ticket) {
      guard let now = new.index[ticket]?.state, let before = queue.index[ticket]?.state, now != before, now != state else { continue }
      progress.states[ticket] = nil
      declined.remove(ticket)
    }
    queue = new
    if !hasSelection { selected.formUnion(added) }
    workable.formUnion(workableNow())
  }

  func begin(_ ticket: TicketID, slot: Int) -> Attempt {
    attempts[ticket, default: 0] += 1
    startOrder[ticket] = startOrder.count
    running[ticket] = slot
    startTimes[ticket] = .now
    progress.busy.insert(ticket)
    if let left = limit, attempts[ticket] == 1 { limit = left - 1 }
    return Attempt(ticket: ticket, run: id, number: attempts[ticket] ?? 1)
  }

  /// The worker was never started, so this was no attempt.
  func abandon(_ ticket: TicketID, slot: Int) {
    running[ticket] = nil
    assigned[ticket] = nil
    progress.busy.remove(ticket)
    attempts[ticket, default: 1] -= 1
    lose(slot)
  }

  /// A slot that cannot be used any more in this run.
  func lose(_ slot: Int) {
    brokenSlots.insert(slot)
    openSlots[slot] = nil
  }

  func ended(_ ticket: TicketID, slot: Int, _ report: AttemptReport) {
    running[ticket] = nil
    assigned[ticket] = nil
    stops[ticket] = nil
    progress.busy.remove(ticket)
    outcomes.add(report.seconds, of: ticket)
    if !report.slotIsUsable { openSlots[slot] = nil }
    if case .submitted = report.outcome {} else { clashes.forget(ticket) }
  }

  func submit(_ submission: Submission) {
    waitingToLand.append(submission)
    progress.busy.insert(submission.ticket)
  }

  /// Before the run ends, what is held is tried once more: its paths may be free by now, or what landed last may have cleared its way.
  ///
  /// - Returns: false where there is nothing to try.
  func tryHeldLast() -> Bool {
    if wasInterrupted || hasTriedHeldLast || progress.held.isEmpty { return false }
    hasTriedHeldLast = true
    mustTryHeld = true
    return true
  }

  /// Submissions that are to be tried again before all others, because something else has landed meanwhile.
  func postpone(_ submissions: [Submission]) {
    waitingToLand = submissions.filter { !progress.held.contains($0.ticket) } + waitingToLand
    if submissions.contains(where: { progress.held.contains($0.ticket) }) { mustTryHeld = true }
  }

  func takePauses() -> [(TicketID, ContinuousClock.Instant)] {
    defer { pauses = [] }
    return pauses
  }

  /// What waits to land, in the order of its ends; a batch, which waits for all, in the order of its starts.
  func takeWaiting(inOrderOfStart: Bool) -> [Submission] {
    isLanding = true
    mustTryHeld = false
    if inOrderOfStart { waitingToLand.sort { (startOrder[$0.ticket] ?? -1) < (startOrder[$1.ticket] ?? -1) } }
    defer { waitingToLand = [] }
    return waitingToLand
  }

  func landed(_ landed: Landed, title: String) {
    progress.busy.remove(landed.ticket)
    progress.held.remove(landed.ticket)
    progress.states[landed.ticket] = .completed
    for epic in queue.graph.epicsToComplete(progress) { progress.states[epic] = .completed }
    outcomes[landed.ticket] = .landed
    hasTriedHeldLast = false
    clashes.apply(.landed(landed))
    landedWork[landed.ticket] = Assignment.LandedDependency(
      ticket: landed.ticket, title: title, commit: landed.commits.last, subjects: [])
    mayBeMoreWorkable = true
  }

  /// Begins to count what is workable with what is so now.
  func beginCountingWorkable() {
    mayBeMoreWorkable = false
    workable = workableNow()
  }

  /// To be called before anything but a landing changes the progress.
  private func countWorkable() {
    guard mayBeMoreWorkable else { return }
    mayBeMoreWorkable = false
    workable.formUnion(workableNow())
  }

  /// The next number for work on a ticket that no worker does.
  func nextAttempt(at ticket: TicketID) -> Attempt {
    attempts[ticket, default: 0] += 1
    return Attempt(ticket: ticket, run: id, number: attempts[ticket] ?? 1)
  }

  /// Takes some of what waits out of the queue of the landings.
  func takeWaiting(of tickets: Set<TicketID>) -> [Submission] {
    defer { waitingToLand.removeAll { tickets.contains($0.ticket) } }
    return waitingToLand.filter { tickets.contains($0.ticket) }
  }

  func hold(_ ticket: TicketID) {
    progress.busy.remove(ticket)
    progress.held.insert(ticket)
  }

  /// A ticket whose work conflicted is to be done once more.
  func workAgain(_ ticket: TicketID) {
    progress.busy.remove(ticket)
    progress.held.remove(ticket)
    progress.states[ticket] = .unprocessed
    declined.remove(ticket)
  }

  func conflicted(_ ticket: TicketID) {
    outcomes[ticket] = .conflicted
    close(ticket)
  }

  func setAside(_ deferred: Deferred) {
    outcomes[deferred.ticket] = deferred.isFailure ? .failed : .deferred
    close(deferred.ticket)
  }

  func reopened(_ ticket: TicketID) {
    progress.states[ticket] = .unprocessed
    declined.remove(ticket)
    outcomes[ticket] = nil
    workable.formUnion(workableNow())
  }

  private func close(_ ticket: TicketID) {
    countWorkable()
    progress.busy.remove(ticket)
    progress.held.remove(ticket)
    progress.states[ticket] = .deferred
    clashes.forget(ticket)
  }

  func stop(_ reason: String) {
    guard !isStopping else { return }
    isStopping = true
    _ = try? journal.append(.stopping(reason: reason))
  }

  /// Stops the attempt at one ticket; false where none is running.
  func cancel(_ ticket: TicketID) -> Bool {
    guard let stop = stops[ticket] else { return false }
    stop.make()
    return true
  }

  func stopWorkers() {
    for stop in stops.values { stop.make() }
    gate?.stop()
  }

  func hurryWorkers() { for stop in stops.values { stop.hurry() } }

  func summary(interrupted: Bool, held: [TicketID] = []) -> RunSummary {
    var summary = RunSummary()
    summary.landed = outcomes.tickets(.landed)
    summary.conflicted = outcomes.tickets(.conflicted)
    summary.failed = outcomes.tickets(.failed)
    summary.deferred = outcomes.tickets(.deferred)
    summary.throttled = throttledAttempts
    summary.held = held
    summary.wallSeconds = (ContinuousClock.now - began) / .seconds(1)
    summary.workSeconds = outcomes.workSeconds
    summary.workers = workers
    summary.failedLooks = failedLooks
    summary.criticalSeconds = outcomes.criticalSeconds(dependencies: queue.graph.dependencies)
    summary.wasInterrupted = interrupted
    countWorkable()
    // With a limit, the tickets that it left out were not selected.
    let wanted = limit == nil ? workable : workable.filter { attempts[$0] != nil }
    summary.unfinished = wanted.filter { !hasLanded($0) }.sorted()
    return summary
  }
}
