import Platform

/// A named point at which the tests let this process die, stop or fail (the names are those of DESIGN section 6).
///
/// `GIT_SAGE_STREAM_FAILPOINT=name[:count]=kill|pause:<fifo>|exit` acts at the count-th hit (default: the first): `kill` is
/// SIGKILL, `pause` writes a byte into the first FIFO named and waits for one from the second (`pause:<out>,<in>`).
/// Compiled out of release builds unless `SAGE_STREAM_FAILPOINTS` was set when building.
public enum Failpoint: String, Sendable, CaseIterable {
  case lockAcquired = "lock.acquired"
  case slotRegistered = "slot.registered"
  case slotFilled = "slot.filled"
  case slotPrepared = "slot.prepared"
  case workerStarted = "worker.started"
  case workerExited = "worker.exited"
  case salvageWritten = "salvage.written"
  case slotAnchored = "slot.anchored"
  case slotSettled = "slot.settled"
  case submissionAnchored = "submission.anchored"
  case checkStarted = "check.started"
  case checkFinished = "check.finished"
  case picksWritten = "picks.written"
  case journalIntent = "journal.intent"
  case indexLocked = "index.locked"
  case worktreeUpdated = "worktree.updated"
  case mainMoved = "main.moved"
  case indexReleased = "index.released"
  case indexTemporaryWritten = "index.tmp.written"
  case indexWritten = "index.written"
  case journalLanded = "journal.landed"
  case excerptUpdated = "excerpt.updated"
  case slotAdvanced = "slot.advanced"
  case retryWishWritten = "retry.wish.written"
  case retryJournal = "retry.journal"
  case retryReportRemoved = "retry.report.removed"
  case resolveWritten = "resolve.written"
  case resolveWorktree = "resolve.worktree"
  case resolvePicked = "resolve.picked"
  case resolveFinished = "resolve.finished"
  case resolveJournal = "resolve.journal"
  case resolveDropped = "resolve.dropped"
  case resolveDropJournal = "resolve.drop.journal"
  case resolveAborted = "resolve.aborted"
  case resolveRemoved = "resolve.removed"
  case reviewApproved = "review.approved"
  case abortSettled = "abort.settled"
  case abortParked = "abort.parked"
  case undoPicked = "undo.picked"
  case undoMoved = "undo.moved"
  case undoStates = "undo.states"
  case undoJournal = "undo.journal"
  case cleanSlotSaved = "clean.slot.saved"
  case cleanSlotForgotten = "clean.slot.forgotten"
  case cleanReferenceRemoved = "clean.ref.removed"
  case cleanSlotRemoved = "clean.slot.removed"
  case cleanRunForgotten = "clean.run.forgotten"
  case cleanRunRemoved = "clean.run.removed"
  case cleanAsideRemoved = "clean.aside.removed"
  case cleanReportRemoved = "clean.report.removed"
  case cleanResolutionRemoved = "clean.resolution.removed"
  case requestWritten = "request.written"
  case requestAnswered = "request.answered"
  case recoveryLocksRemoved = "recovery.locks.removed"
  case recoveryStarted = "recovery.started"
  case recoveryLocked = "recovery.locked"
  case recoveryPathsPut = "recovery.paths.put"
  case recoveryMainMoved = "recovery.main.moved"
  case recoveryIndexReleased = "recovery.index.released"
  case recoveryClosed = "recovery.closed"
  case recoveryLanded = "recovery.landed"
  case recoveryPendingDropped = "recovery.pending.dropped"
  case recoveryStatesWritten = "recovery.states.written"
  case recoveryAdopted = "recovery.adopted"
  case recoveryJournalClosed = "recovery.journal.closed"
  case recoveryOrphanSettled = "recovery.orphan.settled"

  /// Those that this build can act on.
  public static var available: [Failpoint] {
    #if FAILPOINTS
      allCases
    #else
      []
    #endif
  }

  #if FAILPOINTS
    /// `GIT_SAGE_STREAM_PATIENCE=<milliseconds>`: a shorter wait for index.lock, so that no test waits for seconds.
    static let indexLockPatience = getenv("GIT_SAGE_STREAM_PATIENCE").flatMap { Int(String(cString: $0)) }.map { Duration.milliseconds($0) }

    /// `GIT_SAGE_STREAM_EXCERPT=<entries>`: indexes of so many entries and more are shown to git in part; without it all are, so that tests
    /// need no thousands of files for it.
    static let excerptLimit: Int? = getenv("GIT_SAGE_STREAM_EXCERPT").flatMap { Int(String(cString: $0)) } ?? 0

    /// `GIT_SAGE_STREAM_LOOK=<milliseconds>`: clashes are looked for this often.
    static let lookInterval = getenv("GIT_SAGE_STREAM_LOOK").flatMap { Int(String(cString: $0)) }.map { Duration.milliseconds($0) }

    private static let armed = Armed(getenv("GIT_SAGE_STREAM_FAILPOINT").map { String(cString: $0) } ?? "")

    /// Says that this point has been reached.
    public func hit() { Self.armed.hit(self) }

    private final class Armed: Sendable {
      private let name: String
      private let action: String
      private let remaining: Counter

      init(_ specification: String) {
        let parts = specification.split(separator: "=", maxSplits: 1)
        let target = (parts.first ?? "").split(separator: ":")
        name = String(target.first ?? "")
        action = parts.count == 2 ? String(parts[1]) : ""
        remaining = Counter(target.count == 2 ? Int(target[1]) ?? 1 : 1)
      }

      func hit(_ point: Failpoint) {
        guard name == point.rawValue, remaining.countDown() else { return }
        if action == "kill" { kill(getpid(), SIGKILL) }
        if action.hasPrefix("pause:") {
          let paths = action.dropFirst("pause:".count).split(separator: ",")
          guard paths.count == 2 else { return }
          pause(out: FilePath(String(paths[0])), in: FilePath(String(paths[1])))
        }
      }

      private func pause(out: FilePath, in: FilePath) {
        if let descriptor = try? FileDescriptor.open(out, .writeOnly) {
          _ = try? descriptor.closeAfter { try descriptor.writeAll([10]) }
        }
        if let descriptor = try? FileDescriptor.open(`in`, .readOnly) {
          _ = try? descriptor.closeAfter {
            try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { try descriptor.read(into: $0) }
          }
        }
      }
    }
  #else
    static let indexLockPatience: Duration? = nil
    static let excerptLimit: Int? = nil
    static let lookInterval: Duration? = nil
    @inline(__always) public func hit() {}
  #endif
}

#if FAILPOINTS
  import Synchronization

  private final class Counter: Sendable {
    private let left: Mutex<Int>
    init(_ start: Int) { left = Mutex(start) }
    /// True exactly once, at the count-th call.
    func countDown() -> Bool {
      left.withLock { left in
        left -= 1
        return left == 0
      }
    }
  }
#endif
