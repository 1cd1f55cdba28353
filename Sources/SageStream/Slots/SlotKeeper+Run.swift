import Git
import Platform
import Tickets

extension SlotKeeper {
  /// Runs one attempt: prepares the slot, starts the worker, waits for its end, and brings home what it made.
  ///
  /// Never throws: whatever goes wrong is the report's outcome. When this returns the worker and its descendants are dead, all that it made
  /// is anchored, and the slot is clean or, where the report says so, needs to be opened again.
  ///
  /// - Parameter stop: ends the worker; the outcome is `.interrupted` then. Cancelling the task has the same effect, and no other.
  public func run(_ assignment: Assignment, in slot: Slot, stop: StopRequest) async -> AttemptReport {
    // In a cancelled task every git command would be killed, and what the worker made would stay unsaved.
    let shielded = Task { await report(assignment, in: slot, stop: stop) }
    return await withTaskCancellationHandler {
      await shielded.value
    } onCancel: {
      stop.make()
    }
  }

  private func report(_ assignment: Assignment, in slot: Slot, stop: StopRequest) async -> AttemptReport {
    let attempt = assignment.attempt
    let files = AttemptFiles(attempt, named: names.name(of: attempt.ticket), runFolder: runFolder)
    var draft = Draft()
    do throws(Failure) {
      try await carryOut(assignment, in: slot, files, stop, &draft)
    } catch {
      draft.outcome =
        error.isMachinesFault ? .obstructed(error, hadStarted: draft.hasStarted) : .failed(AttemptFailure(.slot, error.cause))
      draft.isUsable = false
    }
    return AttemptReport(
      attempt: attempt, outcome: draft.outcome, seconds: draft.seconds, log: files.log, salvage: draft.salvage?.reference,
      parkable: draft.parkable, usage: draft.usage, warnings: draft.warnings, slotIsUsable: draft.isUsable)
  }

  /// The report as far as it is known.
  private struct Draft {
    var outcome = AttemptOutcome.interrupted
    var seconds = 0.0
    var salvage: Salvaged?
    var parkable: CommitID?
    var usage = WorkerUsage()
    var warnings: [String] = []
    var isUsable = true
    var hasStarted = false
  }

  private func carryOut(
    _ assignment: Assignment, in assigned: Slot, _ files: AttemptFiles, _ stop: StopRequest, _ draft: inout Draft
  ) async throws(Failure) {
    if stop.isMade { return }
    var slot = assigned
    if !GitFolderState.isIntact(slot) {
      // Broken since the last attempt, by whom ever: it is set aside, and the ticket need not wait for a new one.
      slot = try await open(number: slot.number, at: assignment.base, stop: stop)
      draft.isUsable = false
    }
    let attempt = assignment.attempt
    let prepared = try await prepare(assignment, in: slot, files: files)
    try await surroundings.begin(attempt, in: slot)
    let ended: WorkerProcess.Ending?
    do throws(Failure) { ended = try await work(assignment, in: slot, files, stop, &draft) } catch {
      _ = await surroundings.end(attempt, in: slot)
      throw error
    }
    let seen = await surroundings.end(attempt, in: slot)
    draft.warnings += seen.warnings
    guard let ending = ended else { return }
    draft.seconds = ending.seconds
    let result = WorkerResult.read(files.result, warnings: &draft.warnings)
    await moveLitter(of: assignment.agent, from: slot, to: files)
    let reading = assignment.agent.map { AgentReading(log: files.log, as: $0.output) }
    draft.usage = result.usage.completed(by: reading?.usage ?? WorkerUsage())
    try journal.append(
      .workerExited(attempt: attempt, slot: slot.number, status: ending.exit.shellStatus, seconds: ending.seconds, usage: draft.usage))
    Failpoint.workerExited.hit()

    let verdict = ExitVerdict(ending, result, command: assignment.command, log: files.log).heeding(reading, of: assignment.agent)
    let message = HarvestMessage(assignment.ticket).text
    let collected = try await collect(
      Collecting(
        slot: slot, attempt: attempt, base: assignment.base, headLogSize: prepared.headLogSize, indexBefore: prepared.index,
        ignoredBefore: prepared.ignored,
        harvestMessage: verdict.isDone && seen.lostStash == nil ? message : nil))
    draft.warnings += collected.warnings
    draft.salvage = collected.salvage
    draft.isUsable = draft.isUsable && collected.isUsable
    draft.parkable = collected.salvage?.commit ?? (collected.tip == assignment.base ? nil : collected.tip)
    if verdict.isDone, collected.problem == nil, seen.lostStash == nil, !assignment.validation.isEmpty, collected.tip != assignment.base {
      guard collected.isUsable else { throw .refused("its validation could not be run, because the worktree was set aside") }
      let environment = environment(assignment, slot, files)
      _ = rested.take(slot)
      if let invalid = try await validate(assignment, in: slot, at: collected.tip, environment: environment, stop: stop) {
        draft.outcome = .invalid(invalid)
        return
      }
      if stop.isMade {
        draft.outcome = .interrupted
        return
      }
    }
    draft.outcome = try await outcome(verdict, collected, seen.lostStash, assignment, slot, message: message)
      .heeding(reading, of: assignment.agent)
  }

