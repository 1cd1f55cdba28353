import Git
import Platform
import Tickets

/// What became of a conflict that was finished by hand.
public enum Resolved: Sendable, Equatable {
  case landed(on: String, commit: CommitID?)
  /// It lands as soon as it can.
  case held(reason: String)
  /// The target moved at the last moment, and it clashes again.
  case conflicted
  case failed(reason: String)
}

extension Run {
  /// Lands what `Resolver.goOn` has left ready.
  ///
  /// - Throws: `Failure.locked` where a run goes on: then that one is to be asked.
  public func landResolved(_ resolver: Resolver) async throws(Failure) -> Resolved {
    let ticket = resolver.ticket
    return try await perform("resolve", on: try await resolver.target(), patience: .zero) { state, _ throws(Failure) in
      if let landed = try await self.submitResolved(ticket, state) {
        return .landed(on: state.target.short, commit: landed.commits.last)
      }
      return try await self.landNow([ticket], state)[ticket] ?? .failed(reason: "\(ticket.displayed) was not landed")
    }
  }

  /// Drops what `Resolver.drop` has marked: the ticket stays DEFERRED, its work stays on its branch, and its conflict is none any more.
  public func dropResolved(_ resolver: Resolver) async throws(Failure) {
    try await perform("resolve", on: try await resolver.target(), patience: .zero) { state, _ throws(Failure) in
      try await self.drop(resolver.ticket, state)
    }
  }

  // MARK: - Under the lock

  private func resolutions(_ state: RunState) -> ResolutionStore { ResolutionStore(stateFolder: project.stateFolder, names: state.names) }

  /// Makes a submission of what was finished by hand, unless an earlier run has done so and it waits already.
  ///
  /// In this order, so that a kill between two steps is made good by the next start: the reference, the journal.
  ///
  /// - Returns: its landing, where an earlier run has landed it already.
  @discardableResult
  func submitResolved(_ ticket: TicketID, _ state: RunState) async throws(Failure) -> Landed? {
    if state.hasLanded(ticket) { return nil }
    guard let resolution = try resolutions(state).read(ticket), resolution.phase == .finished, let tip = resolution.tip else {
      if state.waitingToLand.contains(where: { $0.ticket == ticket }) { return nil }
      throw .nothingToDo("no finished resolution of \(ticket.displayed) is there", hint: "git sage-stream resolve ID opens its conflict")
    }
    guard resolution.target == state.target else {
      throw .refused("\(ticket.displayed) is to land on \(resolution.target.short), and this run lands on \(state.target.short)")
    }
    if let waiting = state.waitingToLand.first(where: { $0.ticket == ticket }) {
      if try await state.lander.isResolved(waiting, as: resolution) { return nil }
      state.waitingToLand.removeAll { $0.ticket == ticket }
    }
    guard let entry = state.queue.index[ticket] else { throw .unknownTicket(ticket, similar: []) }
    let now = state.progress.states[ticket] ?? entry.state
    if now == .completed, let landed = try await state.lander.landing(of: resolution) { return landed }
    guard now == .deferred else {
      throw .refused(
        "\(ticket.displayed) is \(now.text) by now, so what was resolved does not land; its worktree stays",
        hint: "git sage-stream clean takes the worktree away and keeps what stands in it")
    }
    if state.progress.held.contains(ticket) {
      throw .refused(
        "the finished work of \(ticket.displayed) is held already",
        hint: "git sage-stream --auto --limit=0 lands it when its paths are free")
    }
    let attempt = state.nextAttempt(at: ticket)
    let submission = try await state.lander.submission(of: resolution, tip: tip, as: attempt, message: HarvestMessage(entry).text)
    let resolver = Resolver(ticket, in: project, queue: state.queue, names: state.names)
    let isAllOfIt = try await resolver.leftOut(tip, resolution, resolver.objects()).isEmpty
    try state.journal.append(
      .resolved(ticket: ticket, commit: tip, original: isAllOfIt ? resolution.original : nil), durable: true)
    try state.journal.append(.submissionAnchored(submission, slot: 0), durable: true)
    Failpoint.resolveJournal.hit()
    state.resolving.insert(ticket)
    state.submit(submission)
    return nil
  }

