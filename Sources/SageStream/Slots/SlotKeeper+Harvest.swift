import Git
import Platform

// How what a worker left uncommitted becomes a commit.
extension SlotKeeper {
  /// Untracked and newly added paths of a slot that do not belong to the attempt.
  typealias Foreign = (untracked: [TreePath], added: [TreePath])

  /// Commits all that a worker left, and puts HEAD there; the index matches it from then on.
  ///
  /// - Parameters:
  ///   - status: the slot as it stands.
  ///   - anchor: the reference that keeps it. On return every object of the commit is there, and stays.
  ///   - store: libgit2 on the repository, where it can open it.
  /// - Returns: the commit; `head` itself, not anchored, where there is nothing new.
  /// - Throws: `Failure.refused` where not everything could be picked up.
  func harvest(
    _ git: SlotGit, _ status: SlotStatus, on head: CommitID, message: String, leavingOut foreign: Foreign, anchoredAs anchor: RefName,
    store: LibGit2Store?
  ) async throws(Failure) -> CommitID {
    // What is untracked is new in any case; a file that was only touched may be as it was.
    let isNew = status.untracked.count > foreign.untracked.count
    var isAgain = false
    return try await despitePruning { () async throws(Failure) -> CommitID in
      let anchors = { (tip: CommitID) in [(name: anchor, commit: tip)] }
      if !isAgain, let store, foreign.added.isEmpty,
        let tip = await harvestPaths(git, status, on: head, message: message, leavingOut: foreign.untracked, store: store)
      {
        isAgain = true
        if tip == head { return tip }
        try await setHead(git, status, to: tip, anchors: anchors(tip), store: store)
        try await requireWhole(tip, beyond: [head])
        return tip
      }
      // With an index that knows nothing of the files, git reads all of them once more.
      if isAgain { try await git.run(["read-tree", head.hex]) }
      isAgain = true
      let snapshot = try await git.snapshot(leavingOut: foreign.untracked + status.settledByIndex, removing: foreign.added)
      if let complaint = snapshot.complaints.first {
        throw .refused("what the worker left could not be picked up: \(complaint)")
      }
      var tip = head
      if try await isNew ? true : git.tree(of: head) != snapshot.tree {
        tip = try await git.commit(snapshot.tree, parents: [head], message: message)
      }
      try git.adopt(snapshot)
      if tip == head { return tip }
      try await git.setHead(tip, anchors: anchors(tip))
      try await requireWhole(tip, beyond: [head])
      return tip
    }
  }

  /// The same from the paths that `git status` has named, without looking at the others again: one git that takes them into the slot's
  /// index, so that each filter and attribute is git's own business; tree and commit are written in this process.
  ///
  /// - Returns: nil where that is not possible. Then the index may be further than HEAD, but all that stood in the slot stands there still.
  private func harvestPaths(
    _ git: SlotGit, _ status: SlotStatus, on head: CommitID, message: String, leavingOut foreign: [TreePath], store: LibGit2Store
  ) async -> CommitID? {
    let left = Set(foreign + status.settledByIndex)
    let paths = status.changed + status.untracked.filter { !left.contains($0) }
    let looked = paths.filter { !left.contains($0) }
    do throws(Failure) {
      let added = try await git.run(
        // All or nothing: the first path that it cannot read ends it, and the index is as it was.
        ["update-index", "--add", "--remove", "-z", "--stdin"], input: Array(looked.map { $0.bytes + [0] }.joined()),
        accepting: Set(0...255))
      guard added.status == 0, let edits = edits(of: paths, in: git.slot) else { return nil }
      return try await throughGit { () throws(GitError) in
        let old = try store.commit(head).tree
        try store.beginBatch()
        defer { try? store.endBatch() }
        let new = try await store.writeTree(old, replacing: edits)
        if new == old { return head }
        let people = try await people(git)
        let tip = try store.writeCommit(
          CommitObject(
            tree: new, parents: [head], author: people.author.bytes, committer: people.committer.bytes,
            message: Array((message + "\n").utf8)))
        try store.endBatch()
        return tip
      }
    } catch { return nil }
  }

