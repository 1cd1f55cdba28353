import Git
import Platform

extension SlotKeeper {
  /// Fills the submodules that the user has in the main work tree, at the commits that the slot's base names.
  ///
  /// Their objects come from the repositories that the main work tree's submodules have already, by hard links where the file system has
  /// them, so nothing goes over the network unless a commit is missing there. One that cannot be filled is named and left empty: many
  /// tickets do not need it.
  func fillSubmodules(of slot: Slot) async throws(Failure) {
    let modules = layout.commonFolder.appending("modules")
    guard ((try? FileStatus.of(slot.path.appending(".gitmodules"))) ?? nil)?.kind == .file,
      ((try? FileStatus.of(modules)) ?? nil)?.kind == .directory
    else { return }
    let git = git(slot)
    let listed = try await git.run(
      ["config", "--file", slot.path.appending(".gitmodules").string, "-z", "--get-regexp", "^submodule\\..*\\.path$"], accepting: [0, 1])
    for field in listed.fields {
      guard let cut = field.firstIndex(of: UInt8(ascii: "\n")) else { continue }
      let key = String(decoding: field[..<cut], as: UTF8.self)
      let name = String(key.dropFirst("submodule.".count).dropLast(".path".count))
      let path = String(decoding: field[(cut + 1)...], as: UTF8.self)
      let own = modules.appending(name)
      // Only those that the user has filled: others are not wanted here either.
      guard !name.isEmpty, !name.split(separator: "/").contains(".."), ((try? FileStatus.of(own.appending("HEAD"))) ?? nil) != nil else {
        continue
      }
      let isThere = ((try? FileStatus.of(slot.path.appending(path).appending(".git"))) ?? nil) != nil
      let source = isThere ? [] : ["-c", "submodule.\(name).url=\(own.string)"]
      do throws(Failure) {
        try await git.run(
          source + ["-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", "--force", "--", path])
        // What is fetched or pushed in it later goes where the user's does.
        if !isThere { try await git.run(["submodule", "--quiet", "sync", "--", path]) }
      } catch {
        try journal.append(.warning("the submodule \(name) could not be filled in slot \(slot.number) and is empty there: \(error.cause)"))
      }
    }
  }

  /// Those of the submodules in which the attempt has checked nothing out: they stand where the base has them, whatever the worker's commits
  /// or its index say by now. What is checked out there is no change of the worker's, and would take back the one that it made.
  ///
  /// - Parameter changes: what HEAD has otherwise than the base.
  func idleSubmodules(_ status: SlotStatus, _ changes: [SlotChange], _ slot: Slot) async throws(Failure) -> [SlotStatus.MovedSubmodule] {
    var idle: [SlotStatus.MovedSubmodule] = []
    for submodule in status.movedSubmodules {
      let change = changes.first { $0.path == submodule.path }
      // Where nothing was committed HEAD names what the base names, and only a staged commit is worth a look.
      guard change != nil || submodule.isStaged, let base = change.map(\.oldID) ?? submodule.head,
        let gitFolder = GitFolderState.linkedGitFolder(of: slot.path.appending(submodule.path))
      else { continue }
      let head = try await throughGit { () throws(GitError) in
        try await layout.git.on(gitFolder: gitFolder).run("rev-parse", "--verify", "--quiet", "HEAD", accepting: [0, 1, 128])
      }
      if head.status == 0, head.text == base.hex { idle.append(submodule) }
    }
    return idle
  }
}
