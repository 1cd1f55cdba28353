import Git
import Platform

extension SlotKeeper {
  /// Saves what a slot of a dead run holds, before anything else is done with it.
  ///
  /// Kills the worker first if it outlived its run (only exactly that process, and what still carries the slot's `SAGE_WORKTREE`), then anchors
  /// HEAD, salvages uncommitted work under the name of the attempt that left it, and leaves the slot clean with a detached HEAD. Nothing
  /// happens to a slot that is clean already. May be killed and called again.
  ///
  /// - Parameters:
  ///   - worker: the worker's process as the dead run's journal names it.
  ///   - fallback: a commit to put the slot at where its HEAD names none.
  /// - Returns: what was saved; nil where there was nothing to save.
  @discardableResult
  public func settleAfterCrash(_ slot: Slot, worker: ProcessIdentity? = nil, fallback: CommitID) async throws(Failure) -> RefName? {
    if let worker, worker.isAlive { worker.signal(SIGKILL, group: true) }
    guard ((try? FileStatus.of(slot.gitFolder)) ?? nil) != nil else { return nil }
    _ = await StrayProcesses.end(in: slot)
    let attempt = lastAttempt(in: slot)
    let marker = AttemptMarker.read(slot)
    if GitFolderState.isIntact(slot) {
      _ = try await saveLeftovers(in: slot, fallback: fallback)
    } else {
      _ = try await collect(Collecting(slot: slot, attempt: attempt, base: marker?.base ?? fallback, headLogSize: marker?.headLogSize ?? 0))
    }
    let reference = salvageReference(attempt)
    let saved = try await throughGit { () throws(GitError) in
      try await layout.git.run("rev-parse", "--verify", "--quiet", reference.rawValue, accepting: [0, 1, 128])
    }
    return saved.status == 0 ? reference : nil
  }

  /// Ends a worker that outlived its run, whatever has become of its slot, and saves what it made.
  ///
  /// - Returns: what was saved of uncommitted work.
  @discardableResult
  public func recover(_ orphan: WorkerStarted) async throws(Failure) -> [RefName] {
    if orphan.process.isAlive { orphan.process.signal(SIGKILL, group: true) }
    var saved: [RefName] = []
    // A slot number may have a second worktree, where somebody worked in the first.
    for slot in existingSlots() where slot.number == orphan.slot {
      if let reference = try await settleAfterCrash(slot, fallback: orphan.base) { saved.append(reference) }
    }
    return saved
  }

  /// Worktrees that were set aside whole and wait for their owner to look at them.
  public func setAsideWorktrees() -> [FilePath] {
    guard let root = try? File.resolved(settings.root), let names = try? Folder.names(in: root) else { return [] }
    return names.map { root.appending(bytes: $0) }.filter { ($0.lastComponent?.string ?? "").contains(".aside-") }
      .sorted { $0.string < $1.string }
  }

  /// All slots that stand in the worktree root and belong to this repository, lowest number first.
  public func existingSlots() -> [Slot] { SlotFolder.all(in: settings.root, commonFolder: layout.commonFolder) }

  /// Removes a slot's worktree, after saving what it holds.
  ///
  /// - Throws: `Failure.refused` where a process works in it, or something in it cannot be saved.
  public func close(_ slot: Slot, fallback: CommitID) async throws(Failure) {
    if let process = await StrayProcesses.end(in: slot).first {
      throw .refused("\(slot.path.string) is kept: process \(process) works in it")
    }
    _ = try await saveLeftovers(in: slot, fallback: fallback)
    Failpoint.cleanSlotSaved.hit()
    try await registration.pass { () async throws(Failure) in
      try await retire(slot)
      Failpoint.cleanSlotForgotten.hit()
      try onDisk(slot.path) { () throws(Errno) in try Folder.removeTree(slot.path) }
    }
  }

  /// Anchors the user's stash entries for this run, newest first as `refs/sage-stream/runs/<run>/stash/<n>`, so that not even `git stash
  /// clear` and `git gc` of a worker can lose one.
  public func anchorStashes() async throws(Failure) {
    let entries = StashLog.read(layout.commonFolder).entries.reversed()
    if entries.isEmpty { return }
    let updates = entries.enumerated().map { "update \(InternalReference.prefix)runs/\(run)/stash/\($0)\0\($1.commit.hex)\0\0" }.joined()
    _ = try await throughGit { () throws(GitError) in
      try await layout.git.run(["update-ref", "--stdin", "-z"], input: Array("start\0\(updates)commit\0".utf8))
    }
  }
}
