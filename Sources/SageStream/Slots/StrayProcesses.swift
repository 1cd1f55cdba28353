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
      let found = ProcessIdentity.working(in: slot.path).filter { $0.pid != getpid() }
      let ours = found.filter { isWorker($0, of: slot) }
      others = found.filter { !ours.contains($0) }
      if ours.isEmpty { break }
      for process in ours { process.signal(SIGKILL) }
      // They die at once unless a system call holds them; the kernel offers nothing to wait on for a process that is no child.
      try? await Task.sleep(for: .milliseconds(10))
    }
    return others
  }

  private static func isWorker(_ process: ProcessIdentity, of slot: Slot) -> Bool {
    #if canImport(Darwin)
      return false
    #else
      guard let environment = (try? File.read(FilePath("/proc/\(process.pid)/environ"))) ?? nil else { return false }
      return environment.split(separator: 0).contains { $0.elementsEqual("SAGE_WORKTREE=\(slot.path.string)".utf8) }
    #endif
  }
}
