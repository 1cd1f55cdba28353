import Platform

/// Processes that still work in a slot after its worker is gone.
///
/// The worker's group has been killed by then. What is left either made a session of its own, or is the user's: a shell in which somebody
/// typed `cd`. The environment tells them apart, since every descendant of a worker carries its `SAGE_WORKTREE`.
enum StrayProcesses {
  /// Kills what a worker left behind.
  ///
  /// - Returns: processes that are not ours; the slot must not be used while they are there.
  static func end(in slot: Slot) async -> [ProcessIdentity] {
    var others: [ProcessIdentity] = []
    for _ in 0..<50 {
      let found = ProcessIdentity.working(in: slot.path).filter { $0.pid != getpid() }.map { ($0, owner(of: $0, slot)) }
      others = found.filter { $0.1 != .worker }.map(\.0)
      if found.allSatisfy({ $0.1 == .somebody }) { break }
      for (process, owner) in found where owner == .worker { process.signal(SIGKILL) }
      // They die at once unless a system call holds them; the kernel offers nothing to wait on for a process that is no child.
      try? await Task.sleep(for: .milliseconds(10))
    }
    return others
  }

  private enum Owner {
    case worker
    case somebody
    /// It dies, or has just been forked from this process to become something else: a moment later it is gone or tells.
    case unknown
  }

  private static func owner(of process: ProcessIdentity, _ slot: Slot) -> Owner {
    #if canImport(Darwin)
      return .somebody
    #else
      let read = try? File.read(FilePath("/proc/\(process.pid)/environ"))
      guard process.isAlive else { return .unknown }
      // Another user's may not be read.
      guard let environment = read ?? nil else { return .somebody }
      if environment.split(separator: 0).contains(where: { $0.elementsEqual("SAGE_WORKTREE=\(slot.path.string)".utf8) }) { return .worker }
      // The kernel takes the memory of a process, and with it the environment, before the working folder.
      return environment.isEmpty || program(of: "\(process.pid)") == program(of: "self") ? .unknown : .somebody
    #endif
  }

  private static func program(of pid: String) -> [UInt8]? { try? File.readLink(FilePath("/proc/\(pid)/exe")) }
}
