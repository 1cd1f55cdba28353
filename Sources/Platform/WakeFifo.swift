import Synchronization

/// A named pipe through which other processes wake this one: a byte says that there is something to look at, never what.
public final class WakeFifo: Sendable {
  private let path: FilePath
  private let descriptor: FileDescriptor
  private let isClosed = Mutex(false)

  /// Makes the pipe where there is none and calls `action` for every byte that arrives, on a thread of its own, until `close`.
  public static func listen(at path: FilePath, _ action: @escaping @Sendable () -> Void) throws(Errno) -> WakeFifo {
    if path.withPlatformString({ mkfifo($0, 0o600) }) != 0, errno != EEXIST { throw Errno(rawValue: errno) }
    do {
      // Open for both, so that it neither waits for a first writer nor ends with the last.
      let fifo = WakeFifo(path, try FileDescriptor.open(path, .readWrite, options: [.closeOnExec]))
      try startThread { fifo.read(action) }
      return fifo
    } catch { throw error as? Errno ?? .ioError }
  }

  /// Wakes whoever listens; nobody there is fine.
  public static func wake(_ path: FilePath) {
    guard let descriptor = try? FileDescriptor.open(path, .writeOnly, options: [.nonBlocking, .closeOnExec]) else { return }
    _ = try? descriptor.closeAfter { try descriptor.writeAll([10]) }
  }

  private init(_ path: FilePath, _ descriptor: FileDescriptor) {
    self.path = path
    self.descriptor = descriptor
  }

  /// Ends the thread and removes the pipe: a program that reads every file of a repository would wait in it for ever.
  public func close() {
    let isFirst = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return !isClosed
    }
    guard isFirst else { return }
    try? File.remove(path)
    _ = try? descriptor.writeAll([10])
  }

  private func read(_ action: () -> Void) {
    var bytes = [UInt8](repeating: 0, count: 64)
    while true {
      let count = bytes.withUnsafeMutableBytes { try? descriptor.read(into: $0) }
      if isClosed.withLock({ $0 }) || (count ?? 0) == 0 { break }
      action()
    }
    try? descriptor.close()
  }
}
