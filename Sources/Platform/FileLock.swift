/// An exclusive lock on a file, kept by the kernel: it ends with the process, however that ends, so it is never stale.
///
/// `flock(2)` on a descriptor that children do not inherit (close-on-exec), so a surviving grandchild never keeps it. The
/// file itself is never unlinked: two holders of two different inodes would both believe they are alone.
/// The value is the proof: functions that need the lock take it as a parameter, and it cannot be copied.
public struct FileLock: ~Copyable, Sendable {
  private let descriptor: FileDescriptor

  /// Takes the lock, or answers nil at once where another process has it.
  ///
  /// - Throws: `Errno`, `.notSupported` where the file system has no `flock`.
  public static func tryLock(_ path: FilePath) throws(Errno) -> FileLock? {
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(
        path, .readWrite, options: [.create, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
    } catch { throw error as? Errno ?? .ioError }
    while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
      let error = Errno(rawValue: errno)
      if error == .interrupted { continue }
      try? descriptor.close()
      if error == .wouldBlock { return nil }
      throw error
    }
    return FileLock(descriptor: descriptor)
  }

  private init(descriptor: FileDescriptor) { self.descriptor = descriptor }

  deinit { try? descriptor.close() }
}
