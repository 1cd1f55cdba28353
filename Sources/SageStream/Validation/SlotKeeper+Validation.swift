import Git
import Platform
import Tickets

extension SlotKeeper {
  /// Runs a ticket's own validation commands on what its worker made, one after the other, and stops at the first that fails.
  ///
  /// The slot stands at the attempt's commits, everything that the worker left uncommitted included; what the commands leave there is
  /// nobody's work and goes afterwards, but for what git ignores.
  ///
  /// - Parameter tip: the attempt's last commit; anchored.
  /// - Returns: nil where all pass, or where `stop` was made (the attempt is interrupted then).
  func validate(
    _ assignment: Assignment, in slot: Slot, at tip: CommitID, environment: ChildEnvironment, stop: StopRequest
  ) async throws(Failure) -> InvalidWork? {
    let attempt = assignment.attempt
    let folder = AttemptFiles(attempt, named: names.name(of: attempt.ticket), runFolder: runFolder).folder
    try await git(slot).setHead(tip)
    try await git(slot).reset(to: tip)
    var invalid: InvalidWork?
    for (number, script) in assignment.validation.enumerated() where invalid == nil && !stop.isMade {
      let log = folder.appending("validation-\(number + 1).log")
      let process = WorkerProcess(
        command: .shell(script.command), folder: slot.path, environment: environment, promptFile: nil, log: log,
        logLimit: settings.logLimit, timeout: settings.timeout, idleTimeout: settings.idleTimeout, grace: settings.grace)
      let ending: WorkerProcess.Ending
      do throws(WorkerProcess.NotStarted) { ending = try await process.run(stop: stop) { _ in } } catch {
        throw .refused("a validation command could not be started: \(error.reason)")
      }
      if ending.stop == .requested { break }
      invalid = self.invalid(script, CheckVerdict(ending), assignment, log, tip)
      try journal.append(
        .validated(
          ValidationFinished(
            attempt: attempt, task: script.task, command: script.command, isPassed: invalid == nil, status: ending.exit.shellStatus,
            seconds: ending.seconds, log: log)))
    }
    _ = await StrayProcesses.end(in: slot)
    guard GitFolderState.isIntact(slot) else { return invalid }
    try onDisk(slot.gitFolder) { () throws(Errno) in try GitFolderState(slot).quitOperations() }
    try await git(slot).setHead(tip)
    try await git(slot).reset(to: tip)
    try await git(slot).run(["clean", "-f", "-f", "-d", "--quiet"])
    try settle(slot, at: tip)
    return invalid
  }

  private func invalid(
    _ script: ValidationScript, _ verdict: CheckVerdict, _ assignment: Assignment, _ log: FilePath, _ tip: CommitID
  ) -> InvalidWork? {
    let output = (try? File.readEnd(of: log, bytes: 1 << 20)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) } ?? ""
    var (category, what): (InvalidWork.Category, String)
    switch verdict {
    case .green where script.isSatisfied(by: output): return nil
    case .green: (category, what) = (.failure, "did not print '\(script.successPattern ?? "")'")
    case .red(let status): (category, what) = (.failure, "failed with exit status \(status)")
    case .undecided: (category, what) = (.failure, "failed with exit status 125")
    case .timedOut(let seconds): (category, what) = (.scriptError, "ran longer than \(seconds) s")
    case .killed(let signal): (category, what) = (.scriptError, "was killed by signal \(signal)")
    case .cannotRun(let status): (category, what) = (.scriptError, "cannot run (exit status \(status))")
    case .stopped: return nil
    }
    let command = script.command.split(whereSeparator: \.isNewline).first.map { String($0.prefix(80)) } ?? ""
    return InvalidWork(
      category: category, ownCategory: category == .failure ? script.category : nil,
      message: "the validation\(script.task.map { " of \($0)" } ?? "") \(what): \(command), see \(log.string)",
      output: "$ \(script.command)\n" + output.suffix(8000), log: log,
      furtherAttempts: category == .failure ? script.furtherAttempts : 0,
      work: SavedWork(reference: attemptReference(assignment.attempt), commit: tip, attempt: assignment.attempt))
  }
}
