import Platform
import Testing

@Suite("Signals as values")
struct SignalStreamTests {
  @Test("a signal that git passes on a moment later is the same press of the keys, another kind of signal is not")
  func doubled() async throws {
    let stream = try SignalStream.of([SIGUSR1, SIGUSR2], keys: [SIGUSR1, SIGUSR2], sameKeypress: .seconds(3600))
    var seen: [Int32] = []
    // To the process, not to this thread: the threads of the task pool have signals blocked.
    _ = kill(getpid(), SIGUSR1)
    for await signal in stream {
      seen.append(signal)
      if seen.count == 2 { break }
      // Only now, for two that are pending at once are one to the kernel already.
      _ = kill(getpid(), SIGUSR1)
      _ = kill(getpid(), SIGUSR2)
    }
    #expect(seen == [SIGUSR1, SIGUSR2])
  }
}
