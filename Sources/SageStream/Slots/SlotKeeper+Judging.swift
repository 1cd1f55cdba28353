import Git
import Platform

// What the state of a slot says about the attempt that left it so.
extension SlotKeeper {
  func problem(_ status: SlotStatus, _ changes: [SlotChange], _ state: GitFolderState) -> AttemptFailure? {
    if let nested = status.nestedRepositories.first ?? changes.first(where: \.addsSubmodule)?.path {
      return AttemptFailure(.nestedRepository, "the worker made a git repository inside the worktree, at \(nested)")
    }
    if let operation = state.operation { return AttemptFailure(.unfinishedOperation, "the worker left a \(operation) unfinished") }
    if let path = status.unmerged.first { return AttemptFailure(.unfinishedOperation, "the worker left \(path) unmerged") }
    return nil
  }

  func reasonToSetAside(_ status: SlotStatus, _ changes: [SlotChange], _ salvage: Salvaged?) -> String? {
    if let nested = status.nestedRepositories.first ?? changes.first(where: \.addsSubmodule)?.path {
      return "it holds a git repository of its own at \(nested)"
    }
    if let submodule = status.modifiedSubmodules.first { return "it holds uncommitted changes inside the submodule \(submodule)" }
    if let complaint = salvage?.complaints.first { return "not everything in it could be saved: \(complaint)" }
    return nil
  }

  /// Untracked and newly added paths that do not belong to the attempt.
  func foreignPaths(_ status: SlotStatus, _ before: Set<TreePath>) -> Foreign {
    if before.isEmpty { return ([], []) }
    let isForeign = { (path: TreePath) in before.contains(path) || path.ancestors.contains { before.contains($0) } }
    return (status.untracked.filter(isForeign), status.added.filter(isForeign))
  }

  /// What HEAD went through: commits that the worker made and then left, those that an unfinished operation knows, and whether it simply
  /// committed on top of its base.
  func path(_ work: Collecting, to head: CommitID, _ state: GitFolderState) -> (strays: [CommitID], isStraight: Bool) {
    let entries = HeadLog(work.slot.gitFolder, after: work.headLogSize).entries.filter { !$0.message.hasPrefix("sage-stream") }
    var expected = work.base
    var isStraight = true
    for entry in entries {
      isStraight = isStraight && entry.old == expected && ["commit: ", "commit (merge): "].contains { entry.message.hasPrefix($0) }
      expected = entry.new
    }
    isStraight = isStraight && expected == head
    return (state.commitsInOperation + (isStraight ? [] : entries.map(\.new)), isStraight)
  }
}
