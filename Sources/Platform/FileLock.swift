/// An exclusive lock on a file, kept by the kernel: it ends with the process, however that ends, so it is never stale.
///
/// `flock(2)` on a descriptor that children do not inherit (close-on-exec), so a surviving grandchild never keeps it. The
/// file itself is never unlinked: two holders of two different inodes would both believe they are alone.
/// Where the file system has no `flock` (some network and FUSE file systems), a second file beside it stands for the lock: made by `link(2)`,
/// so that only one process can, with who made it inside. It is taken for stale only where that was a process of this machine that is gone.
/// The value is the proof: functions that need the lock take it as a parameter, and it cannot be copied.
public struct FileLock: ~Copyable, Sendable {
  private let descriptor: FileDescriptor
  /// The file that stands for the lock where the kernel keeps none.
  private let substitute: FilePath?

  /// Takes the lock, or answers nil at once where another process has it.
  public static func tryLock(_ path: FilePath) throws(Errno) -> FileLock? {
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(
        path, .readWrite, options: [.create, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
    } catch { throw error as? Errno ?? .ioError }
    while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
      let error = Errno(rawValue: errno)
      if error == .interrupted { continue }
      if [.notSupported, .noLocks, .noFunction].contains(error) {
        let substitute = FilePath(path.string + ".held")
        do throws(Errno) {
          if try SubstituteLock.take(substitute) { return FileLock(descriptor: descriptor, substitute: substitute) }
        } catch {
          try? descriptor.close()
          throw error
        }
        try? descriptor.close()
        return nil
      }
      try? descriptor.close()
      if error == .wouldBlock { return nil }
      throw error
    }
    return FileLock(descriptor: descriptor, substitute: nil)
  }

  private init(descriptor: FileDescriptor, substitute: FilePath?) {
    self.descriptor = descriptor
    self.substitute = substitute
  }

  deinit {
    if let substitute { try? File.remove(substitute) }
    try? descriptor.close()
  }
}

/// A file that only one process can make, for file systems without `flock`.
enum SubstituteLock {
  static func take(_ path: FilePath) throws(Errno) -> Bool {
    let mine = FilePath(path.string + ".tmp.\(getpid())")
    let me = ProcessIdentity.current
    try AtomicFile.write(Array("\(me.pid)\n\(me.startTime)\n\(hostName())\n".utf8), to: mine)
    defer { try? File.remove(mine) }
    // Twice: the first may only clear away what a dead process left.
    for _ in 0..<2 {
      do throws(Errno) {
        try File.link(mine, to: path)
        return true
      } catch {
        guard error == .fileExists else { throw error }
      }
      guard let content = try File.readText(path), isDead(content) else { return false }
      // Taken away by a rename, so that of two who see this only one has it; whoever finds something else in it puts that back.
      let grave = FilePath(path.string + ".dead.\(getpid())")
      do throws(Errno) { try File.rename(path, to: grave) } catch { return false }
      defer { try? File.remove(grave) }
      if try File.readText(grave) != content {
        try? File.link(grave, to: path)
        return false
      }
    }
    return false
  }

  private static func isDead(_ content: String) -> Bool {
    let lines = content.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 4, let pid = Int32(lines[0]), lines[2] == hostName() else { return false }
    return !ProcessIdentity(pid: pid, startTime: String(lines[1])).isAlive
  }
}
