import Git
import Platform

/// Decides whether the paths of a landing are free in one checkout: the user is not working on any of them.
///
/// A path that M0 has must equal M0 in index and work tree. A path that M1 adds must be absent on disk, whatever .gitignore
/// says (`git read-tree -u` overwrites ignored files), and its leading folders absent or tracked. A folder that M1 replaces
/// or removes must hold nothing untracked (DESIGN section 6, "Free paths"). To be asked under the index lock, on its copy.
struct FreePaths {
  let store: any ObjectStore
  /// git on the checkout, with `GIT_INDEX_FILE` naming the copy where the lock is held.
  let git: GitCommand
  let workTree: FilePath
  /// The index that `git` works on, where it may be read without git.
  var index: IndexFile?

  /// The paths that are in the way, each with the reason; empty means that the landing may write.
  func blocked(_ changes: [TreeChange], from tree: TreeID) async throws(Failure) -> [TreePath: String] {
    var blocked: [TreePath: String] = [:]
    do {
      try await checkIndex(changes, &blocked)
      try await checkWorkTree(changes.filter { $0.old != nil && blocked[$0.path] == nil }, &blocked)
      try await checkAdditions(changes, from: tree, &blocked)
      try await checkVanishingFolders(changes, from: tree, &blocked)
    } catch { throw Failure(error, at: workTree) }
    return blocked
  }

  /// One entry of the index.
  private struct Listed {
    let path: TreePath
    let entry: TreeEntry
    let isUnmerged: Bool
    let isSkipped: Bool
    let isAssumedUnchanged: Bool
  }

  private func list(_ paths: [TreePath]) async throws -> [Listed] {
    if let index, index.isWhole {
      return index.entries(at: paths).map {
        Listed(
          path: $0.path, entry: $0.entry, isUnmerged: $0.isUnmerged, isSkipped: $0.isSkipped, isAssumedUnchanged: $0.isAssumedUnchanged)
      }
    }
    return try await listing(["ls-files", "-v", "-s", "-z"], paths).compactMap { record in
      // `H 100644 <id> <stage>\t<path>`; the tag is lower case for assume-unchanged, S for skip-worktree.
      guard let tab = record.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
      let words = record[..<tab].split(separator: UInt8(ascii: " "))
      guard words.count == 4, let mode = FileMode(octal: words[1]), let id = AnyObjectID(hex: words[2]) else { return nil }
      let tag = words[0].first ?? 0
      let isSkipped = tag == UInt8(ascii: "S") || tag == UInt8(ascii: "s")
      return Listed(
        path: TreePath(bytes: record[(tab + 1)...]), entry: TreeEntry(mode: mode, id: id),
        isUnmerged: words[3].first != UInt8(ascii: "0"), isSkipped: isSkipped, isAssumedUnchanged: tag >= UInt8(ascii: "a"))
    }
  }

  /// Index against M0, from one listing: staged changes, unmerged and intent-to-add entries, and the flags that hide edits.
  private func checkIndex(_ changes: [TreeChange], _ blocked: inout [TreePath: String]) async throws {
    var entries: [TreePath: TreeEntry] = [:]
    for listed in try await list(changes.map(\.path)) {
      let path = listed.path
      if listed.isUnmerged {
        blocked[path] = "it is unmerged"
        continue
      }
      entries[path] = listed.entry
      if listed.isSkipped {
        // Outside a sparse checkout nothing is on disk; a file that is there nevertheless is the user's.
        if try FileStatus.of(workTree.appending(path)) != nil { blocked[path] = "it is outside the sparse checkout but exists" }
      } else if listed.isAssumedUnchanged {
        blocked[path] = "it is marked assume-unchanged"
      }
    }
    for change in changes where blocked[change.path] == nil && entries[change.path] != change.old {
      blocked[change.path] = "it has staged changes"
    }
  }