  /// Lands some of what waits, at once, and answers whoever asked for it.
  func landNow(_ tickets: Set<TicketID>, _ state: RunState) async throws(Failure) -> [TicketID: Resolved] {
    if state.gate == nil { state.gate = try makeGate(state, makeKeeper(state)) }
    var submissions = state.takeWaiting(of: tickets)
    var outcomes: [TicketID: Resolved] = [:]
    repeat {
      let results = try await state.lander.land(submissions, queue: state.queue, progress: state.progress, gate: state.gate)
      state.mustTryHeld = false
      submissions = []
      for (submission, result) in results {
        if let outcome = Resolved(result, target: state.target) {
          outcomes[submission.ticket] = outcome
        } else {
          submissions.append(submission)
        }
        try await handle(result, of: submission, state)
      }
    } while !submissions.isEmpty
    try await answerThoseStillHeld(state)
    for ticket in tickets where outcomes[ticket] == nil && state.hasLanded(ticket) {
      outcomes[ticket] = .landed(on: state.target.short, commit: state.landedWork[ticket]?.commit)
    }
    return outcomes
  }

  /// The work of `--skip`, in this order: the journal, the report, the state.
  func drop(_ ticket: TicketID, _ state: RunState) async throws(Failure) {
    let resolution = try resolutions(state).read(ticket)
    guard let entry = state.queue.index[ticket], (state.progress.states[ticket] ?? entry.state) == .deferred else { return }
    let branch = resolution?.branch.short ?? InternalReference.parked(state.names.name(of: ticket)).short
    let deferred = Deferred(
      ticket: ticket, category: "user_rejected", message: "its conflict was given up; the work is kept on \(branch)",
      branch: resolution?.branch, isFailure: false)
    try state.journal.append(.deferred(deferred), durable: true)
    Failpoint.resolveDropJournal.hit()
    try removeReport(of: ticket, state)
    try await record(deferred, state)
  }

  /// After a ticket has landed: its conflict, if it had one, is over. The worktree is left to whoever finished it, if that process is alive.
  func closeConflict(of ticket: TicketID, _ state: RunState) async throws(Failure) {
    try removeReport(of: ticket, state)
    guard state.resolving.remove(ticket) != nil, let resolution = try resolutions(state).read(ticket) else { return }
    try await tidy(resolution, state)
  }

  /// - Returns: false where another process is at it.
  @discardableResult
  func tidy(_ resolution: Resolution, _ state: RunState) async throws(Failure) -> Bool {
    let resolver = Resolver(resolution.ticket, in: project, queue: state.queue, names: state.names)
    guard let lock = try resolver.store.lock(resolution.ticket) else { return false }
    do throws(Failure) { try await resolver.tidy(resolution, keepingWork: true) } catch {
      try state.journal.append(.warning("the worktree \(resolution.worktree.string) could not be removed: \(error.cause)"))
    }
    release(lock)
    return true
  }

  private nonisolated func release(_ lock: consuming FileLock) {}

  // MARK: - At the start

  /// Finishes what killed processes left of conflicts that were being finished by hand, and takes those over that plain git has finished.
  ///
  /// - Parameter isQueueRun: whether this run lands what waits.
  func settleResolutions(_ state: RunState, isQueueRun: Bool) async throws(Failure) {
    for resolution in try resolutions(state).all() where resolution.target == state.target {
      let ticket = resolution.ticket
      guard let entry = state.queue.index[ticket] else { continue }
      let now = state.progress.states[ticket] ?? entry.state
      let isWaiting = state.progress.held.contains(ticket) || state.waitingToLand.contains { $0.ticket == ticket }
      switch resolution.phase {
      case .aborted: try await tidy(resolution, state)
      case .dropped:
        // Whoever drops it right now holds its lock, and does this itself.
        guard let lock = try resolutions(state).lock(ticket) else { continue }
        try await drop(ticket, state)
        release(lock)
        try await tidy(resolution, state)
      case .finished where now == .completed:
        try removeReport(of: ticket, state)
        try await tidy(resolution, state)
      case .finished where isQueueRun && now == .deferred && !isWaiting:
        // Whoever finishes it right now asks for it in a moment.
        guard let lock = try resolutions(state).lock(ticket) else { continue }
        try await submitResolved(ticket, state)
        release(lock)
      case .open where isQueueRun && now == .deferred && !isWaiting: try await takeOver(resolution, state)
      case .finished, .open, .opening: continue
      }
    }
  }

