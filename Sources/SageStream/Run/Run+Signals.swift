import Git
import Platform
import Tickets

/// What each signal means for the run.
extension Run {
  func handle(_ signal: Signal, _ state: RunState) async throws(Failure) {
    switch signal {
    case .slotOpened(let slot): state.openSlots[slot.number] = slot
    case .slotFailed(let number, let ticket, let failure):
      state.abandon(ticket, slot: number)
      try goOn(without: number, failure, state)
    case .attemptEnded(let report, let slot): try await handle(report, slot: slot, state)
    case .landingEnded(.success(let results)):
      state.isLanding = false
      for (submission, result) in results { try await handle(result, of: submission, state) }
      try await answerThoseStillHeld(state)
      state.postpone(results.compactMap { if case .postponed = $0.1 { $0.0 } else { nil } })
    case .landingEnded(.failure(let failure)):
      state.isLanding = false
      throw failure
    case .lookIsDue: state.lookIsDue = true
    case .looked(let look): try handle(look, state)
    case .pauseOver(let ticket): state.paused.remove(ticket)
    case .interrupted:
      if state.wasInterrupted { state.hurryWorkers() }
      stopInOrder(state, reason: "interrupted")
    case .requested: try await answerRequests(state)
    }
  }

  /// Fewer slots, down to one, before giving up (DESIGN I10: one failure never stops the others). Without any, what is finished still lands.
  ///
  /// - Throws: the failure, where nothing was achieved at all.
  private func goOn(without slot: Int, _ failure: Failure, _ state: RunState) throws(Failure) {
    if state.usableSlots > 0 {
      try state.journal.append(.warning("slot \(slot) cannot be used; going on with \(state.usableSlots): \(failure.cause)"))
      return
    }
    guard state.hasLandedAny || state.isLanding || state.hasSomethingToLand else { throw failure }
    try state.journal.append(.warning("slot \(slot) cannot be used, and there is no other: \(failure.cause)"))
    state.stop("no worktree can be used any more")
  }

  /// The machine stood in the way of an attempt: the ticket is not blamed, and the slot rests for this run.
  private func obstructed(
    _ failure: Failure, hadStarted: Bool, _ report: AttemptReport, slot: Int, _ state: RunState
  ) throws(Failure) {
    if hadStarted {
      try state.journal.append(.interrupted(attempt: report.attempt))
      // Not again while the disk is as it is; what the worker made is saved before the slot is used again.
      state.declined.insert(report.attempt.ticket)
      state.lose(slot)
    } else {
      state.abandon(report.attempt.ticket, slot: slot)
    }
    try goOn(without: slot, failure, state)
  }

  /// No new tickets; workers are asked to stop; what is finished lands.
  func stopInOrder(_ state: RunState, reason: String) {
    state.wasInterrupted = true
    state.stop(reason)
    state.stopWorkers()
  }

  private func handle(_ report: AttemptReport, slot: Int, _ state: RunState) async throws(Failure) {
    let ticket = report.attempt.ticket
    try await watchTarget(state)
    state.ended(ticket, slot: slot, report)
    for warning in report.warnings { try state.journal.append(.warning("\(ticket.displayed): \(warning)")) }
    if case .throttled = report.outcome {} else { state.throttle.recovered() }
    note(report.usage, state)
    if state.targetMovers.remove(ticket) != nil {
      return try await failed(
        AttemptFailure(.movedTarget, "it moved \(state.target.short) itself; the branch was put back"), report, state)
    }
    switch report.outcome {
    case .submitted(let submission):
      try await confirm(submission, report, state)
    case .noChange:
      try await setAside(
        Deferred(
          ticket: ticket, category: "no_change", message: "the worker ended well but changed nothing", log: report.log, isFailure: false),
        state)
    case .notApplicable(let reason):
      try await setAside(
        Deferred(ticket: ticket, category: "not_applicable", message: reason, log: report.log, isFailure: false), state)
    case .throttled(let until, let message): try throttled(report, until: until, message: message, state)
    case .refused(let message): try refused(message, report, state)
    case .cannotRun(let status, let message):
      if !state.hasSeenWorkerEnd {
        throw .workerCannotRun(command: state.command?.displayed ?? "", status: status, message: message)
      }
      try await failed(AttemptFailure(.exit, message), report, state)
    case .interrupted:
      try state.journal.append(.interrupted(attempt: report.attempt))
      state.declined.insert(ticket)
    case .obstructed(let failure, let hadStarted): try obstructed(failure, hadStarted: hadStarted, report, slot: slot, state)
    case .failed(let failure): try await failed(failure, report, state)
    case .invalid(let work): try await invalid(work, report, state)
    }
    switch report.outcome {
    case .cannotRun, .refused, .obstructed: return
    case .throttled, .interrupted, .invalid: break
    // Its next attempt, if there is one, starts anew.
    case .submitted, .noChange, .notApplicable, .failed: try await state.lander.forgetWish(ticket)
    }
    state.hasSeenWorkerEnd = true
  }