  /// Work tree against index, with content compared where only the times differ.
  ///
  /// git is asked only about files of which the index, one `lstat` and, where they are as young as the index, their bytes do not prove that
  /// they are as they were; what has other times and nothing else it notes in the index. The queue's file, which every landing writes in the
  /// same moment as the index, is always as young as that.
  private func checkWorkTree(_ changes: [TreeChange], _ blocked: inout [TreePath: String]) async throws {
    var paths = changes.map(\.path)
    if let index, index.isWhole {
      let unchanged = Set(
        index.entries(at: paths).filter { $0.isSkipped || index.isUnchanged($0, in: workTree) }.map(\.path))
      paths = paths.filter { !unchanged.contains($0) }
    }
    let fields = try await listing(
      ["diff", "--raw", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none"], paths)
    // Records of two fields: `:modes ids status`, path.
    for index in stride(from: 1, to: fields.count, by: 2) { blocked[TreePath(bytes: fields[index])] = "it has local changes" }
  }

  private func checkAdditions(_ changes: [TreeChange], from tree: TreeID, _ blocked: inout [TreePath: String]) async throws {
    var tracked: [TreePath: Bool] = [:]
    for change in changes where change.old == nil && change.new != nil && blocked[change.path] == nil {
      for folder in change.path.ancestors where blocked[change.path] == nil {
        guard let status = try FileStatus.of(workTree.appending(folder)) else { break }
        let entry = try await store.entry(folder, in: tree)
        if entry?.mode.isTree == true {
          if status.kind != .directory { blocked[change.path] = "\(folder) is no folder on disk" }
        } else if entry == nil || status.kind == .directory {
          // A tracked file that M1 turns into a folder is judged as the file's own change.
          tracked[folder] = false
          blocked[change.path] = "\(folder) exists and is not tracked"
        }
      }
      guard blocked[change.path] == nil, let status = try FileStatus.of(workTree.appending(change.path)) else { continue }
      let entry = try await store.entry(change.path, in: tree)
      let becomesFile = entry?.mode.isTree == true && status.kind == .directory
      if !becomesFile { blocked[change.path] = "it exists and is not tracked" }
    }
  }

  /// Folders of M0 that M1 has no more, or has as a file: `rmdir` must find nothing of the user's in them.
  private func checkVanishingFolders(_ changes: [TreeChange], from tree: TreeID, _ blocked: inout [TreePath: String]) async throws {
    let removed = changes.filter { $0.old != nil && $0.new == nil }.map(\.path)
    let added = Set(changes.filter { $0.new != nil }.flatMap { [$0.path] + $0.path.ancestors })
    var seen: Set<TreePath> = []
    for path in removed {
      for folder in path.ancestors.reversed() where seen.insert(folder).inserted {
        let replaced = changes.contains { $0.path == folder && $0.new != nil }
        if !replaced && added.contains(folder) { continue }
        guard let foreign = try await untracked(in: folder, of: tree) else { continue }
        if replaced { blocked[folder] = "\(foreign) is not tracked" } else { blocked[path] = "\(foreign) is not tracked" }
      }
    }
  }

  /// The first thing on disk below `folder` that `tree` does not have there; nil where there is none. Only folders whose
  /// tracked files all vanish are asked about, so what M0 does not have is the user's.
  private func untracked(in folder: TreePath, of tree: TreeID) async throws -> TreePath? {
    guard let status = try FileStatus.of(workTree.appending(folder)), status.kind == .directory,
      let entry = try await store.entry(folder, in: tree), entry.mode.isTree
    else { return nil }
    let known = Dictionary(uniqueKeysWithValues: try await store.entries(of: entry.id.of(TreeKind.self)).map { ($0.name, $0.entry) })
    for name in try Folder.names(in: workTree.appending(folder)).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let path = folder.appending(name)
      guard let entry = known[name] else { return path }
      if entry.mode.isTree, let found = try await untracked(in: path, of: tree) { return found }
    }
    return nil
  }

  /// Runs a `-z` listing over literal paths, in portions that fit an argument list.
  private func listing(_ command: [String], _ paths: [TreePath]) async throws(GitError) -> [ArraySlice<UInt8>] {
    var fields: [ArraySlice<UInt8>] = []
    let literal = git.setting(["GIT_LITERAL_PATHSPECS": "1"])
    for start in stride(from: 0, to: paths.count, by: 1000) {
      let portion = paths[start..<min(start + 1000, paths.count)].map(\.bytes)
      fields += try await literal.run(bytes: (command + ["--"]).map { Array($0.utf8) } + portion).fields
    }
    return fields
  }
}

extension FilePath {
  func appending(_ path: TreePath) -> FilePath {
    path.components.reduce(self) { $0.appending(bytes: Array($1)) }
  }
}
