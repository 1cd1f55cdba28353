import Git

/// Picks submissions onto a tip in memory: new commits, no checkout, nothing moved.
///
/// Each commit is picked against its own parent, so the base of the submission need not be an ancestor of the tip, and work
/// that landed meanwhile is never undone. First the trees are merged by their entries; what both sides touched goes to
/// `git merge-tree` (git's own ort). No side of a conflict is ever chosen here (DESIGN I11).
struct Picker {
  let store: any ObjectStore
  let merge: OrtMerge
  let writer: CommitWriter
  let exclusions: Exclusions
  /// Finds renames into excluded folders, which the store cannot.
  let git: GitCommand
  /// `Name <address> seconds zone`
  let committer: [UInt8]

  /// - Parameters:
  ///   - target: the target's real tip; commits that it has are not picked again.
  ///   - tip: what to pick onto: the target's tip, or the last commit of the chain so far.
  func pick(_ submission: Submission, target: CommitID, onto tip: CommitID) async throws(GitError) -> PickOutcome {
    let originals: [Original]
    switch try await plan(submission, target: target) {
    case .success(let plan): originals = plan
    case .failure(let failure): return .failed(failure)
    }
    var picked = PickedSubmission(submission: submission, tip: tip, tree: try await store.commit(tip).tree)
    var hadChange = false
    for original in originals {
      let filtered = try await filter(original)
      picked.excluded += filtered.excluded
      if let path = filtered.movedIntoExcluded { return .conflicted(.movedIntoExcluded(path, of: original, onto: picked.tip)) }
      if filtered.tree == original.baseTree { continue }
      hadChange = true
      switch try await mergeStep(base: original.baseTree, ours: picked.tree, theirs: filtered.tree) {
      case .broken(let message): return .failed(AttemptFailure(.merge, message))
      case .conflicted(let conflict):
        return .conflicted(
          PickConflict(commit: original.tip, base: original.baseTree, theirs: filtered.tree, onto: picked.tip, conflict: conflict))
      case .clean(let tree, let byEntries):
        if tree == picked.tree { continue }
        try await commit(original, tree: tree, filtered: filtered.tree, byEntries: byEntries, to: &picked)
      }
    }
    if picked.commits.isEmpty {
      guard hadChange || originals.isEmpty else { return .noChange(excluded: picked.excluded) }
      // Already there, or the worker says that nothing was needed: one empty commit proves the landing (DESIGN section 6).
      try await commitNothing(submission, to: &picked)
    }
    return .picked(picked)
  }

  /// One change to pick: a commit against its parent, or a whole submission squashed.
  struct Original {
    let tip: CommitID
    let baseTree: TreeID
    let commit: CommitObject
  }

  func plan(_ submission: Submission, target: CommitID) async throws(GitError) -> Result<[Original], AttemptFailure> {
    let ids = try await store.commits(reachableFrom: submission.tip, excluding: [submission.base, target])
    var originals: [Original] = []
    for id in ids {
      let commit = try await store.commit(id)
      guard commit.parents.count == 1, let parent = commit.parents.first else {
        return try await squash(submission, target: target)
      }
      originals.append(Original(tip: id, baseTree: try await store.commit(parent).tree, commit: commit))
    }
    return .success(originals)
  }

  /// A submission with merges or roots lands as one commit from its only merge base with the target.
  private func squash(_ submission: Submission, target: CommitID) async throws(GitError) -> Result<[Original], AttemptFailure> {
    let bases = try await store.mergeBases(submission.tip, target)
    guard bases.count == 1, let base = bases.first else {
      let count = bases.isEmpty ? "no merge base" : "\(bases.count) merge bases"
      return .failure(AttemptFailure(.harvest, "its commits contain a merge and have \(count) with the target"))
    }
    var commit = try await store.commit(submission.tip)
    commit.message = Array(submission.message.utf8)
    return .success([Original(tip: submission.tip, baseTree: try await store.commit(base).tree, commit: commit)])
  }