  /// What the index has at some paths; nil where it does not tell all, or lacks one that stands on the disk (git passes over names that
  /// it does not allow).
  private func edits(of paths: [TreePath], in slot: Slot) -> [(path: TreePath, entry: TreeEntry?)]? {
    guard let index = IndexFile(slot.gitFolder.appending("index"), layout.objectFormat), index.isWhole else { return nil }
    var found: [TreePath: TreeEntry] = [:]
    for entry in index.entries(at: paths) {
      if entry.isUnmerged { return nil }
      found[entry.path] = entry.entry
    }
    var edits: [(path: TreePath, entry: TreeEntry?)] = []
    for path in paths {
      let entry = found[path]
      if entry == nil, let status = (try? FileStatus.of(slot.path.appending(path))) ?? nil, status.kind != .directory { return nil }
      edits.append((path, entry))
    }
    return edits
  }

  /// libgit2 on the repository; nil where it goes through git alone (`Project.makeStore`), and references may not be files.
  func ownStore() -> LibGit2Store? { (try? makeStore()) as? LibGit2Store }

  /// Every path that a slot's HEAD has otherwise than its base.
  func changes(_ git: SlotGit, from base: CommitID, to head: CommitID, _ store: LibGit2Store?) async throws(Failure) -> [SlotChange] {
    if base == head { return [] }
    if let store, let changes = try? store.changes(from: store.commit(base).tree, to: store.commit(head).tree) {
      return changes.map { SlotChange($0) }
    }
    return try await git.changes(from: base, to: head)
  }

  /// Puts HEAD, detached, at `commit` and sets references before it. Of HEAD and index the caller has seen `status`.
  func setHead(
    _ git: SlotGit, _ status: SlotStatus, to commit: CommitID, anchors: [(name: RefName, commit: CommitID)], store: LibGit2Store?
  ) async throws(Failure) {
    guard let store, status.branch == nil, let head = status.head else { return try await git.setHead(commit, anchors: anchors) }
    try await throughGit { () throws(GitError) in
      for anchor in anchors { try await store.update(anchor.name, from: .anything, to: anchor.commit, reason: "sage-stream") }
    }
    if head != commit, await !moveHead(git, from: head, to: commit, reason: "sage-stream") { try await git.setHead(commit) }
  }

  /// Moves the detached HEAD in this process; false where that cannot be, and then HEAD is as it was.
  func moveHead(_ git: SlotGit, from old: CommitID, to new: CommitID, reason: String) async -> Bool {
    do throws(GitError) {
      let people = try await people(git)
      try DetachedHead.move(in: git.slot.gitFolder, from: old, to: new, committer: people.committer, reason: reason)
      return true
    } catch { return false }
  }

  private func people(_ git: SlotGit) async throws(GitError) -> SlotIdentity.People {
    try await identity.now(git.git, configuration: layout.commonFolder.appending("config"))
  }

  /// Writes work down again where something takes its objects away before a reference leads to them, as `git gc --prune=now` and `git prune`
  /// do, in any terminal and at any time. All of it stands on disk until then.
  func despitePruning<Result>(_ work: () async throws(Failure) -> Result) async throws(Failure) -> Result {
    for _ in 0..<2 {
      do throws(Failure) { return try await work() } catch {
        guard error.isOfMissingObject else { throw error }
      }
    }
    return try await work()
  }

  /// - Throws: `GitError.missingObject` where not every object of `tip` is there.
  func requireWhole(_ tip: CommitID, beyond known: [CommitID]) async throws(Failure) {
    try await throughGit { () throws(GitError) in
      guard try await makeStore().isComplete(tip, beyond: known) else { throw .missingObject(tip.hex) }
    }
  }
}

extension Failure {
  /// Whether git missed an object that was there a moment ago, or may have done so.
  var isOfMissingObject: Bool {
    switch self {
    case .git(.missingObject), .git(.commandFailed), .git(.library): !isMachinesFault
    default: false
    }
  }
}
