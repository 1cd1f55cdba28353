import Git
import Platform

/// What was brought home from a slot.
struct Collected: Sendable {
  /// Where HEAD stood, or the harvest on top of it; anchored under the attempt's reference where it is not the base.
  var tip: CommitID
  /// Where HEAD stands now.
  var head: CommitID
  /// Whether every commit was made on top of the one before it, the first on the base.
  var isStraight = false
  var salvage: Salvaged?
  /// What makes the attempt a failure whatever its exit status says.
  var problem: AttemptFailure?
  var warnings: [String] = []
  /// Where the worktree is now, if it had to be set aside.
  var aside: FilePath?
  var isUsable = true
}

/// How a slot's content is brought home.
struct Collecting: Sendable {
  var slot: Slot
  var attempt: Attempt
  /// What the worker started from.
  var base: CommitID
  /// The size of HEAD's reflog then.
  var headLogSize = 0
  /// The index at that time, if it had what base has.
  var indexBefore: FileStatus?
  /// What git ignored then, and what was copied in: never part of a commit of ours.
  var ignoredBefore: Set<TreePath> = []
  /// The message for a commit of uncommitted changes; nil: they are salvaged, not harvested.
  var harvestMessage: String?
}

extension SlotKeeper {
  /// Brings home all that an attempt left in a slot, and leaves the slot clean with a detached HEAD, or sets it aside whole.
  ///
  /// Every step may be cut short by a crash: what the steps before it did is anchored, and the next call starts over on what is left.
  func collect(_ work: Collecting) async throws(Failure) -> Collected {
    let slot = work.slot
    let others = await StrayProcesses.end(in: slot)
    guard GitFolderState.isIntact(slot) else { return try await collectBroken(work) }
    let git = git(slot)
    let state = GitFolderState(slot)
    if others.isEmpty { try onDisk(slot.gitFolder) { () throws(Errno) in try state.removeLocks() } }
    var (status, survey) = try await readStatus(work)
    let head = status.head ?? work.base
    let store = ownStore()
    let changes = try await changes(git, from: work.base, to: head, store)
    try await status.leaveOut(idleSubmodules(status, changes, slot))
    var collected = Collected(tip: head, head: head)
    collected.problem = problem(status, changes, state)

    let foreign = foreignPaths(status, work.ignoredBefore)
    let hasWork = !status.unmerged.isEmpty || status.changed.count > foreign.added.count || status.untracked.count > foreign.untracked.count
    var isClean = !hasWork && status.nestedRepositories.isEmpty
    var isAnchored = false
    if hasWork, collected.problem == nil, let message = work.harvestMessage {
      do throws(Failure) {
        collected.tip = try await harvest(
          git, status, on: head, message: message, leavingOut: foreign, anchoredAs: attemptReference(work.attempt), store: store)
        isClean = true
        isAnchored = collected.tip != head
      } catch {
        if error.isMachinesFault { throw error }
        collected.problem = AttemptFailure(.harvest, error.cause)
      }
    }
    if hasWork, !isClean {
      collected.salvage = try await salvage(
        slot, of: work.attempt, on: head, leavingOut: status.nestedRepositories + foreign.untracked + status.settledByIndex)
    }
    let needsAnchor = collected.tip != work.base
    if needsAnchor || status.branch != nil || status.head == nil || collected.tip != head {
      if !isAnchored {
        let anchors = needsAnchor ? [(name: attemptReference(work.attempt), commit: collected.tip)] : []
        try await setHead(git, status, to: collected.tip, anchors: anchors, store: store)
      }
      collected.head = collected.tip
      Failpoint.slotAnchored.hit()
    }
    let path = path(work, to: head, state)
    collected.isStraight = path.isStraight
    // What checks looked at is nobody's work.
    if !SlotName.isCheck(slot.number) { try await anchorStrays(path.strays, of: work.attempt, through: git.git) }
    try onDisk(slot.gitFolder) { () throws(Errno) in try state.quitOperations() }

    let specials = SpecialFiles(in: slot, outside: Set(status.ignored), survey)
    collected.warnings += specials.paths.map { "\($0) is neither a file nor a link and was left out" }
    collected.warnings += status.untidySubmodules.map {
      "untracked files in the submodule \($0) are not part of the work that was picked up"
    }
    if let reason = reasonToSetAside(status, changes, collected.salvage) {
      try setAside(work, &collected, reason)
      return collected
    }
    try onDisk(slot.path) { () throws(Errno) in
      for special in specials.paths { try File.remove(slot.path.appending(bytes: special.bytes)) }
    }
    let wasTidy = try await tidy(work, &collected, status, changes, isClean: isClean, maySkip: survey == nil)
    // A folder that held nothing else is empty now.
    if !specials.isEmpty, collected.isUsable { try await git.clean() }
    if collected.isUsable { try settle(slot, at: collected.head) }
    if wasTidy, collected.isUsable, others.isEmpty, specials.isEmpty, !status.hasMovedSubmodules, foreign.untracked.isEmpty,
      !hasCopies(slot)
    {
      rested.note(slot, SlotStatus(cleanAt: collected.head, ignored: status.ignored), specials.folders)
    }
    if !others.isEmpty {
      collected.isUsable = false
      collected.warnings.append("process \(others[0]) works in \(slot.path.string), so the slot is not used any further")
    }
    return collected
  }

