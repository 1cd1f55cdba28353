import Git
import Platform

extension SlotKeeper {
  /// Takes a worktree out of use without touching what is in it: it gets another name beside its old one, and stays a worktree of
  /// the repository where it was one.
  ///
  /// - Returns: where it is now.
  @discardableResult
  func setAside(_ path: FilePath, number: Int, reason: String, gitFolder: FilePath? = nil) throws(Failure) -> FilePath {
    let folder = path.removingLastComponent()
    let name = "\(path.lastComponent?.string ?? "slot").aside-\(run)"
    let aside = try onDisk(path) { () throws(Errno) in
      var aside = folder.appending(name)
      var count = 2
      while try FileStatus.of(aside) != nil {
        aside = folder.appending("\(name)-\(count)")
        count += 1
      }
      try File.rename(path, to: aside)
      if let gitFolder { try AtomicFile.write(Array("\(aside.string)/.git\n".utf8), to: gitFolder.appending("gitdir")) }
      return aside
    }
    try journal.append(.slotSetAside(slot: number, path: aside, reason: reason))
    return aside
  }

  /// Makes git forget worktrees that it believes to be at `path`, where there is none any more. Their commits are anchored first.
  func forgetRegistrations(of path: FilePath, number: Int) async throws(Failure) {
    let parent = layout.commonFolder.appending("worktrees")
    guard let entries = try? Folder.names(in: parent) else { return }
    for entry in entries {
      let gitFolder = parent.appending(bytes: entry)
      let text = (try? File.readText(gitFolder.appending("gitdir"))) ?? nil
      if text == nil, isOfSlot(number, String(decoding: entry, as: UTF8.self)) {
        // Its maker died before git could see it.
        try onDisk(gitFolder) { () throws(Errno) in try Folder.removeTree(gitFolder) }
      }
      guard let text, FilePath(String(text.prefix { $0 != "\n" })) == path.appending(".git") else { continue }
      try await retire(Slot(number: number, path: path, gitFolder: gitFolder))
    }
  }

  /// Removes the git folder of a worktree that is gone or has been moved away, after anchoring what only it knows.
  func retire(_ slot: Slot) async throws(Failure) {
    let repository = layout.git.on(gitFolder: slot.gitFolder)
    var commits = GitFolderState(slot).commitsInOperation + HeadLog(slot.gitFolder).entries.map(\.new)
    let head = try await throughGit { () throws(GitError) in
      try await repository.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", accepting: [0, 1, 128])
    }
    if head.status == 0, let id = CommitID(hex: head.text) { commits.append(id) }
    // What checks looked at is nobody's work: chains that landed or were given up.
    if !SlotName.isCheck(slot.number) { try await anchorStrays(commits, of: lastAttempt(in: slot), through: layout.git) }
    try onDisk(slot.gitFolder) { () throws(Errno) in
      // Repositories of submodules live in here, and nowhere else.
      guard try FileStatus.of(slot.gitFolder.appending("modules")) != nil else { return try Folder.removeTree(slot.gitFolder) }
      let kept = layout.commonFolder.appending("sage-stream").appending("aside")
      try Folder.create(kept, permissions: FilePermissions(rawValue: 0o700))
      try File.rename(slot.gitFolder, to: kept.appending("\(slot.name).\(run)"))
    }
  }
}
