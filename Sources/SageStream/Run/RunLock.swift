import Platform
import Tickets

/// The proof that this process is the only one that works on the queue of a repository (DESIGN I7).
///
/// A kernel lock on `queue.lock`, which ends with the process and is never stale. `queue.lock.owner` says who has it, for
/// messages only. It cannot be copied: whoever wants to move the target must have been given it.
public struct RunLock: ~Copyable, Sendable {
  private let lock: FileLock
  private let owner: FilePath
  /// The run that has the lock.
  public let run: RunID

  /// Takes the lock, waiting up to `patience`.
  ///
  /// - Parameter run: nil makes a new one, once the lock is had.
  /// - Parameter waiting: called after two seconds and then every second, with the holder and the seconds left.
  /// - Throws: `Failure.locked` when the time is over; `.insideWorker` at once in a worker of the run that has the lock, where
  ///   waiting would be a deadlock.
  public static func acquire(
    _ project: Project, run: RunID? = nil, patience: Duration, waiting: @Sendable (LockHolder?, Int) -> Void = { _, _ in }
  ) async throws(Failure) -> RunLock {
    let path = project.stateFolder.appending("queue.lock")
    let owner = project.stateFolder.appending("queue.lock.owner")
    let start = ContinuousClock.now
    var pause = Duration.milliseconds(5)
    var lastSaid = 1
    do throws(Errno) { try Folder.create(project.stateFolder, permissions: FilePermissions(rawValue: 0o700)) } catch {
      throw .fileSystem(path: project.stateFolder, error)
    }
    while true {
      do throws(Errno) {
        if let lock = try FileLock.tryLock(path) {
          let id = if let run { run } else { try newRun(project) }
          let holder = LockHolder(pid: getpid(), host: hostName(), since: .now, run: id.rawValue)
          // Who holds the kernel's lock; both are gone when the machine is.
          try AtomicFile.write(Array(holder.json.serialized().utf8), to: owner, isDurable: false)
          Failpoint.lockAcquired.hit()
          return RunLock(lock: lock, owner: owner, run: id)
        }
      } catch { throw .fileSystem(path: path, error) }
      let holder = LockHolder.read(owner)
      if let outer = project.environment["SAGE_RUN_ID"], holder?.run == outer { throw .insideWorker(runID: outer) }
      let waited = ContinuousClock.now - start
      if waited >= patience { throw .locked(holder, waitedSeconds: Int(waited.components.seconds)) }
      if waited.components.seconds > lastSaid {
        lastSaid = Int(waited.components.seconds)
        waiting(holder, Int((patience - waited).components.seconds))
      }
      try? await Task.sleep(for: min(pause * Double.random(in: 0.75...1.25), patience - waited))
      pause = min(pause * 2, .milliseconds(250))
    }
  }

  private static func newRun(_ project: Project) throws(Errno) -> RunID {
    do throws(Failure) { return .next(after: try JournalReader.runs(in: project.stateFolder)) } catch {
      guard case .fileSystem(_, let problem) = error else { throw .ioError }
      throw problem
    }
  }

  private init(lock: consuming FileLock, owner: FilePath, run: RunID) {
    self.run = run
    self.lock = lock
    self.owner = owner
  }

  deinit { try? File.remove(owner) }
}

extension LockHolder {
  var json: JSON {
    ["pid": JSON(Int(pid)), "host": .string(host), "since": .string(since.description), "run": run.map { .string($0) } ?? .null]
  }

  /// Who has the lock, as far as the owner file tells; for messages, never for decisions.
  static func read(_ owner: FilePath) -> LockHolder? {
    guard let bytes = try? File.read(owner), let json = try? JSON(parsing: bytes), let pid = json["pid"]?.int,
      let since = json["since"]?.string.flatMap({ WallTime($0) })
    else { return nil }
    return LockHolder(pid: Int32(truncatingIfNeeded: pid), host: json["host"]?.string ?? "?", since: since, run: json["run"]?.string)
  }
}
