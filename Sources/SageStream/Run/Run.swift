import Git
import Planning
import Platform
import Tickets

/// One invocation that works on the queue, from the lock to the summary.
///
/// A loop over signals: a worker has ended, a landing has ended, a pause is over, the user wants to stop. Between two signals
/// it reads the queue again, starts what can start and hands what waits to the `Lander`. Workers and landings are children of
/// one task group, so nothing outlives the run. One worker after the other is the same engine with one slot.
public actor Run {
  let project: Project
  let options: RunOptions
  let prompter: any Prompter
  let observer: @Sendable (Event) -> Void
  let waiting: @Sendable (LockHolder?, Int) -> Void
  let signals: AsyncStream<Signal>
  let inbox: AsyncStream<Signal>.Continuation

  enum Signal: Sendable {
    case slotOpened(Slot)
    case slotFailed(number: Int, ticket: TicketID, Failure)
    case attemptEnded(AttemptReport, slot: Int)
    case landingEnded(Result<[(Submission, LandingResult)], Failure>)
    case pauseOver(TicketID)
    case lookIsDue
    case looked(Foresight.Look)
    case interrupted
    /// Somebody has put a request into the box.
    case requested
  }

  /// - Parameters:
  ///   - observer: sees every event of the journal, in order.
  ///   - waiting: told every second while another run has the lock: who, and how many seconds are left.
  public init(
    project: Project, options: RunOptions, prompter: any Prompter, observer: @escaping @Sendable (Event) -> Void,
    waiting: @escaping @Sendable (LockHolder?, Int) -> Void = { _, _ in }
  ) {
    self.project = project
    self.options = options
    self.prompter = prompter
    self.observer = observer
    self.waiting = waiting
    (signals, inbox) = AsyncStream.makeStream()
  }

  /// The first call ends the run in an orderly way: no new tickets, workers are asked to stop, finished work lands. The second
  /// does not wait for them.
  public nonisolated func interrupt() { inbox.yield(.interrupted) }

  /// Runs to the end.
  ///
  /// - Throws: `Failure` where nothing could be started. Failures of single tickets are part of the summary (DESIGN I10).
  public func execute() async throws(Failure) -> RunSummary {
    let target = try await project.target(onto: options.onto)
    let lock = try await RunLock.acquire(project, patience: project.settings.lockTimeout, waiting: waiting)
    // git is asked who commits while the queue is read and libgit2 reads the system's certificates.
    async let asked = project.committer()
    let queue = try await loadQueueUnderLock()
    if let refusal = queue.refusal { throw refusal }
    try check(selection: options, against: queue)
    project.warmUp()
    let committer: Signature
    do { committer = try await asked } catch { throw error as? Failure ?? .git(.notStarted(executable: "git var", reason: "\(error)")) }
    let state = try open(target: target, queue: queue, committer: committer, lock: lock)
    do throws(Failure) {
      try await begin(state)
      return try await work(state)
    } catch {
      _ = try? finish(state, after: error)
      throw error
    }
  }

  private func check(selection options: RunOptions, against queue: Queue) throws(Failure) {
    for ticket in options.tickets where queue.index[ticket] == nil {
      throw .unknownTicket(ticket, similar: queue.idsLike(ticket))
    }
    let components = Set(queue.index.tickets.map { $0.component.lowercased() })
    for component in options.components where !components.contains(component.lowercased()) {
      throw .unknownComponent(component, known: components.sorted())
    }
  }

  /// Opens the journal and the lander, and decides what is selected.
  func open(
    target: RefName, queue: Queue, committer: Signature, lock: consuming RunLock
  ) throws(Failure) -> RunState {
    let id = lock.run
    let folder = project.runFolder(id)
    do throws(Errno) { try Folder.create(folder, permissions: FilePermissions(rawValue: 0o700)) } catch {
      throw .fileSystem(path: folder, error)
    }
    let observer = observer
    let journal = try Journal(run: id, folder: folder, observer: observer)
    let names = TicketNames(queue.index.tickets.map(\.id))
    let lander = try Lander(project: project, target: target, journal: journal, names: names, committer: committer, lock: lock)
    var selected = options.tickets.isEmpty ? queue.index.tickets.map(\.id) : options.tickets
    if !options.components.isEmpty {
      let wanted = Set(options.components.map { $0.lowercased() })
      selected.removeAll { id in queue.index[id].map { !wanted.contains($0.component.lowercased()) } ?? true }
    }
    return RunState(
      id: id, target: target, journal: journal, names: names, lander: lander, queue: queue, selected: Set(selected),
      limit: options.limit, throttleBackoff: project.settings.throttleBackoff)
  }

  /// The first event, then everything that earlier runs left, then the question whether there is a worker.
  private func begin(_ state: RunState) async throws(Failure) {
    state.setWorkers(workerCount(state))
    let worker = try project.worker(options.worker)
    try state.journal.append(
      .runStarted(
        RunStarted(
          process: .current, target: state.target, tip: try await state.lander.tip(), workers: state.workers,
          worker: worker?.displayed ?? "", schedule: schedule, tickets: state.workableNow().sorted(),
          index: project.queueFile.path, tag: project.queueFile.tag)),
      durable: true)
    let warnings = state.queue.findings.filter { $0.severity == .warning }
    if warnings.count > 3 {
      try state.journal.append(
        .warning("the queue has \(warnings.count) oddities that do not stop a run; git sage-stream validate lists them"))
    } else {
      for warning in warnings { try state.journal.append(.warning(warning.description)) }
    }
    async let velocityLog = VelocityLog.find(for: project)
    try await resume(state)
    try await settleResolutions(state, isQueueRun: true)
    try await answerRequests(state)
    try await completeMergedByHand(state)
    try await completeLandedElsewhere(state)
    // From here on every move of the target that is not ours is looked at.
    _ = try await state.lander.strangeTip()
    state.beginCountingWorkable()
    try announceValidation(state)
    state.velocityLog = await velocityLog
    // Better now than in the middle of a run.
    if state.nextTicket() != nil { _ = try command(state) }
  }

  /// What does a ticket, asked for when the first one starts: where none is ready at the beginning, one may become so when finished work of
  /// an earlier run lands.
  private func command(_ state: RunState) throws(Failure) -> WorkerCommand {
    if let command = state.command { return command }
    guard let worker = try project.worker(options.worker) else { throw .noWorker(agentsOnPath: agentsOnPath(project.environment)) }
    try employ(worker, state)
    return worker.command
  }

  private var schedule: RunOptions.Schedule { options.schedule ?? project.settings.schedule }

  /// As many as asked for, but not more than tickets that can run.
  private func workerCount(_ state: RunState) -> Int {
    let asked: Int
    switch options.workers ?? project.settings.workers(for: options.mode) {
    case nil: asked = 1
    case .count(let count): asked = count
    case .automatic: asked = defaultWorkerCount(cores: processorCount())
    }
    return max(1, min(asked, state.workableNow().count))
  }

  // MARK: - The loop

  private func work(_ state: RunState) async throws(Failure) -> RunSummary {
    let keeper = makeKeeper(state)
    state.gate = try makeGate(state, keeper)
    let bell = listen()
    defer { bell?.close() }
    // What came before the bell was hung.
    inbox.yield(.requested)
    try await settleOrphans(state, keeper)
    try await keeper.anchorStashes()
    if await !mayBegin(state) { state.stop("you said so") }
    Foresight.removeDead(in: project)
    if Foresight.isPossible(in: project) { state.foresight = Foresight(project: project, run: state.id) }
    // Discarding: any other group keeps a task, and the stack that it had, until somebody asks for its result.
    let failure: Failure? = await withDiscardingTaskGroup { group in
      awaitLook(state, &group)
      do throws(Failure) {
        var iterator = signals.makeAsyncIterator()
        while true {
          try await reload(state)
          try await startTickets(state, keeper, &group)
          if !state.isLanding, state.hasSomethingToLand { try await watchTarget(state) }
          land(state, &group)
          awaitPauses(state, &group)
          lookAhead(state, &group)
          if state.isIdle {
            if state.tryHeldLast() { continue }
            break
          }
          guard let signal = await iterator.next() else { break }
          try await handle(signal, state)
        }
        group.cancelAll()
        return nil
      } catch {
        state.stopWorkers()
        group.cancelAll()
        return error
      }
    }
    await state.foresight?.end()
    if let failure { throw failure }
    try await state.lander.recordOwed()
    let held = await state.lander.held.map(\.submission.ticket)
    let summary = state.summary(interrupted: state.wasInterrupted, held: held)
    try state.journal.append(.runFinished(summary), durable: true)
    return summary
  }

  private func startTickets(_ state: RunState, _ keeper: SlotKeeper, _ group: inout DiscardingTaskGroup) async throws(Failure) {
    // One worker after the other: each starts from what the one before has landed. So does each batch.
    if (state.workers == 1 || schedule == .batch) && (state.isLanding || state.hasSomethingToLand) { return }
    if schedule == .batch && !state.running.isEmpty { return }
    while !state.isStopping, !state.isPaused, let number = state.freeSlot(), let ticket = try await nextToStart(state) {
      try await start(ticket, in: number, state, keeper, &group)
    }
  }

  private func start(_ ticket: Ticket, in number: Int, _ state: RunState, _ keeper: SlotKeeper, _ group: inout DiscardingTaskGroup)
    async throws(Failure)
  {
    let command = try command(state)
    // Without consent it has been set aside.
    guard let validation = try await validation(of: ticket, state) else { return }
    let base: CommitID
    do throws(Failure) { base = try await state.lander.baseForWorkers() } catch {
      guard case .unbornTarget(let target) = error else { throw error }
      return state.stop("\(target.short) no longer exists")
    }
    let attempt = state.begin(ticket.id, slot: number)
    try state.journal.append(.assigned(attempt: attempt, title: ticket.displayTitle, slot: number))
    var assignment = Assignment(attempt: attempt, ticket: ticket, base: base, command: command)
    assignment.parent = ticket.parent.flatMap { state.queue.index[$0] }
    assignment.agent = state.agent
    assignment.validation = validation
    assignment.previousOutput = state.previousOutput.removeValue(forKey: ticket.id)
    assignment.restart = try await restart(assignment, state)
    assignment.landedDependencies = state.queue.graph.dependencies(of: ticket.id).compactMap { state.landedWork[$0] }
    if let conflict = state.conflictsToSolve.removeValue(forKey: ticket.id) { try hand(conflict, to: &assignment, state) }
    state.assigned[ticket.id] = (attempt, base)
    let slot = state.openSlots[number]
    let stop = state.stopRequest(for: ticket.id)
    let inbox = inbox
    group.addTask { [assignment] in
      do throws(Failure) {
        let ready: Slot
        if let slot {
          ready = slot
        } else {
          ready = try await keeper.open(number: number, at: assignment.base, stop: stop)
          inbox.yield(.slotOpened(ready))
        }
        inbox.yield(.attemptEnded(await keeper.run(assignment, in: ready, stop: stop), slot: number))
      } catch { inbox.yield(.slotFailed(number: number, ticket: assignment.attempt.ticket, error)) }
    }
  }

  /// One timer for each throttled ticket; cancelled with the group when the run ends first.
  private func awaitPauses(_ state: RunState, _ group: inout DiscardingTaskGroup) {
    let inbox = inbox
    for (ticket, end) in state.takePauses() {
      group.addTask {
        try? await Task.sleep(until: end, clock: .continuous)
        inbox.yield(.pauseOver(ticket))
      }
    }
  }

  private func land(_ state: RunState, _ group: inout DiscardingTaskGroup) {
    state.gate?.idle = state.workers - state.running.count
    guard !state.isLanding, state.hasSomethingToLand else { return }
    if schedule == .batch && !state.running.isEmpty { return }
    let submissions = state.takeWaiting(inOrderOfStart: schedule == .batch)
    let (lander, queue, progress, gate, inbox) = (state.lander, state.queue, state.progress, state.gate, inbox)
    group.addTask {
      do throws(Failure) {
        inbox.yield(.landingEnded(.success(try await lander.land(submissions, queue: queue, progress: progress, gate: gate))))
      } catch { inbox.yield(.landingEnded(.failure(error))) }
    }
  }
}
