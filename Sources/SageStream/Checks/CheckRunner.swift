import Git
import Platform
import Synchronization
import Tickets

/// Runs the check on trees that may land, in worktrees of its own, and remembers what it said.
///
/// Each check is a process of the user's like a worker: `/bin/sh -c`, in a clean environment (no `GIT_*` that names a repository, so a `git
/// init` in a test suite cannot reach the real one), with a log, `sageStream.timeout`, and an end that takes its descendants with it.
/// Safe to call at the same time from several tasks; each has a worktree of its own.
final class CheckRunner: Sendable {
  struct Result: Sendable {
    let verdict: CheckVerdict
    let log: FilePath?
    let isCached: Bool
  }

  let command: String
  let cache: VerdictCache
  private let keeper: SlotKeeper
  private let stateFolder: FilePath
  /// Ends every check, and lets none begin.
  let stop = StopRequest()
  private let memory = Mutex(Memory())

  private struct Memory {
    /// What was said in this run; of these only green outlives it.
    var verdicts: [TreeID: Result] = [:]
    var slots: [Int: Slot] = [:]
    var logs = 0
  }

  init(command: String, keeper: SlotKeeper, stateFolder: FilePath) {
    self.command = command
    self.keeper = keeper
    self.stateFolder = stateFolder
    cache = VerdictCache(stateFolder: stateFolder)
  }

  /// What is known of a tree without running anything.
  func known(_ tree: TreeID) -> Result? {
    if let result = memory.withLock({ $0.verdicts[tree] }) { return Result(verdict: result.verdict, log: result.log, isCached: true) }
    guard cache.isGreen(VerdictCache.Key(tree: tree, command: command)) else { return nil }
    return Result(verdict: .green, log: nil, isCached: true)
  }

  /// Notes in the journal that a verdict was known.
  func noteKnown(_ result: Result, commit: CommitID, tree: TreeID, tickets: [TicketID]) throws(Failure) {
    try keeper.journal.append(
      .checkFinished(
        CheckFinished(tickets: tickets, commit: commit, tree: tree, verdict: result.verdict, seconds: 0, isCached: true, log: result.log)))
  }

  /// Runs the check on the tree of a commit. A check that a signal ended is run once more.
  ///
  /// Cancelling the task stops the check in order.
  ///
  /// - Parameters:
  ///   - tree: the commit's, without the ticket queue.
  ///   - isRetry: the check has just failed on this tree; a pass is a flaky one.
  /// - Throws: `Failure.checkCannotRun` for exit status 126 and 127, and what keeps a slot from being made.
  func run(_ commit: CommitID, tree: TreeID, tickets: [TicketID], isRetry: Bool = false) async throws(Failure) -> Result {
    let shielded = Task { () -> Swift.Result<Result, Failure> in
      do throws(Failure) {
        var result = try await self.runOnce(commit, tree, tickets, isRetry: isRetry)
        if case .killed = result.verdict { result = try await self.runOnce(commit, tree, tickets, isRetry: isRetry) }
        return .success(result)
      } catch { return .failure(error) }
    }
    let result = await withTaskCancellationHandler {
      await shielded.value
    } onCancel: {
      stop.make()
    }
    return try result.get()
  }

  private func runOnce(_ commit: CommitID, _ tree: TreeID, _ tickets: [TicketID], isRetry: Bool) async throws(Failure) -> Result {
    if stop.isMade { return Result(verdict: .stopped, log: nil, isCached: false) }
    let place = try CheckPlace.take(stateFolder: stateFolder)
    let slot = try await slot(place.slot, at: commit)
    try await keeper.prepareForCheck(slot, at: commit)
    let log = keeper.runFolder.appending("check-\(nextLog()).log")
    let process = WorkerProcess(
      command: .shell(command), folder: slot.path, environment: keeper.commandEnvironment(slot), promptFile: nil, log: log,
      logLimit: keeper.settings.logLimit, timeout: keeper.settings.timeout, idleTimeout: keeper.settings.idleTimeout,
      grace: keeper.settings.grace)
    var unwritten: Failure?
    let ending: WorkerProcess.Ending
    do throws(WorkerProcess.NotStarted) {
      ending = try await process.run(stop: stop) { identity in
        do throws(Failure) {
          try keeper.journal.append(
            .checkStarted(CheckStarted(tickets: tickets, commit: commit, tree: tree, slot: slot.number, process: identity, log: log)))
          Failpoint.checkStarted.hit()
        } catch {
          unwritten = error
          identity.signal(SIGKILL, group: true)
        }
      }
    } catch { throw .refused("the check could not be started: \(error.reason)") }
    if let unwritten { throw unwritten }
    let verdict = CheckVerdict(ending)
    let result = Result(verdict: verdict, log: log, isCached: false)
    memory.withLock { $0.verdicts[tree] = verdict == .stopped ? nil : result }
    if verdict == .green { cache.remember(VerdictCache.Key(tree: tree, command: command)) }
    try keeper.journal.append(
      .checkFinished(
        CheckFinished(
          tickets: tickets, commit: commit, tree: tree, verdict: verdict, seconds: ending.seconds, isCached: false, slot: slot.number,
          log: log, isFlaky: isRetry && verdict == .green)))
    Failpoint.checkFinished.hit()
    await keeper.tidyAfterCheck(slot)
    if case .cannotRun(let status) = verdict {
      throw .checkCannotRun(command: command, status: status, message: Self.lastLine(of: log))
    }
    return result
  }

  private func slot(_ number: Int, at commit: CommitID) async throws(Failure) -> Slot {
    if let slot = memory.withLock({ $0.slots[number] }), GitFolderState.isIntact(slot) {
      _ = await StrayProcesses.end(in: slot)
      return slot
    }
    let slot = try await keeper.open(number: number, at: commit, stop: stop)
    memory.withLock { $0.slots[number] = slot }
    return slot
  }

  private func nextLog() -> Int {
    memory.withLock { memory in
      memory.logs += 1
      return memory.logs
    }
  }

  private static func lastLine(of log: FilePath) -> String {
    let text = (try? File.readText(log)) ?? nil
    return text?.split(whereSeparator: \.isNewline).last.map { String($0.prefix(300)) } ?? ""
  }
}
