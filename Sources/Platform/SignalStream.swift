import Synchronization

/// Signals as values: whoever reads the stream runs in ordinary code, not in a signal handler.
///
/// A handler writes the signal's number into a pipe, and a thread of its own reads it from there, so a busy or blocked task pool delays
/// nothing. Handlers, unlike ignored or blocked signals, are not inherited by the programs that this process starts.
///
/// `git` passes a Ctrl-C on to us that the terminal has already sent us. Two signals of one kind within `sameKeypress` therefore count as
/// one: "the second Ctrl-C" must be a second press of the keys. A change of the window's size is no press of keys: the last one counts.
public enum SignalStream {
  /// Begins to catch `signals`; call it once in the life of the process.
  ///
  /// - Parameter keys: those that a press of keys sends and git passes on; of the others each one counts.
  /// - Throws: `Errno` where there is no pipe or thread to be had; the signals then do what they always did.
  public static func of(
    _ signals: [Int32], keys: Set<Int32> = [SIGINT, SIGTERM], sameKeypress: Duration = .milliseconds(300)
  ) throws(Errno) -> AsyncStream<Int32> {
    let (reader, writer) = try pipeEnds()
    pipeForHandler.store(writer.rawValue, ordering: .sequentiallyConsistent)
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    let listener = Listener(reader: reader, continuation: continuation, sameKeypress: sameKeypress, keys: keys)
    try startThread { listener.run() }
    for signal in signals { catchSignal(signal) }
    return stream
  }

  /// Makes writing to a reader that went away an error of `write(2)` instead of the end of this process.
  public static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  private static func pipeEnds() throws(Errno) -> (reader: FileDescriptor, writer: FileDescriptor) {
    do {
      let ends = try FileDescriptor.pipe()
      for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
      // A handler must never block: with the pipe full there is enough to read already.
      _ = fcntl(ends.writeEnd.rawValue, F_SETFL, O_NONBLOCK)
      return (ends.readEnd, ends.writeEnd)
    } catch { throw error as? Errno ?? .ioError }
  }

  private static func catchSignal(_ number: Int32) {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = noteSignal
    #else
      action.__sigaction_handler.sa_handler = noteSignal
    #endif
    action.sa_flags = Int32(SA_RESTART)
    sigaction(number, &action, nil)
  }
}

/// The write end of the pipe, for the handler: an atomic is all that it may touch.
private let pipeForHandler = Atomic<Int32>(-1)

private func noteSignal(_ number: Int32) {
  let before = errno
  var byte = UInt8(truncatingIfNeeded: number)
  _ = write(pipeForHandler.load(ordering: .sequentiallyConsistent), &byte, 1)
  errno = before
}

private final class Listener: Sendable {
  private let reader: FileDescriptor
  private let continuation: AsyncStream<Int32>.Continuation
  private let sameKeypress: Duration
  private let keys: Set<Int32>

  init(reader: FileDescriptor, continuation: AsyncStream<Int32>.Continuation, sameKeypress: Duration, keys: Set<Int32>) {
    self.reader = reader
    self.continuation = continuation
    self.sameKeypress = sameKeypress
    self.keys = keys
  }

  func run() {
    var latest: [UInt8: ContinuousClock.Instant] = [:]
    var byte: UInt8 = 0
    while true {
      let count = read(reader.rawValue, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { return continuation.finish() }
      let now = ContinuousClock.now
      if keys.contains(Int32(byte)), let before = latest[byte], now - before < sameKeypress { continue }
      latest[byte] = now
      continuation.yield(Int32(byte))
    }
  }
}
