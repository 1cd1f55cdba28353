import Git
import Platform

extension SlotKeeper {
  /// Puts a slot for checks at a commit that exists as an object only. What git ignores stays: that is what keeps builds warm.
  ///
  /// What an earlier check left is nobody's work and goes; unlike in a worker's slot, nothing is saved.
  func prepareForCheck(_ slot: Slot, at commit: CommitID) async throws(Failure) {
    let git = git(slot)
    try removeCopies(slot)
    try onDisk(slot.gitFolder) { () throws(Errno) in
      let state = GitFolderState(slot)
      try state.removeLocks()
      try state.quitOperations()
    }
    // Whatever branch the check before checked out must not be moved by the reset.
    try await git.setHead(commit)
    try await git.reset(to: commit)
    try await git.run(["clean", "-f", "-f", "-d", "--quiet"])
    _ = try await copyIgnoredFiles(into: slot)
  }

  /// Leaves nothing of a check in its slot but what git ignores. That it does not go is no reason to fail anything: the next
  /// check begins with the same.
  func tidyAfterCheck(_ slot: Slot) async {
    guard GitFolderState.isIntact(slot) else { return }
    _ = await StrayProcesses.end(in: slot)
    try? removeCopies(slot)
    _ = try? await git(slot).run(["reset", "--hard", "--quiet"])
    _ = try? await git(slot).run(["clean", "-f", "-f", "-d", "--quiet"])
  }
}
