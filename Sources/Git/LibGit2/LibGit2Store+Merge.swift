internal import CLibGit2

/// The tree-level merge: the first step of a pick.
///
/// It descends only where base and theirs differ, and takes an entry of theirs where ours still equals base, so its cost
/// follows the size of the change. It must never answer `.merged` where git's ort strategy sees a conflict or makes
/// another tree, and it knows nothing of renames, drivers and contents. Hence the rules for what is an overlap:
///
/// - both sides changed an entry, and not both are folders to descend into;
/// - both sides changed a *folder* in the same way, or put the same file in its place: a path in it may have been moved to
///   different places (an equal change of a file is fine);
/// - theirs removes or changes what ours no longer has, also where both removed it: ours may have renamed it;
/// - a folder of base is gone from ours and theirs has something in it (it may have been renamed away with what it holds);
/// - the result would be a folder without entries.
///
/// Found by comparing thousands of generated merges with `git merge-tree` (Tests/GitTests/TreeMergeFuzzTests).
extension LibGit2Store {
  public func mergeTrees(base: TreeID, ours: TreeID, theirs: TreeID) throws(GitError) -> TreeMerge {
    if theirs == base || ours == theirs { return .merged(ours) }
    if ours == base { return .merged(theirs) }
    guard let merged = try merge(base, ours, theirs) else { return .overlap }
    return .merged(merged)
  }

  /// The merge of three folders that all differ; nil is an overlap.
  private func merge(_ base: TreeID, _ ours: TreeID, _ theirs: TreeID) throws(GitError) -> TreeID? {
    let base = try parsed(base)
    let ours = try parsed(ours)
    let theirs = try parsed(theirs)
    var splice = TreeSplice()
    var position = 0
    while let their = theirs[position] {
      // Mostly nothing has changed and both stand at the same place; the search by name is for the rest.
      let sameplace = base[position].flatMap { $0.hasName(of: their) ? $0 : nil }
      position += 1
      let old = sameplace ?? base.named(their.name)
      if same(their, old) { continue }
      let our = ours.named(their.name)
      if same(our, their) {
        if their.isTree || old?.isTree == true { return nil }
        continue
      }
      if same(our, old) {
        splice.put(their, their.oid.pointee, insteadOf: our)
        continue
      }
      guard let old, let our, old.isTree, our.isTree, their.isTree else { return nil }
      guard let merged = try merge(TreeID(old.oid), TreeID(our.oid), TreeID(their.oid)) else { return nil }
      splice.put(their, try merged.oid, insteadOf: our)
    }
    for position in 0..<base.count {
      guard let old = base[position] else { continue }
      if let their = theirs[position], their.hasName(of: old) { continue }
      if theirs.named(old.name) != nil { continue }
      guard let our = ours.named(old.name), our.isSame(as: old) else { return nil }
      splice.remove(our)
    }
    let bytes = splice.apply(to: ours)
    return bytes.isEmpty ? nil : try write(bytes, GIT_OBJECT_TREE)
  }
}

/// Changes to the entries of one tree, made while its bytes are put together: cheaper than a tree builder, which copies and
/// sorts every entry.
private struct TreeSplice {
  /// The entries to put in: names and modes of one side, ids of their own.
  private var put: [(entry: ParsedEntry, oid: git_oid)] = []
  private var dropped: Set<ParsedEntry> = []

  mutating func put(_ entry: ParsedEntry, _ oid: git_oid, insteadOf old: ParsedEntry?) {
    put.append((entry, oid))
    if let old { dropped.insert(old) }
  }

  mutating func remove(_ old: ParsedEntry) { dropped.insert(old) }

  /// The content of the changed tree; empty where no entry is left.
  func apply(to tree: ParsedTree) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity((tree.count + put.count) * 40)
    var pending = put.sorted { $0.entry.sortsBefore($1.entry) }[...]
    for position in 0..<tree.count {
      guard let entry = tree[position], !dropped.contains(entry) else { continue }
      while let next = pending.first, next.entry.sortsBefore(entry) {
        next.entry.append(to: &bytes, next.oid)
        pending.removeFirst()
      }
      entry.append(to: &bytes, entry.oid.pointee)
    }
    for next in pending { next.entry.append(to: &bytes, next.oid) }
    return bytes
  }
}
