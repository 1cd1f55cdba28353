import Git
import Platform

extension SlotKeeper {
  /// Brings the files that `sageStream.copy` and `.worktreeinclude` name from the main work tree, as far as git ignores them in the slot.
  ///
  /// - Returns: their paths in the slot.
  func copyIgnoredFiles(into slot: Slot) async throws(Failure) -> [TreePath] {
    guard let main = layout.mainWorkTree else { return [] }
    let list = main.appending(".worktreeinclude")
    let hasList = ((try? FileStatus.of(list)) ?? nil)?.kind == .file
    if settings.copy.isEmpty && !hasList { return [] }
    let patterns = settings.copy.flatMap { ["--exclude", $0] } + (hasList ? ["--exclude-from=.worktreeinclude"] : [])
    let found = try await throughGit { () throws(GitError) in
      try await layout.git.on(gitFolder: layout.commonFolder, workTree: main).run(["ls-files", "-z", "--others", "--ignored"] + patterns)
    }
    // Nothing is written through a symbolic link that the slot has where the main work tree has a folder.
    let candidates = found.fields.filter { FileCopy.mayStand(slot.path, TreePath(bytes: $0)) }
    if candidates.isEmpty { return [] }
    let ignored = try await git(slot).run(
      ["check-ignore", "-z", "--stdin"], input: Array(candidates.map { $0 + [0] }.joined()), accepting: [0, 1])
    var copied: [TreePath] = []
    for field in ignored.fields {
      let path = TreePath(bytes: field)
      try onDisk(slot.path.appending(bytes: path.bytes)) { () throws(Errno) in
        if try FileCopy.copy(main.appending(bytes: path.bytes), to: slot.path.appending(bytes: path.bytes)) { copied.append(path) }
      }
    }
    let record = Array(copied.map { $0.bytes + [0] }.joined())
    try onDisk(copiesFile(slot)) { () throws(Errno) in try AtomicFile.write(record, to: copiesFile(slot)) }
    return copied
  }

  /// Removes what was brought for the attempt before: each gets the files as they are in the main work tree then.
  func removeCopies(_ slot: Slot) throws(Failure) {
    try onDisk(copiesFile(slot)) { () throws(Errno) in
      guard let bytes = try File.read(copiesFile(slot)) else { return }
      for path in bytes.split(separator: 0) {
        // The worker may have put anything in its place, or made its folder a link to somewhere else.
        let target = TreePath(bytes: path)
        guard FileCopy.isBelow(slot.path, target), try FileStatus.of(slot.path.appending(bytes: target.bytes))?.kind != .directory else {
          continue
        }
        try File.remove(slot.path.appending(bytes: target.bytes))
      }
      try File.remove(copiesFile(slot))
    }
  }

  /// Whether files that were brought for an attempt stand in a slot.
  func hasCopies(_ slot: Slot) -> Bool { ((try? FileStatus.of(copiesFile(slot))) ?? nil) != nil }

  private func copiesFile(_ slot: Slot) -> FilePath { slot.gitFolder.appending("sage-stream-copied") }
}
