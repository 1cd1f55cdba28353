import Git
import Platform

extension Inspection {
  /// - Returns: the lock files that were named.
  func locks(_ worktrees: [Worktree], _ target: RefName?, _ examination: inout Examination) -> Set<FilePath> {
    var found = false
    var named: Set<FilePath> = []
    if let holder = LockHolder.read(project.stateFolder.appending("queue.lock.owner")), ProcessIdentity(of: holder.pid) != nil {
      found = true
      examination.note(.locks, .runGoesOn(holder))
    }
    let common = project.layout.commonFolder
    var files = ["HEAD.lock", "packed-refs.lock", "config.lock"].map { common.appending($0) }
    if let target { files.append(common.appending(target.rawValue + ".lock")) }
    for worktree in worktrees where worktree.branch == target && !worktree.isBare {
      files.append(worktree.gitFolder.appending("index.lock"))
    }
    let now = WallTime.now.seconds
    for file in files {
      guard let status = try? FileStatus.of(file) else { continue }
      found = true
      named.insert(file)
      let lock = Prerequisite.LockFile(path: file, seconds: max(0, now - Int(status.modified)), run: IndexLock.owner(ofLock: file))
      examination.note(.locks, .lock(lock))
    }
    if !found { examination.note(.locks, .noLocks) }
    return named
  }

  /// What dead processes left, and everything else that should hold and does not; objects are left to `git fsck`.
  ///
  /// - Parameter locks: those that were named already.
  func leftOvers(
    _ worktrees: [Worktree], _ target: RefName?, without locks: Set<FilePath>, _ examination: inout Examination
  ) async {
    do throws(Failure) {
      let found = try LeftOvers(project: project).find(worktrees)
      for leftOver in found { examination.note(.leftOvers, .leftOver(leftOver)) }
      var broken = try await InvariantChecker.findings(of: project, target: target, checksObjects: false, without: found, locks)
      // A queue that cannot be read has its own row.
      if examination.queue == nil { broken.removeAll { $0.rule == .queue } }
      for finding in broken { examination.note(.leftOvers, .broken(finding)) }
      if found.isEmpty && broken.isEmpty { examination.note(.leftOvers, .noLeftOvers) }
    } catch { examination.note(.leftOvers, .failure(error)) }
  }
}