  private func filter(_ original: Original) async throws(GitError) -> (tree: TreeID, excluded: [TreePath], movedIntoExcluded: TreePath?) {
    let changes = try await store.changes(from: original.baseTree, to: original.commit.tree)
    let dropped = changes.filter { exclusions.covers($0.path) }
    if dropped.isEmpty { return (original.commit.tree, [], nil) }
    let arrives = dropped.contains { $0.old == nil }
    let leaves = changes.contains { $0.new == nil && !exclusions.covers($0.path) }
    if arrives, leaves, let path = try await renameIntoExcluded(original) { return (original.baseTree, [], path) }
    let tree = try await store.writeTree(original.commit.tree, replacing: dropped.map { ($0.path, $0.old) })
    return (tree, dropped.map(\.path), nil)
  }

  private func renameIntoExcluded(_ original: Original) async throws(GitError) -> TreePath? {
    let fields = try await git.run(
      "diff-tree", "-r", "-z", "-M", "--diff-filter=R", original.baseTree.hex, original.commit.tree.hex
    ).fields
    // Records of three fields: `:modes ids R<score>`, from, to.
    for record in stride(from: 0, to: fields.count - 2, by: 3) {
      let from = TreePath(bytes: fields[record + 1])
      if !exclusions.covers(from), exclusions.covers(TreePath(bytes: fields[record + 2])) { return from }
    }
    return nil
  }

  enum MergeStep {
    case clean(TreeID, byEntries: Bool)
    case conflicted(MergeConflict)
    /// git itself gave up (2.39's ort fails an assertion on some histories); that must not stop the others.
    case broken(String)
  }

  func mergeStep(base: TreeID, ours: TreeID, theirs: TreeID) async throws(GitError) -> MergeStep {
    if case .merged(let tree) = try await store.mergeTrees(base: base, ours: ours, theirs: theirs) {
      return .clean(tree, byEntries: true)
    }
    do throws(GitError) {
      switch try await merge.merge(base: base, ours: ours, theirs: theirs, store: store) {
      case .clean(let tree): return .clean(tree, byEntries: false)
      case .conflicted(let conflict): return .conflicted(conflict)
      }
    } catch {
      guard case .commandFailed(_, let status, let message) = error else { throw error }
      return .broken("git merge-tree ended with status \(status): \(message)")
    }
  }

  private func commit(
    _ original: Original, tree: TreeID, filtered: TreeID, byEntries: Bool, to picked: inout PickedSubmission
  ) async throws(GitError) {
    let commit = CommitObject(
      tree: tree, parents: [picked.tip], author: original.commit.author, committer: committer, encoding: original.commit.encoding,
      message: message(original.commit.message, for: picked.submission))
    let id = try await writer.write(commit)
    picked.commits.append(
      PickedCommit(
        original: original, filtered: filtered, ours: picked.tree, id: id, content: commit, byEntries: byEntries))
    picked.tip = id
    picked.tree = tree
  }

  private func commitNothing(_ submission: Submission, to picked: inout PickedSubmission) async throws(GitError) {
    let last = try await store.commit(submission.tip)
    let isWorkers = submission.tip != submission.base
    let commit = CommitObject(
      tree: picked.tree, parents: [picked.tip], author: isWorkers ? last.author : committer, committer: committer,
      encoding: isWorkers ? last.encoding : nil,
      message: message(isWorkers ? last.message : Array(submission.message.utf8), for: submission))
    let id = try await writer.write(commit)
    picked.commits.append(PickedCommit(original: nil, filtered: picked.tree, ours: picked.tree, id: id, content: commit, byEntries: true))
    picked.tip = id
  }

  private func message(_ message: [UInt8], for submission: Submission) -> [UInt8] {
    Trailers.appending(Trailers.landing(ticket: submission.ticket, run: submission.attempt.run), to: message)
  }
}
