internal import CLibGit2

/// A file name that is sought below one tree.
struct FileSearch: Hashable {
  let tree: TreeID
  let name: [UInt8]
}

extension LibGit2Store {
  public func entry(_ path: TreePath, in tree: TreeID) throws(GitError) -> TreeEntry? {
    var found = TreeEntry(mode: .tree, id: tree.of(AnyKind.self))
    for name in path.components {
      guard found.mode.isTree else { return nil }
      let folder = try parsed(found.id.of(TreeKind.self))
      guard let entry = name.withCString({ folder.named($0) }) else { return nil }
      found = entry.entry
    }
    return found
  }

  public func entries(of tree: TreeID) throws(GitError) -> [(name: [UInt8], entry: TreeEntry)] {
    let tree = try parsed(tree)
    return (0..<tree.count).compactMap { tree[$0].map { (name: Array($0.nameBytes), entry: $0.entry) } }
  }

  public func changes(from old: TreeID?, to new: TreeID?) throws(GitError) -> [TreeChange] {
    var changes: [TreeChange] = []
    try compare(old, new, at: .root) { changes.append($0) }
    return changes.sorted { $0.path < $1.path }
  }

  public func files(named name: [UInt8], in tree: TreeID) throws(GitError) -> [FoundFile] {
    let search = FileSearch(tree: tree, name: name)
    if let known = foundFiles[search] { return known }
    let folder = try parsed(tree)
    var found: [FoundFile] = []
    for position in 0..<folder.count {
      guard let entry = folder[position] else { continue }
      if entry.isTree {
        let prefix = TreePath(bytes: entry.nameBytes)
        for file in try files(named: name, in: TreeID(entry.oid)) {
          found.append(FoundFile(path: prefix.appending(file.path.bytes), entry: file.entry))
        }
      } else if entry.nameBytes.elementsEqual(name) {
        found.append(FoundFile(path: TreePath(bytes: name), entry: entry.entry))
      }
    }
    foundFiles[search] = found
    return found
  }

  public func writeTree(
    _ tree: TreeID?, replacing edits: [(path: TreePath, entry: TreeEntry?)]
  ) async throws(GitError) -> TreeID {
    try await TreeEdit(edits).apply(
      to: tree, read: { (id) throws(GitError) in try self.entries(of: id) },
      write: { (entries) throws(GitError) in try self.write(TreeContent(entries).bytes, GIT_OBJECT_TREE) })
  }

  /// The parsed tree; libgit2 keeps the ones used last.
  func parsed(_ id: TreeID) throws(GitError) -> ParsedTree {
    var oid = try id.oid
    return ParsedTree(
      try missing(id) { () throws(GitError) in
        try Handle("git_tree_lookup", free: git_tree_free) { git_tree_lookup(&$0, repository.raw, &oid) }
      })
  }

  /// Walks two trees side by side, into the subtrees that differ only.
  ///
  /// Git sorts a folder as if its name ended in a slash, so a file and a folder of one name are met apart: as a removal
  /// and as additions, which is what they are.
  ///
  /// - Parameter tree: is told of each subtree of the new side that differs, the root among them.
  func compare(
    _ old: TreeID?, _ new: TreeID?, at path: TreePath, tree: (TreeID) throws(GitError) -> Void = { _ in },
    _ found: (TreeChange) throws(GitError) -> Void
  ) throws(GitError) {
    if old == new { return }
    if let new { try tree(new) }
    let before: ParsedTree? = if let old { try parsed(old) } else { nil }
    let after: ParsedTree? = if let new { try parsed(new) } else { nil }
    var i = 0
    var j = 0
    while true {
      var left = before?[i]
      var right = after?[j]
      if let a = left, let b = right {
        if a.isTree != b.isTree || !a.hasName(of: b) {
          if a.sortsBefore(b) { right = nil } else { left = nil }
        } else if a.isSame(as: b) {
          i += 1
          j += 1
          continue
        }
      }
      guard let either = left ?? right else { return }
      if left != nil { i += 1 }
      if right != nil { j += 1 }
      let path = path.appending(either.nameBytes)
      if either.isTree {
        try compare(left.map { TreeID($0.oid) }, right.map { TreeID($0.oid) }, at: path, tree: tree, found)
      } else {
        try found(TreeChange(path: path, old: left?.entry, new: right?.entry))
      }
    }
  }
}
