import Synchronization

/// A thread on which one actor runs, for an actor that writes to a terminal: somebody who stops it with Ctrl-S blocks this thread, and
/// none of the task pool's, on which everything else depends.
///
/// Jobs run one after the other, in the order in which they came. The thread ends when nobody holds the executor any more.
public final class BlockingExecutor: SerialExecutor {
  private let queue = JobQueue()

  /// - Throws: `Errno` where the system gives no thread.
  public init() throws(Errno) {
    let queue = queue
    try startThread { queue.run() }
  }

  deinit { queue.close() }

  public func enqueue(_ job: consuming ExecutorJob) { queue.add(Job(job: UnownedJob(job), executor: asUnownedSerialExecutor())) }

  private struct Job: Sendable {
    let job: UnownedJob
    let executor: UnownedSerialExecutor
  }

  /// Shared by the executor and its thread, so that neither keeps the other alive.
  private final class JobQueue: Sendable {
    private struct State {
      var jobs: [Job] = []
      var isClosed = false
    }

    private let state = Mutex(State())
    /// One byte for each time that there is something to do.
    private let pipe = try? FileDescriptor.pipe()

    init() {
      guard let pipe else { return }
      for end in [pipe.readEnd, pipe.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
      _ = fcntl(pipe.writeEnd.rawValue, F_SETFL, O_NONBLOCK)
    }

    func add(_ job: Job) {
      state.withLock { $0.jobs.append(job) }
      wake()
    }

    func close() {
      // With the lock held: once the thread sees this it closes the pipe.
      state.withLock { state in
        state.isClosed = true
        wake()
      }
    }

    func run() {
      while true {
        let (jobs, isClosed) = state.withLock { state in
          defer { state.jobs = [] }
          return (state.jobs, state.isClosed)
        }
        for job in jobs { job.job.runSynchronously(on: job.executor) }
        if !jobs.isEmpty { continue }
        if isClosed { break }
        wait()
      }
      try? pipe?.readEnd.close()
      try? pipe?.writeEnd.close()
    }

    // A full pipe wakes as well as one more byte would.
    private func wake() { if let pipe { _ = try? pipe.writeEnd.writeAll([1]) } }

    private func wait() {
      guard let pipe else {
        usleep(10_000)
        return
      }
      withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
        while read(pipe.readEnd.rawValue, buffer.baseAddress, buffer.count) < 0 && errno == EINTR {}
      }
    }
  }
}
