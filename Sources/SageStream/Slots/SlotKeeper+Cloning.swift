import Git
import Platform
import Synchronization

/// The worktree that was filled last, and its index as it was then: where the file system can, the next one shares its blocks.
final class FilledSlot: Sendable {
  struct Filled: Sendable {
    let slot: Slot
    let base: CommitID
    let index: IndexFile
  }

  private let state = Mutex<Filled?>(nil)

  func note(_ filled: Filled?) { state.withLock { $0 = filled } }

  func filled(with base: CommitID) -> Filled? { state.withLock { $0?.base == base ? $0 : nil } }
}

extension SlotKeeper {
  /// Keeps what the slots after this one need, before its worker begins to change it.
  func noteFilled(_ slot: Slot, with base: CommitID) {
    guard !settings.inheritsSparseCheckout, let index = IndexFile(slot.gitFolder.appending("index"), layout.objectFormat), index.isWhole
    else { return }
    filled.note(FilledSlot.Filled(slot: slot, base: base, index: index))
  }

  /// Gives a new, empty worktree the files of one that was filled with the same commit, by copy-on-write, and an index that knows them.
  ///
  /// A worker may be at work there by now. A file counts only while `lstat` says before and after the copy what the index said when the
  /// worktree had just been filled; every other one is left to the reset that follows, and that looks at each file once more.
  func cloneFiles(into slot: Slot, at base: CommitID) {
    guard let source = filled.filled(with: base) else { return }
    var folders: Set<TreePath> = [.root]
    var canClone = true
    let index = source.index.copied { entry in
      guard canClone, entry.entry.mode == .file || entry.entry.mode == .executable,
        source.index.isCertainlyUnchanged(entry, in: source.slot.path)
      else { return nil }
      do throws(Errno) {
        if folders.insert(entry.path.parent).inserted { try Folder.create(slot.path.appending(entry.path.parent)) }
        let target = slot.path.appending(entry.path)
        canClone = try clone(source.slot.path.appending(entry.path), target)
        guard canClone else { return nil }
        if source.index.isCertainlyUnchanged(entry, in: source.slot.path) { return try FileStatus.of(target) }
        try File.remove(target)
      } catch {}
      return nil
    }
    guard canClone, let index else {
      // Asked once a run is enough.
      filled.note(nil)
      return
    }
    try? AtomicFile.write(index, to: slot.gitFolder.appending("index"))
  }
}