  /// Starts the worker and waits for its end.
  ///
  /// - Returns: nil where it could not be started, which the draft's outcome says.
  private func work(
    _ assignment: Assignment, in slot: Slot, _ files: AttemptFiles, _ stop: StopRequest, _ draft: inout Draft
  ) async throws(Failure) -> WorkerProcess.Ending? {
    // An agent that commits in its slot writes to the slot's git folder and to the objects, and to no branch: HEAD is detached.
    let call = assignment.agent?.command(promptFile: files.prompt, writable: [slot.gitFolder, layout.commonFolder.appending("objects")])
    let process = WorkerProcess(
      command: call ?? assignment.command, folder: slot.path, environment: environment(assignment, slot, files), promptFile: files.prompt,
      log: files.log, logLimit: settings.logLimit, timeout: settings.timeout, idleTimeout: settings.idleTimeout, grace: settings.grace)
    var unwritten: Failure?
    let ending: WorkerProcess.Ending
    do throws(WorkerProcess.NotStarted) {
      ending = try await process.run(stop: stop) { identity in
        draft.hasStarted = true
        do throws(Failure) {
          try journal.append(
            .workerStarted(
              WorkerStarted(
                attempt: assignment.attempt, title: assignment.ticket.displayTitle, slot: slot.number, base: assignment.base,
                process: identity, log: files.log)))
          Failpoint.workerStarted.hit()
        } catch {
          // A worker that the journal does not know could not be found after a crash.
          unwritten = error
          identity.signal(SIGKILL, group: true)
        }
      }
    } catch {
      // There is always a shell, so if that cannot be started it is not the command's fault.
      guard case .program = call ?? assignment.command else { throw .refused("the worker could not be started: \(error.reason)") }
      draft.outcome = .cannotRun(status: 127, message: error.reason)
      return nil
    }
    if let unwritten { throw unwritten }
    return ending
  }

  private func environment(_ assignment: Assignment, _ slot: Slot, _ files: AttemptFiles) -> ChildEnvironment {
    let attempt = assignment.attempt
    return commandEnvironment(slot).completed(by: assignment.agent?.environment ?? [:]).setting([
      "SAGE_TICKET_ID": attempt.ticket.rawValue, "SAGE_TICKET_TITLE": assignment.ticket.displayTitle,
      "SAGE_TICKET_FILE": files.ticket.string,
      "SAGE_PROMPT_FILE": files.prompt.string, "SAGE_BASE": assignment.base.hex, "SAGE_ATTEMPT": "\(attempt.number)",
      "SAGE_RESULT_FILE": files.result.string, "SAGE_CONFLICT_FILE": assignment.conflictFile?.string ?? "",
    ])
  }

  private func outcome(
    _ verdict: ExitVerdict, _ collected: Collected, _ lostStash: AttemptFailure?, _ assignment: Assignment, _ slot: Slot, message: String
  ) async throws(Failure) -> AttemptOutcome {
    switch verdict {
    case .interrupted: return .interrupted
    case .failed(let failure): return .failed(failure)
    case .cannotRun(let status, let words): return .cannotRun(status: status, message: words)
    case .refused(let words): return .refused(message: words)
    case .done, .notApplicable, .throttled: break
    }
    if let problem = collected.problem ?? lostStash { return .failed(problem) }
    switch verdict {
    case .notApplicable(let reason): return .notApplicable(reason: reason)
    case .throttled(let until, let words): return .throttled(until: until, message: words)
    case .done(let summary, let saysCompleted):
      var hasWork = collected.tip != assignment.base
      if hasWork, !collected.isStraight {
        // HEAD may stand on an older commit than base, and bring nothing.
        hasWork = try await SlotGit(slot, git: layout.git, hasWorkTree: false).hasCommits(from: assignment.base, to: collected.tip)
      }
      guard hasWork || saysCompleted else { return .noChange }
      let tip = hasWork ? collected.tip : assignment.base
      let submission = Submission(
        attempt: assignment.attempt, base: assignment.base, tip: tip, anchor: attemptReference(assignment.attempt), message: message,
        summary: summary)
      if tip != collected.tip || tip == assignment.base {
        try await SlotGit(slot, git: layout.git, hasWorkTree: false).anchor(submission.anchor, at: tip)
      }
      try journal.append(.submissionAnchored(submission, slot: slot.number))
      Failpoint.submissionAnchored.hit()
      return .submitted(submission)
    case .interrupted, .failed, .cannotRun, .refused: return .interrupted
    }
  }
}
