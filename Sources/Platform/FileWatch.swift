/// Waits until something changes in files and folders, asleep meanwhile: inotify(7) on Linux, kqueue(2) on macOS.
///
/// A change that happens between two calls of `wait` ends the second at once, so whoever looks and then waits misses nothing. Of a folder its
/// entries are watched; of a file its content. An actor with a thread of its own, because waiting blocks.
public actor FileWatch {
  private let executor: BlockingExecutor
  private let queue: FileDescriptor
  /// The paths that are watched; on macOS with the descriptor through which they are.
  private var watched: [FilePath: FileDescriptor?] = [:]

  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Throws: `Errno` where the system has no more of these to give (`fs.inotify.max_user_instances`).
  public init() throws(Errno) {
    executor = try BlockingExecutor()
    #if canImport(Darwin)
      let descriptor = kqueue()
    #else
      let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    #endif
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    queue = FileDescriptor(rawValue: descriptor)
  }

  deinit {
    try? queue.close()
    for case let descriptor? in watched.values { try? descriptor.close() }
  }

  /// Watches one more path; one that is watched already, or is not there, is fine.
  public func add(_ path: FilePath) {
    guard watched[path] == nil else { return }
    #if canImport(Darwin)
      guard let descriptor = try? FileDescriptor.open(path, FileDescriptor.AccessMode(rawValue: O_EVTONLY), options: [.closeOnExec]) else {
        return
      }
      var change = kevent()
      change.ident = UInt(descriptor.rawValue)
      change.filter = Int16(EVFILT_VNODE)
      change.flags = UInt16(EV_ADD | EV_CLEAR)
      change.fflags = UInt32(NOTE_WRITE | NOTE_EXTEND | NOTE_DELETE | NOTE_RENAME)
      guard kevent(queue.rawValue, &change, 1, nil, 0, nil) == 0 else {
        try? descriptor.close()
        return
      }
      watched[path] = .some(descriptor)
    #else
      let mask = UInt32(IN_MODIFY) | UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE) | UInt32(IN_DELETE_SELF)
      guard path.withPlatformString({ inotify_add_watch(queue.rawValue, $0, mask) }) >= 0 else { return }
      watched[path] = .some(nil)
    #endif
  }

  /// Returns when something has changed since the last call, or after `limit`.
  public func wait(atMost limit: Duration? = nil) {
    let milliseconds = limit.map { Int32(min(max(1, $0 / .milliseconds(1)), Double(Int32.max))) }
    #if canImport(Darwin)
      var events = [kevent](repeating: kevent(), count: 16)
      var time = timespec(tv_sec: Int(milliseconds ?? 0) / 1000, tv_nsec: Int(milliseconds ?? 0) % 1000 * 1_000_000)
      _ = milliseconds == nil ? kevent(queue.rawValue, nil, 0, &events, 16, nil) : kevent(queue.rawValue, nil, 0, &events, 16, &time)
    #else
      var request = pollfd(fd: queue.rawValue, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, milliseconds ?? -1) > 0 else { return }
      // What has changed is looked up by whoever asked; only that it has is of interest.
      withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 8) { buffer in
        while read(queue.rawValue, buffer.baseAddress, buffer.count) > 0 {}
      }
    #endif
  }
}
