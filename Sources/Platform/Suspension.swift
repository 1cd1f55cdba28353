import Synchronization

/// How long this process has been stopped by Ctrl-Z, so that nobody's time runs out while nobody could do anything.
public enum Suspension {
  private struct State {
    var isStopped = false
    var total = Duration.zero
  }

  private static let state = Mutex(State())

  /// Stops this process, as the terminal's Ctrl-Z does to one that does not catch it; returns when it is continued.
  public static func stop() {
    state.withLock { $0.isStopped = true }
    let start = ContinuousClock.now
    // To this very thread: sent to the process, it might stop us only when this one has gone on for a while.
    _ = raise(SIGSTOP)
    let end = ContinuousClock.now
    state.withLock { state in
      state.isStopped = false
      state.total += end - start
    }
  }

  /// All of it so far. Right after it was continued a process may ask before `stop` has returned; it is waited for.
  public static var total: Duration {
    get async {
      while true {
        let (isStopped, total) = state.withLock { ($0.isStopped, $0.total) }
        if !isStopped { return total }
        try? await Task.sleep(for: .milliseconds(2))
      }
    }
  }

  /// Sleeps until `deadline`, and as much longer as this process was stopped meanwhile.
  ///
  /// - Throws: `CancellationError`.
  public static func sleep(until deadline: ContinuousClock.Instant) async throws {
    var before = await total
    var end = deadline
    while true {
      try await Task.sleep(until: end, clock: .continuous)
      let now = await total
      if now == before { return }
      end += now - before
      before = now
    }
  }
}
