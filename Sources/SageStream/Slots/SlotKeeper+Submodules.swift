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
}
