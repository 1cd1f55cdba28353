import Git
import Platform

/// Times and sizes of the files that all worktrees share, so that a look costs no process while nothing changed.
struct SharedFiles: Sendable, Equatable {
  struct Stamp: Sendable, Equatable {
    let inode: UInt64
    let size: Int
    let modified: Double
  }

  /// Configuration, `info/` and `hooks/`, by the name that people know them by.
  var settings: [String: Stamp] = [:]
  /// Branches and tags: the loose ones, and the file of the packed ones.
  var references: [String: Stamp] = [:]
  /// Worktrees that are no slots, by the name under which they are registered.
  var worktrees: Set<String> = []

  /// - Parameters:
  ///   - root: where the slots are.
  ///   - excluding: references that change without a worker's doing.
  init(_ commonFolder: FilePath, root: FilePath, excluding isOurs: (RefName) -> Bool) {
    func stamp(_ name: String) -> Stamp? {
      guard let status = (try? FileStatus.of(FilePath(commonFolder.string + "/" + name))) ?? nil, status.kind != .directory else {
        return nil
      }
      return Stamp(inode: status.inode, size: status.size, modified: status.modified)
    }
    for name in ["config", "config.worktree"] { settings[name] = stamp(name) }
    for folder in ["info", "hooks"] {
      for name in (try? Folder.names(in: commonFolder.appending(folder))) ?? [] {
        let path = "\(folder)/\(String(decoding: name, as: UTF8.self))"
        // `git gc` writes a list of references for dumb servers.
        if path != "info/refs" { settings[path] = stamp(path) }
      }
    }
    let root = (try? File.resolved(root)) ?? root
    for name in (try? Folder.names(in: commonFolder.appending("worktrees"))) ?? [] {
      let link = (try? File.readText(commonFolder.appending("worktrees").appending(bytes: name).appending("gitdir"))) ?? nil
      guard let link, !link.hasPrefix(root.string + "/") else { continue }
      worktrees.insert(String(decoding: name, as: UTF8.self))
    }
    for name in ["packed-refs", "reftable/tables.list"] { references[name] = stamp(name) }
    var folders = ["refs/heads", "refs/tags"]
    while let folder = folders.popLast() {
      for name in (try? Folder.names(in: FilePath(commonFolder.string + "/" + folder))) ?? [] {
        let path = "\(folder)/\(String(decoding: name, as: UTF8.self))"
        if isOurs(RefName(path)) || path.hasSuffix(".lock") { continue }
        if let stamp = stamp(path) { references[path] = stamp } else { folders.append(path) }
      }
    }
  }

  /// Names of the shared files that differ, each with what happened to it.
  func changes(since earlier: SharedFiles) -> [String] {
    let added = worktrees.subtracting(earlier.worktrees).sorted().map { "the worktree \($0) was registered" }
    let removed = earlier.worktrees.subtracting(worktrees).sorted().map { "the worktree \($0) was removed" }
    return added + removed + settingsChanges(since: earlier)
  }

  private func settingsChanges(since earlier: SharedFiles) -> [String] {
    Set(settings.keys).union(earlier.settings.keys).sorted().compactMap { name in
      switch (earlier.settings[name], settings[name]) {
      case (nil, .some): "\(name) of the repository was created"
      case (.some, nil): "\(name) of the repository was removed"
      case (let old, let new): old == new ? nil : "\(name) of the repository was changed"
      }
    }
  }
}
