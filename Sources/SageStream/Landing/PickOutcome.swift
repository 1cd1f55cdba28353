import Git

/// What became of a submission that was picked onto a tip.
enum PickOutcome {
  case picked(PickedSubmission)
  /// Every commit was empty before picking, or touched excluded paths only.
  case noChange(excluded: [TreePath])
  case conflicted(PickConflict)
  case failed(AttemptFailure)
}

/// A submission's commits as they will stand on the target; they exist as objects and nothing names them yet.
struct PickedSubmission {
  let submission: Submission
  var commits: [PickedCommit] = []
  var excluded: [TreePath] = []
  /// The chain's last commit so far, and its tree.
  var tip: CommitID
  var tree: TreeID

  init(submission: Submission, tip: CommitID, tree: TreeID) {
    self.submission = submission
    self.tip = tip
    self.tree = tree
  }
}

struct PickedCommit {
  /// Nil for the empty commit of a ticket that was already there.
  let original: Picker.Original?
  /// The original's tree without the excluded changes.
  let filtered: TreeID
  /// The tree that it was picked onto.
  let ours: TreeID
  var id: CommitID
  var content: CommitObject
  /// Settled by the first step, without git's merge.
  let byEntries: Bool
}

/// The first commit of a submission that does not apply, with git's account of it.
struct PickConflict {
  let commit: CommitID
  let base: TreeID
  let theirs: TreeID
  let onto: CommitID
  let conflict: MergeConflict

  /// A file that the worker moved into a folder that never lands: dropping half of the move would lose the file.
  static func movedIntoExcluded(_ path: TreePath, of original: Picker.Original, onto tip: CommitID) -> PickConflict {
    PickConflict(
      commit: original.tip, base: original.baseTree, theirs: original.commit.tree, onto: tip,
      conflict: MergeConflict(
        tree: original.baseTree, paths: [ConflictedPath(path: path, base: nil, ours: nil, theirs: nil)],
        messages: [
          ConflictMessage(
            type: "excluded", paths: [path], text: "CONFLICT (excluded): \(path) was moved into a folder that never lands")
        ]))
  }
}
