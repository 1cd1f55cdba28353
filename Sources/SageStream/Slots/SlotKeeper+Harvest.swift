import Git
import Platform

// Uncommitted work becomes a commit.
extension SlotKeeper {
  /// Commits all that a worker left, and puts HEAD there.
  ///
  /// - Parameters:
  ///   - isNew: whether the tree is known to differ from HEAD's; otherwise it is compared.
  ///   - anchor: the reference that keeps it. On return every object of the commit is there, and stays.
  /// - Returns: the commit; `head` itself, not anchored, where there is nothing new.
  func harvest(
    _ git: SlotGit, on head: CommitID, message: String, leavingOut foreign: (untracked: [TreePath], added: [TreePath]), isNew: Bool,
    anchoredAs anchor: RefName
  ) async throws(Failure) -> CommitID {
    var isAgain = false
    return try await despitePruning { () async throws(Failure) -> CommitID in
      // With an index that knows nothing of the files, git reads all of them once more.
      if isAgain { try await git.run(["read-tree", head.hex]) }
      isAgain = true
      let snapshot = try await git.snapshot(leavingOut: foreign.untracked, removing: foreign.added)
      if let complaint = snapshot.complaints.first {
        throw .refused("what the worker left could not be picked up: \(complaint)")
      }
      var tip = head
      if try await isNew ? true : git.tree(of: head) != snapshot.tree {
        tip = try await git.commit(snapshot.tree, parents: [head], message: message)
      }
      try git.adopt(snapshot)
      if tip == head { return tip }
      try await git.setHead(tip, anchors: [(name: anchor, commit: tip)])
      try await requireWhole(tip, beyond: [head])
      return tip
    }
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
    case .git(.missingObject), .git(.commandFailed): !isMachinesFault
    default: false
    }
  }
}
