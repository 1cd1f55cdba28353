import Git
import Platform

/// The worktree in which a conflict is finished: an ordinary linked one with a detached HEAD, in which plain git works as everywhere.
///
/// Our own git commands there open no editor and run no hook of the user's, as a landing does not either.
struct ResolveWorktree: Sendable {
  let layout: RepositoryLayout
  let path: FilePath

  /// Where the user's work in it stands, read from what git keeps there.
  enum Standing: Sendable {
    /// Nothing usable is there.
    case missing
    /// A cherry-pick is stopped; without unmerged paths it can go on.
    case picking(SlotStatus)
    /// Another operation of git's is in progress.
    case busy(String)
    /// Nothing is in progress, and something is not committed.
    case uncommitted(SlotStatus)
    /// Nothing is in progress, all is committed.
    case settled(CommitID, SlotStatus)
  }

  private var slot: Slot? {
    guard case .slot(let slot) = SlotFolder.look(at: path, number: 0, commonFolder: layout.commonFolder) else { return nil }
    return slot
  }

  private func git(_ slot: Slot) -> SlotGit {
    let quiet = layout.git.configured("commit.gpgSign=false").setting([
      "GIT_EDITOR": "true", "GIT_SEQUENCE_EDITOR": "true", "GIT_MERGE_AUTOEDIT": "no",
    ])
    return SlotGit(slot, git: quiet)
  }

  func standing() async throws(Failure) -> Standing {
    guard let slot else { return .missing }
    let status = try await git(slot).status()
    let operations = try await throughGit { () throws(GitError) in try Operation.inProgress(in: slot.gitFolder) }
    for operation in operations {
      switch operation {
      case .cherryPick: return .picking(status)
      case .merge: return .busy("merge")
      case .revert: return .busy("revert")
      case .applyingMail: return .busy("am")
      case .rebase: return .busy("rebase")
      case .bisect: continue
      }
    }
    guard let head = status.head else { return .missing }
    return status.changed.isEmpty && status.unmerged.isEmpty ? .settled(head, status) : .uncommitted(status)
  }

  /// Puts the worktree at a commit with nothing in progress, and makes it where it is not there. What is not committed in it is gone then: the
  /// caller has seen that nothing of the user's is. A shell that stands in it stays where it is.
  func prepare(name: String, at commit: CommitID, store: any ObjectStore) async throws(Failure) {
    if let slot {
      try onDisk(slot.gitFolder) { () throws(Errno) in
        try GitFolderState(slot).removeLocks()
        try GitFolderState(slot).quitOperations()
      }
      try await git(slot).setHead(commit)
      return try await git(slot).reset(to: commit)
    }
    try await remove(isHalfMade: true)
    let gitFolder = try await throughGit { () throws(GitError) in
      try SlotWorktree.forget(name: name, path: path, in: layout)
      return try await SlotWorktree.register(name: name, path: path, at: commit, in: layout, store: store).gitFolder
    }
    let slot = try onDisk(path) { () throws(Errno) in
      Slot(number: 0, path: try File.resolved(path), gitFolder: try File.resolved(gitFolder))
    }
    try await SlotGit(slot, git: layout.git.configured("checkout.workers=0")).reset(to: commit)
  }

  /// Starts the real `git cherry-pick` of these commits; however it ends, `standing` says where it stands.
  ///
  /// - Returns: what git said of conflicts, a line each.
  /// - Throws: `Failure.git` where git could not even begin.
  func pick(_ commits: [CommitID]) async throws(Failure) -> [String] {
    guard let slot, !commits.isEmpty else { return [] }
    // A commit that has become empty is picked all the same: the landing leaves it out.
    let arguments = ["cherry-pick", "--allow-empty", "--keep-redundant-commits", "--allow-empty-message", "--rerere-autoupdate"]
    let output = try await git(slot).run(arguments + commits.map(\.hex), accepting: [0, 1])
    return try conflicts(in: output, slot)
  }

  /// Lets a stopped cherry-pick go on: what is staged becomes the commit, the rest is picked.
  func goOn() async throws(Failure) -> [String] {
    guard let slot else { return [] }
    let git = git(slot)
    // A resolution that leaves nothing of the commit is one, too; git itself would ask what is meant.
    let isEmpty = try await git.run(["diff", "--cached", "--quiet", "--no-ext-diff", "HEAD"], accepting: [0, 1]).status == 0
    if isEmpty, exists("CHERRY_PICK_HEAD", slot) {
      try await git.run(["commit", "--quiet", "--allow-empty", "--allow-empty-message", "--no-verify", "--no-edit", "--cleanup=strip"])
      guard exists("sequencer", slot) else { return [] }
    }
    let output = try await git.run(["cherry-pick", "--continue"], accepting: [0, 1, 128])
    return try conflicts(in: output, slot)
  }

  /// git that ended badly and left no cherry-pick to finish has something else to say.
  private func conflicts(in output: GitOutput, _ slot: Slot) throws(Failure) -> [String] {
    if output.status == 0 { return [] }
    if exists("CHERRY_PICK_HEAD", slot) { return output.lines.filter { $0.hasPrefix("CONFLICT (") }.map(String.init) }
    throw .git(.commandFailed(arguments: ["cherry-pick"], status: output.status, message: output.standardError))
  }

  private func exists(_ name: String, _ slot: Slot) -> Bool { ((try? FileStatus.of(slot.gitFolder.appending(name))) ?? nil) != nil }

  /// Tracked paths whose files differ from what is staged.
  func unstaged() async throws(Failure) -> [TreePath] {
    guard let slot else { return [] }
    let output = try await git(slot).run(["diff-files", "--name-only", "-z", "--ignore-submodules=dirty"])
    return output.fields.map { TreePath(bytes: $0) }
  }

  /// Everything that stands there and is not committed, as a commit on top of its HEAD; nil where there is nothing of the kind.
  func snapshot(message: String) async throws(Failure) -> CommitID? {
    guard let slot else { return nil }
    let git = git(slot)
    let status = try await git.status()
    guard let head = status.head else { return nil }
    guard status.hasWork else { return head }
    let snapshot = try await git.snapshot()
    defer { try? File.remove(snapshot.index) }
    return try await git.commit(snapshot.tree, parents: [head], message: message, isSalvage: true)
  }

  /// Refuses where something stands at the path that is no worktree of this repository's.
  func checkIsOurs() throws(Failure) {
    switch SlotFolder.look(at: path, number: 0, commonFolder: layout.commonFolder) {
    case .absent, .slot: return
    case .someoneElses: throw .refused("\(path.string) is a worktree of another repository")
    case .broken(let reason):
      throw .refused("\(path.string) is in the way: \(reason)", hint: "mv it somewhere else, then type the command again")
    }
  }

  /// Removes the worktree and its registration, whatever is in it; nothing there is fine.
  ///
  /// - Parameter isHalfMade: also what a killed process has left of one that it was making.
  func remove(isHalfMade: Bool = false) async throws(Failure) {
    if !isHalfMade { try checkIsOurs() }
    if slot != nil {
      _ = try await throughGit { () throws(GitError) in
        try await layout.git.run("worktree", "remove", "--force", "--force", path.string)
      }
    }
    try onDisk(path) { () throws(Errno) in try Folder.removeTree(path) }
    _ = Folder.removeIfEmpty(path.removingLastComponent())
  }
}
