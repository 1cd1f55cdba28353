import Git
import Platform

extension SlotKeeper {
  /// Moves what an agent keeps for itself in the worktree, such as a cache of what it has read, into the attempt's folder: it is no work,
  /// and two tickets that brought it would conflict. What is tracked stays, and so does what cannot be moved.
  func moveLitter(of agent: Agent?, from slot: Slot, to files: AttemptFiles) async {
    guard let agent, !agent.litter.isEmpty, let names = try? Folder.names(in: slot.path) else { return }
    for name in names where agent.litter.contains(where: { String(decoding: name, as: UTF8.self).hasPrefix($0) }) {
      let path = String(decoding: name, as: UTF8.self)
      guard let tracked = try? await git(slot).run(["ls-files", "-z", "--", ":(literal)" + path]), tracked.standardOutput.isEmpty else {
        continue
      }
      try? File.rename(slot.path.appending(bytes: name), to: files.folder.appending(bytes: name))
    }
  }
}
