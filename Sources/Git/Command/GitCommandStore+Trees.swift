extension GitCommandStore {
  public func entry(_ path: TreePath, in tree: TreeID) async throws(GitError) -> TreeEntry? {
    if path.isRoot { return TreeEntry(mode: .tree, id: tree.of()) }
    let listed = try await list(tree, options: [], paths: [path])
    return listed.first { $0.path == path }?.entry
  }

  public func entries(of tree: TreeID) async throws(GitError) -> [(name: [UInt8], entry: TreeEntry)] {
    try await list(tree, options: [], paths: []).map { ($0.path.bytes, $0.entry) }
  }

  public func files(named name: [UInt8], in tree: TreeID) async throws(GitError) -> [FoundFile] {
    let search = FileSearch(tree: tree, name: name)
    if let known = foundFiles[search] { return known }
    let found = try await list(tree, options: ["-r"], paths: []).filter { $0.path.lastComponent.elementsEqual(name) }
    foundFiles[search] = found
    return found
  }

  public func changes(from old: TreeID?, to new: TreeID?) async throws(GitError) -> [TreeChange] {
    let output = try await git.run(
      // Not even .gitmodules may hide a submodule that has moved.
      "diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=none", (old ?? format.emptyTree).hex,
      (new ?? format.emptyTree).hex)
    var fields = output.fields[...]
    var changes: [TreeChange] = []
    // `:old-mode new-mode old-id new-id status`, then the path.
    while let description = fields.popFirst(), let path = fields.popFirst() {
      let words = description.dropFirst().split(separator: UInt8(ascii: " "))
      guard words.count == 5, let before = FileMode(octal: words[0]), let after = FileMode(octal: words[1]),
        let oldID = AnyObjectID(hex: words[2]), let newID = AnyObjectID(hex: words[3])
      else { throw .unexpectedOutput(command: "git diff-tree", output: String(decoding: description, as: UTF8.self)) }
      changes.append(
        TreeChange(
          path: TreePath(bytes: path), old: oldID.isZero ? nil : TreeEntry(mode: before, id: oldID),
          new: newID.isZero ? nil : TreeEntry(mode: after, id: newID)))
    }
    return changes.sorted { $0.path < $1.path }
  }

  /// Only what needs no look into the trees: every other merge is git's own (`OrtMerge`), which is one process as well.
  public func mergeTrees(base: TreeID, ours: TreeID, theirs: TreeID) async throws(GitError) -> TreeMerge {
    if theirs == base || ours == theirs { return .merged(ours) }
    return ours == base ? .merged(theirs) : .overlap
  }

  public func writeTree(
    _ tree: TreeID?, replacing edits: [(path: TreePath, entry: TreeEntry?)]
  ) async throws(GitError) -> TreeID {
    try await TreeEdit(edits).apply(
      to: tree, read: { (id) async throws(GitError) in try await self.entries(of: id) },
      write: { (entries) async throws(GitError) in
        let content = TreeContent(entries).bytes
        return try self.id(of: try await self.durable.run("hash-object", "-t", "tree", "-w", "--stdin", input: content))
      })
  }

  /// `git ls-tree`: `mode type id TAB path` for each entry.
  private func list(_ tree: TreeID, options: [String], paths: [TreePath]) async throws(GitError) -> [FoundFile] {
    let arguments = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree"] + options + [tree.hex, "--"]
    let output: GitOutput
    do throws(GitError) {
      output = try await git.run(bytes: arguments.map { Array($0.utf8) } + paths.map(\.bytes))
    } catch .commandFailed(_, 128, let message) where message.contains("not a tree object") || message.contains("Not a valid object name") {
      throw .missingObject(tree.hex)
    }
    var found: [FoundFile] = []
    for field in output.fields {
      guard let tab = field.firstIndex(of: UInt8(ascii: "\t")), case let words = field[..<tab].split(separator: UInt8(ascii: " ")),
        words.count == 3, let mode = FileMode(octal: words[0]), let id = AnyObjectID(hex: words[2])
      else { throw .unexpectedOutput(command: "git ls-tree", output: String(decoding: field, as: UTF8.self)) }
      found.append(FoundFile(path: TreePath(bytes: field[(tab + 1)...]), entry: TreeEntry(mode: mode, id: id)))
    }
    return found
  }
}
