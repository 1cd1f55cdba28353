import Synchronization

/// A pipe into which a child writes, read by a thread of its own for as long as the child lives.
///
/// What waits in a pipe costs nothing; each time that somebody wakes up to take it out does. So a child that writes often and little is
/// read some twenty times a second (`ReadingPace`), one that writes now and then at once, and one that writes much as fast as it writes.
public final class OutputPipe: Sendable {
  /// Where the child writes. Whoever starts the child closes it here.
  public let writeEnd: FileDescriptor
  private let readEnd: FileDescriptor
  /// A byte in it says that nobody is going to write any more.
  private let bell: (reader: FileDescriptor, writer: FileDescriptor)
  private let state = Mutex(State())

  private struct State {
    var hasEnded = false
    var waiting: CheckedContinuation<Void, Never>?
  }

  /// Makes the pipe and gives `take` all that arrives in it, in order and on one thread, until `end`.
  ///
  /// - Throws: `Errno` where there is no pipe or thread to be had; nothing is left open then.
  public static func reading(_ take: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) throws(Errno) -> OutputPipe {
    let pipe = try OutputPipe()
    do throws(Errno) {
      try startThread { pipe.read(take) }
    } catch {
      for end in [pipe.readEnd, pipe.writeEnd] { try? end.close() }
      throw error
    }
    return pipe
  }

  private init() throws(Errno) {
    bell = try closedOnExec()
    do throws(Errno) {
      (readEnd, writeEnd) = try closedOnExec()
    } catch {
      for end in [bell.reader, bell.writer] { try? end.close() }
      throw error
    }
    _ = fcntl(readEnd.rawValue, F_SETFL, O_NONBLOCK)
  }

  deinit { for end in [bell.reader, bell.writer] { try? end.close() } }

  /// Returns when all that was written has been taken. To be called once the child is dead: whoever else holds the pipe open is not waited
  /// for, and heard no longer than it takes to empty the pipe.
  public func end() async {
    _ = try? bell.writer.writeAll([1])
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.waiting = continuation }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  private func read(_ take: (UnsafeRawBufferPointer) -> Void) {
    var pace = ReadingPace()
    var isLast = false
    // What a pipe can still hold when the child dies.
    var rest = 16
    withUnsafeTemporaryAllocation(byteCount: ReadingPace.buffer, alignment: 1) { buffer in
      while rest > 0 {
        if !isLast, pace.pause > 0 { isLast = waits(for: [bell.reader], milliseconds: pace.pause) }
        let count = Platform.read(readEnd, into: buffer)
        if count > 0 {
          take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
          if isLast { rest -= 1 }
          pace.took(count)
        } else if count < 0, errno == EINTR {
          continue
        } else if count < 0, errno == EAGAIN, !isLast {
          _ = waits(for: [readEnd, bell.reader], milliseconds: -1)
          isLast = waits(for: [bell.reader], milliseconds: 0)
        } else {
          break
        }
      }
    }
    try? readEnd.close()
    let waiting = state.withLock { state in
      state.hasEnded = true
      return state.waiting
    }
    waiting?.resume()
  }

  /// Whether there is something to read in one of them before the time is over; -1 has no end.
  private func waits(for descriptors: [FileDescriptor], milliseconds: Int32) -> Bool {
    var polled = descriptors.map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
    return poll(&polled, nfds_t(polled.count), milliseconds) > 0
  }
}

/// How long to wait before a pipe is read again.
struct ReadingPace {
  /// As much as a pipe holds.
  static let buffer = 1 << 16
  private static let longest: Int32 = 50

  /// In milliseconds; 0 as long as the writer is quiet, or faster than we are.
  private(set) var pause: Int32 = 0
  private var last = ContinuousClock.now

  /// So many bytes have been read.
  mutating func took(_ count: Int, at now: ContinuousClock.Instant = .now) {
    let since = now - last
    last = now
    if count >= Self.buffer * 3 / 4 {
      // The pipe was nearly full: a longer pause would hold the writer up.
      pause = pause > 2 ? pause / 2 : 0
    } else if since < .milliseconds(pause + 10) {
      pause = min(Self.longest, max(2, pause * 2))
    } else {
      pause = 0
    }
  }
}

private func closedOnExec() throws(Errno) -> (reader: FileDescriptor, writer: FileDescriptor) {
  do {
    let ends = try FileDescriptor.pipe()
    for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
    return (ends.readEnd, ends.writeEnd)
  } catch { throw error as? Errno ?? .ioError }
}

private func read(_ descriptor: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor.rawValue, buffer.baseAddress, buffer.count)
}