  /// Leaves nothing behind that the next ticket could see. Ignored files stay, unless the attempt itself made them ignored.
  ///
  /// - Parameter maySkip: whether the index may have entries that are marked to be skipped; a survey has seen that there are none.
  /// - Returns: whether there was nothing to do.
  private func tidy(
    _ work: Collecting, _ collected: inout Collected, _ status: SlotStatus, _ changes: [SlotChange], isClean: Bool, maySkip: Bool
  ) async throws(Failure) -> Bool {
    let slot = work.slot
    let git = git(slot)
    let index = slot.gitFolder.appending("index")
    let wasSparse = try onDisk(slot.gitFolder) { () throws(Errno) in
      if settings.inheritsSparseCheckout { return false }
      let hadOwnConfiguration = try GitFolderState(slot).removeOwnConfiguration()
      guard hadOwnConfiguration || maySkip && !IndexFlags(index, layout.objectFormat).skipped.isEmpty else { return false }
      // A reset would go on skipping what the index says is to be skipped; a new one does not.
      try File.remove(index)
      return true
    }
    let hidden = try await hiddenRules(work, status)
    let changedRules = changes.contains(where: \.isIgnoreRule) || (status.changed + status.untracked).contains { isIgnoreRule($0) }
    if isClean && !changedRules && hidden.isEmpty && !wasSparse { return true }
    // At its own base, and with its own rules gone, nothing can hide behind them.
    try await git.reset(to: work.base)
    collected.head = work.base
    try onDisk(slot.path) { () throws(Errno) in
      for rule in hidden {
        try File.rename(slot.path.appending(bytes: rule.bytes), to: FilePath(slot.path.appending(bytes: rule.bytes).string + ".hidden"))
      }
    }
    let rest = try await git.status()
    // What the first salvage has stands on disk still; what was not seen then has been hiding.
    let seen = isClean ? [] : Set(status.untracked)
    if rest.untracked.contains(where: { !seen.contains($0) }) {
      collected.salvage = try await salvage(slot, of: work.attempt, on: collected.tip, leavingOut: rest.nestedRepositories)
      collected.warnings.append("files that the attempt's own ignore rules hid were saved as \(salvageReference(work.attempt))")
    }
    if let nested = rest.nestedRepositories.first {
      try setAside(work, &collected, "it holds a git repository of its own at \(nested)")
      return false
    }
    if let complaint = collected.salvage?.complaints.first {
      try setAside(work, &collected, "not everything in it could be saved: \(complaint)")
      return false
    }
    try await git.clean()
    return false
  }

  private func setAside(_ work: Collecting, _ collected: inout Collected, _ reason: String) throws(Failure) {
    collected.aside = try setAside(work.slot.path, number: work.slot.number, reason: reason, gitFolder: work.slot.gitFolder)
    collected.isUsable = false
  }

  private func isIgnoreRule(_ path: TreePath) -> Bool { path.lastComponent.elementsEqual(".gitignore".utf8) }