  /// Sees whether somebody else has moved the target. A worker's move is undone and fails its ticket; the user's is respected.
  func watchTarget(_ state: RunState) async throws(Failure) {
    guard let tip = try await state.lander.strangeTip() else { return }
    let checkouts = try await state.lander.findCheckouts().list.map(\.gitFolder)
    let running = state.openSlots.values.filter { slot in state.running.values.contains(slot.number) }
    switch TargetMove.judge(tip: tip, checkouts: checkouts, slots: Array(running)) {
    case .byUser: await state.lander.accept(tip)
    case .byAttempt(let slot):
      guard let ticket = state.running.first(where: { $0.value == slot.number })?.key else { return await state.lander.accept(tip) }
      state.targetMovers.insert(ticket)
      let anchor = RefName(InternalReference.prefix + "salvage/\(state.names.name(of: ticket))/\(state.id).moved-target")
      try await state.lander.takeBack(tip, keepingIn: anchor)
      try state.journal.append(
        .warning("\(ticket.displayed) moved \(state.target.short) to \(tip.short); it was put back, and the commit is kept as \(anchor)"))
    case .unclear:
      await state.lander.distrust(tip)
      try state.journal.append(
        .warning(
          "\(state.target.short) was moved to \(tip.short), and nobody can tell by whom; nothing lands until its checkouts agree with it"))
    }
  }

  private func failed(_ failure: AttemptFailure, _ report: AttemptReport, _ state: RunState) async throws(Failure) {
    let ticket = report.attempt.ticket
    var branch: RefName?
    if let work = report.parkable { branch = try await state.lander.park(ticket, at: work) }
    try await setAside(
      Deferred(
        ticket: ticket, category: failure.category.rawValue, message: failure.message, branch: branch, log: report.log, isFailure: true),
      state)
    countFailure(state)
  }

  /// One more attempt in a row that came to nothing (DESIGN I10).
  func countFailure(_ state: RunState) {
    state.failuresInARow += 1
    if state.failuresInARow >= project.settings.maxFailures, !state.isStopping {
      state.stop("\(state.failuresInARow) attempts failed in a row (sageStream.maxFailures)")
    }
  }

  /// What a landing came to for one ticket: its state, its conflict, and the answer to whoever waits for it.
  func handle(_ result: LandingResult, of submission: Submission, _ state: RunState) async throws(Failure) {
    let ticket = submission.ticket
    switch result {
    case .landed(let landed):
      state.landed(landed, title: state.queue.title(of: ticket))
      if let seconds = state.secondsSinceStart(of: ticket) { state.velocityLog?.note(ticket, seconds: seconds, at: .now) }
      state.failuresInARow = 0
      try await closeConflict(of: ticket, state)
    case .held: state.hold(ticket)
    case .conflicted(_, let report):
      if try rework(report, of: submission, state) { return }
      state.resolving.remove(ticket)
      state.conflicted(ticket)
      try await record(
        Deferred(ticket: ticket, category: "conflict", message: report.summary, isFailure: false), state)
    case .noChange:
      try await setAside(
        Deferred(
          ticket: ticket, category: "no_change", message: "it changed nothing outside the excluded folders", isFailure: false), state)
    case .failed(let failure, let branch):
      try await setAside(
        Deferred(ticket: ticket, category: failure.category.rawValue, message: failure.message, branch: branch, isFailure: true), state)
    case .rejected(let deferred):
      try await setAside(deferred, state)
      if deferred.isFailure { countFailure(state) }
    case .postponed: break
    }
    try answerPending(ticket, result, state)
  }

  /// Sets a ticket aside: an event, and the state DEFERRED with its reason.
  func setAside(_ deferred: Deferred, _ state: RunState) async throws(Failure) {
    try state.journal.append(.deferred(deferred), durable: true)
    state.setAside(deferred)
    try await record(deferred, state)
  }

  func record(_ deferred: Deferred, _ state: RunState) async throws(Failure) {
    let time = WallTime.now.toTheSecond
    let reason = DeferReason(category: deferred.category, message: deferred.message, deferredAt: time)
    try await state.lander.record([TicketChange(ticket: deferred.ticket, state: .deferred, deferReason: reason, time: time)])
  }
}