  /// A cherry-pick that the user has finished with plain git, whole and committed, lands like one that `--continue` has finished.
  private func takeOver(_ resolution: Resolution, _ state: RunState) async throws(Failure) {
    let ticket = resolution.ticket
    let resolver = Resolver(ticket, in: project, queue: state.queue, names: state.names)
    guard let lock = try resolver.store.lock(ticket) else { return }
    let isReady: Bool
    do throws(Failure) { isReady = try await resolver.isFinishedByGit(resolution) } catch { isReady = false }
    release(lock)
    if !isReady { return }
    try state.journal.append(.warning("the conflict of \(ticket.displayed) was finished with git; it lands now"))
    try await submitResolved(ticket, state)
  }
}

extension Resolver {
  /// Whether plain git has brought every pick to its end, and all of them are there; then it is marked as finished.
  func isFinishedByGit(_ resolution: Resolution) async throws(Failure) -> Bool {
    guard !resolution.needsEdit, case .settled(let head, _) = try await worktree(resolution).standing(), try await isWhole(head, resolution)
    else { return false }
    guard case .ready(let leftOut) = try await goOn() else { return false }
    return leftOut.isEmpty
  }
}

extension Resolved {
  /// Nil where nothing is decided yet.
  init?(_ result: LandingResult, target: RefName) {
    switch result {
    case .landed(let landed): self = .landed(on: target.short, commit: landed.commits.last)
    case .held(let reason): self = .held(reason: reason)
    case .conflicted: self = .conflicted
    case .noChange: self = .failed(reason: "nothing of it could land")
    case .failed(let failure, _): self = .failed(reason: failure.message)
    case .rejected(let deferred): self = .failed(reason: deferred.message)
    case .postponed: return nil
    }
  }
}

extension Lander {
  /// What was finished by hand as a submission, anchored. A resolution that left nothing of the ticket lands as an empty commit.
  func submission(of resolution: Resolution, tip: CommitID, as attempt: Attempt, message: String) async throws(Failure) -> Submission {
    let anchor = InternalReference.attempt(names.name(of: resolution.ticket), attempt)
    return try await git {
      let isEmpty = try await store.commit(tip).tree == store.commit(resolution.onto).tree
      try await store.update(anchor, from: .anything, to: tip, reason: "sage-stream: resolve")
      return Submission(
        attempt: attempt, base: resolution.onto, tip: isEmpty ? resolution.onto : tip, anchor: anchor, message: message)
    }
  }

  /// The landing that brought what was resolved, by whichever run.
  func landing(of resolution: Resolution) async throws(Failure) -> Landed? {
    for record in try project.allRecords().reversed() {
      for landing in record.landed where landing.ticket == resolution.ticket {
        let anchor = InternalReference.attempt(names.name(of: landing.ticket), landing.attempt)
        if try await git({ try await store.resolve(anchor) }) == resolution.tip { return landing }
      }
    }
    return nil
  }

  /// Whether a submission that waits is what was resolved.
  func isResolved(_ submission: Submission, as resolution: Resolution) async throws(Failure) -> Bool {
    guard let tip = resolution.tip else { return false }
    if submission.tip == tip { return true }
    guard submission.tip == submission.base else { return false }
    return try await git { try await store.resolve(submission.anchor) } == tip
  }
}