  /// Ignore files of the attempt's that ignore themselves and stand in a folder of the project: they would hide the next ticket's work too.
  /// Those inside a folder that is ignored altogether, as tools write into their caches, do no harm.
  private func hiddenRules(_ work: Collecting, _ status: SlotStatus) async throws(Failure) -> [TreePath] {
    var hidden: [TreePath] = []
    for path in status.ignored where isIgnoreRule(path) && !work.ignoredBefore.contains(path) {
      let folder = path.parent
      if folder.isRoot {
        hidden.append(path)
      } else if let name = folder.text {
        let answer = try await git(work.slot).run(["cat-file", "-e", "\(work.base):\(name)"], accepting: [0, 1, 128])
        if answer.status == 0 { hidden.append(path) }
      }
    }
    return hidden
  }

  /// The state of a slot after its worker. Where HEAD and index are as they were when that started, git is asked only about the paths that
  /// may have changed since, and not at all where there are none; the survey that tells is given too.
  private func readStatus(_ work: Collecting) async throws(Failure) -> (SlotStatus, CheckoutSurvey?) {
    let slot = work.slot
    guard let before = work.indexBefore, RestedSlots.index(slot) == before, GitFolderState.head(of: slot) == work.base,
      let survey = await IndexFile(slot.gitFolder.appending("index"), layout.objectFormat)?.survey(of: slot.path, atMost: 100)
    else { return (try await readStatus(slot), nil) }
    if survey.unsettled.isEmpty { return (SlotStatus(cleanAt: work.base, ignored: []), survey) }
    return (try await git(slot).status(of: survey.unsettled), survey)
  }

  /// `git status`, of all that stands there: flags in the index that hide changes are taken off first, and an index that cannot be read
  /// is made anew from HEAD, which loses nothing that stands on disk.
  func readStatus(_ slot: Slot) async throws(Failure) -> SlotStatus {
    let git = git(slot)
    let index = slot.gitFolder.appending("index")
    do throws(Failure) {
      let flags = IndexFlags(index, layout.objectFormat)
      try await takeOff("--no-assume-unchanged", flags.assumedUnchanged, git)
      if !settings.inheritsSparseCheckout {
        // One that is not on disk was skipped by a sparse checkout, and not deleted.
        let present = flags.skipped.filter { ((try? FileStatus.of(slot.path.appending(bytes: $0.bytes))) ?? nil) != nil }
        try await takeOff("--no-skip-worktree", present, git)
      }
      return try await git.status()
    } catch {
      try onDisk(index) { () throws(Errno) in
        if try FileStatus.of(index) != nil { try File.rename(index, to: FilePath(index.string + ".broken")) }
      }
      do throws(Failure) {
        try await git.run(["read-tree", "HEAD"])
        return try await git.status()
      } catch _ { throw error }
    }
  }

  private func takeOff(_ flag: String, _ paths: [TreePath], _ git: SlotGit) async throws(Failure) {
    if paths.isEmpty { return }
    try await git.run(["update-index", flag, "-z", "--stdin"], input: Array(paths.map { $0.bytes + [0] }.joined()))
  }

  /// A slot whose `.git` is gone or leads elsewhere: what can be saved is saved by naming both folders, nothing is ever reset.
  private func collectBroken(_ work: Collecting) async throws(Failure) -> Collected {
    let slot = work.slot
    var collected = Collected(tip: work.base, head: work.base)
    collected.isUsable = false
    collected.problem = AttemptFailure(.brokenWorktree, "the worker removed or replaced the .git file of its worktree")
    let exists = ((try? FileStatus.of(slot.path)) ?? nil)?.kind == .directory
    let git = SlotGit(slot, git: layout.git, hasWorkTree: exists)
    if ((try? FileStatus.of(slot.gitFolder.appending("HEAD"))) ?? nil) != nil, let head = try await git.resolve("HEAD") {
      collected.tip = head
      if exists { collected.salvage = try? await salvage(slot, of: work.attempt, on: head) }
      if head != work.base { try await git.anchor(attemptReference(work.attempt), at: head) }
    }
    if exists { collected.aside = try setAside(slot.path, number: slot.number, reason: "its .git file was removed or replaced") }
    if ((try? FileStatus.of(slot.gitFolder)) ?? nil) != nil { try await retire(slot) }
    return collected
  }
}
