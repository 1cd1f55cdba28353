import Platform
import Testing

@Suite("Signals as values")
struct SignalStreamTests {
  @Test("a signal that git passes on a moment later is the same press of the keys, another kind of signal is not")
  func doubled() async throws {
    let stream = try SignalStream.of([SIGUSR1, SIGUSR2], sameKeypress: .seconds(3600))
    // To the process, not to this thread: the threads of the task pool have signals blocked.
    for signal in [SIGUSR1, SIGUSR1, SIGUSR2] { _ = kill(getpid(), signal) }
    var seen: [Int32] = []
    for await signal in stream {
      seen.append(signal)
      if seen.count == 2 { break }
    }
    #expect(Set(seen) == [SIGUSR1, SIGUSR2])
  }
}
