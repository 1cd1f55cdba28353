import Git
import Platform

/// What a slot is like when its worker starts.
struct Prepared: Sendable {
  var headLogSize: Int
  /// What git ignores at base, and what was copied in.
  var ignored: Set<TreePath>
  /// The index, where it has what base has.
  var index: FileStatus?
}

extension SlotKeeper {
  /// Puts a slot at the attempt's base: saves whatever stands in it, resets, saves and removes what is untracked at the new base, brings
  /// the ignored files that `copy` names, and writes the attempt's files.
  func prepare(_ assignment: Assignment, in slot: Slot, files: AttemptFiles) async throws(Failure) -> Prepared {
    let git = git(slot)
    let status = try await bring(slot, git, to: assignment.base)
    if !status.untracked.isEmpty || !status.nestedRepositories.isEmpty {
      // Another base has other ignore rules: what was ignored until now may be in the open.
      let saved = try await salvage(slot, of: lastAttempt(in: slot), on: assignment.base, leavingOut: status.nestedRepositories)
      if let complaint = saved.complaints.first {
        throw .refused("files in \(slot.path.string) could not be saved and are left alone: \(complaint)")
      }
      try await git.clean()
    }
    var ignored = Set(status.ignored)
    ignored.formUnion(try await copyIgnoredFiles(into: slot))
    if let restart = assignment.restart {
      try await git.reset(to: restart.files)
      // What was uncommitted is so again, new files included.
      if restart.head != restart.files { try await git.run(["reset", "--mixed", "--quiet", restart.head.hex]) }
    }
    try await fillSubmodules(of: slot)
    try files.write(assignment, exclude: settings.exclude.map(\.description))
    let headLogSize = HeadLog.size(slot.gitFolder)
    try onDisk(slot.gitFolder) { () throws(Errno) in
      try AttemptMarker(attempt: assignment.attempt, base: assignment.base, headLogSize: headLogSize).write(slot)
    }
    Failpoint.slotPrepared.hit()
    let isAtBase = assignment.restart == nil && status.head == assignment.base && status.changed.isEmpty && !status.hasMovedSubmodules
    return Prepared(headLogSize: headLogSize, ignored: ignored, index: isAtBase ? RestedSlots.index(slot) : nil)
  }

  /// Saves what stands in a slot and puts index, tracked files and HEAD at `base`; what is untracked stays.
  ///
  /// - Returns: the state of the slot there.
  private func bring(_ slot: Slot, _ git: SlotGit, to base: CommitID) async throws(Failure) -> SlotStatus {
    if let status = rested.take(slot), let head = status.head {
      if head == base { return status }
      if let hasNewRules = await advance(git, from: head, to: base) {
        return hasNewRules ? try await git.status() : SlotStatus(cleanAt: base, ignored: status.ignored)
      }
      // Somebody has been here after all.
    }
    try removeCopies(slot)
    let status = try await saveLeftovers(in: slot, fallback: base)
    if status.head == base, !status.isDirty { return status }
    if !status.isDirty, let head = status.head, let hasNewRules = await advance(git, from: head, to: base) {
      return hasNewRules ? try await git.status() : SlotStatus(cleanAt: base, ignored: status.ignored)
    }
    let rules = ignoreRules(slot)
    try await git.reset(to: base)
    // Where no ignore rule changed, what was ignored is ignored still, and a clean slot is clean still.
    return status.isDirty || rules == nil || rules != ignoreRules(slot) ? try await git.status() : status
  }

  /// Takes a clean slot to another commit by writing only what differs between the two. `git reset --hard` would look at each file first.
  ///
  /// A file that is not as the index has it, against all expectation, is left alone and makes this fail.
  ///
  /// - Returns: whether any ignore rule differs; nil where it could not be done, and then a reset is due.
  private func advance(_ git: SlotGit, from head: CommitID, to base: CommitID) async -> Bool? {
    guard let store = ownStore(), let changes = try? store.changes(from: store.commit(head).tree, to: store.commit(base).tree),
      await git.advance(from: head, to: base, changes, layout.objectFormat),
      await moveHead(git, from: head, to: base, reason: "sage-stream: base")
    else { return nil }
    return changes.contains { SlotChange($0).isIgnoreRule }
  }

  private func ignoreRules(_ slot: Slot) -> [TreePath: [UInt8]]? {
    IndexFlags(slot.gitFolder.appending("index"), layout.objectFormat).ignoreRules
  }

  /// Saves what a slot holds from before, if it holds anything.
  ///
  /// - Parameter fallback: stands for the base of an attempt that nothing is known of.
  /// - Returns: the state of the slot now.
  /// - Throws: also `.refused` where the slot had to be set aside; then it needs a new worktree.
  func saveLeftovers(in slot: Slot, fallback: CommitID) async throws(Failure) -> SlotStatus {
    let marker = AttemptMarker.read(slot)
    let status = try await readStatus(slot)
    let state = GitFolderState(slot)
    let isSettled =
      marker?.settledAt != nil && marker?.settledAt == status.head && status.branch == nil && !status.isDirty && state.operation == nil
    if isSettled, settings.inheritsSparseCheckout || !state.hasOwnConfiguration { return status }
    let collected = try await collect(
      Collecting(
        slot: slot, attempt: lastAttempt(in: slot), base: marker?.base ?? status.head ?? fallback,
        headLogSize: marker?.settledAt == nil ? marker?.headLogSize ?? 0 : 0))
    if collected.aside != nil { throw .refused("slot \(slot.number) held work that could not be cleaned away, so it was set aside") }
    return try await git(slot).status()
  }

  /// Notes that everything the attempt left has been saved, and where HEAD stands since.
  func settle(_ slot: Slot, at head: CommitID) throws(Failure) {
    guard var marker = AttemptMarker.read(slot) else { return }
    marker.settledAt = head
    try onDisk(slot.gitFolder) { () throws(Errno) in try marker.write(slot) }
    Failpoint.slotSettled.hit()
  }
}
