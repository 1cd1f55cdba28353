internal import CLibGit2

extension LibGit2Store {
  public func commits(reachableFrom tip: CommitID, excluding excluded: [CommitID]) throws(GitError) -> [CommitID] {
    let found = try walk(from: tip, excluding: excluded)
    var parents: [CommitID: [CommitID]] = [:]
    for id in found { parents[id] = try self.parents(of: id) }
    return TopologicalOrder.parentsFirst(from: tip, parents: parents)
  }

  public func mergeBases(_ a: CommitID, _ b: CommitID) throws(GitError) -> [CommitID] {
    var first = try a.oid
    var second = try b.oid
    var bases = git_oidarray()
    let code = git_merge_bases(&bases, repository.raw, &first, &second)
    defer { git_oidarray_dispose(&bases) }
    if code < 0 {
      let error = libraryError("git_merge_bases", code)
      // The words for "no such commit" are of no use, and the code for it may be the one for "nothing in common".
      for id in [a, b] { _ = try parents(of: id) }
      if code == GIT_ENOTFOUND.rawValue { return [] }
      throw error
    }
    return UnsafeBufferPointer(start: bases.ids, count: bases.count).map { CommitID($0) }.sorted()
  }

  public func isAncestor(_ ancestor: CommitID, of descendant: CommitID) throws(GitError) -> Bool {
    if ancestor == descendant { return true }
    var younger = try descendant.oid
    var older = try ancestor.oid
    return try call("git_graph_descendant_of") { git_graph_descendant_of(repository.raw, &younger, &older) } == 1
  }

  public func isComplete(_ tip: CommitID, beyond known: [CommitID]) throws(GitError) -> Bool {
    do throws(GitError) {
      let known = known.filter { (try? commit($0)) != nil }
      var seen: Set<AnyObjectID> = []
      let disk = try Self.openDisk(gitFolder)
      for id in try walk(from: tip, excluding: known) {
        let commit = try storedCommit(id)
        // What the first parent has was looked at with the parent, or is known.
        let before = try commit.parents.first.map { (parent) throws(GitError) in try self.commit(parent).tree }
        try require(id.of(AnyKind.self), in: disk)
        try compare(
          before, commit.tree, at: .root,
          tree: { (tree) throws(GitError) in
            if seen.insert(tree.of(AnyKind.self)).inserted { try require(tree.of(AnyKind.self), in: disk) }
          },
          { (change) throws(GitError) in
            guard let new = change.new, new.mode != .submodule, seen.insert(new.id).inserted else { return }
            try require(new.id, in: disk)
          })
      }
      return true
    } catch {
      return false
    }
  }

  /// Reads the header, not only the name: a power cut leaves empty files behind.
  private func require(_ id: AnyObjectID, in disk: borrowing Handle) throws(GitError) {
    var oid = try id.oid
    var size = 0
    var type = GIT_OBJECT_INVALID
    let place = disk.raw
    try call("git_odb_read_header") { git_odb_read_header(&size, &type, place, &oid) }
  }

  private func walk(from tip: CommitID, excluding excluded: [CommitID]) throws(GitError) -> [CommitID] {
    let walk = try Handle("git_revwalk_new", free: git_revwalk_free) { git_revwalk_new(&$0, repository.raw) }
    for id in excluded {
      var oid = try id.oid
      try missing(id) { git_revwalk_hide(walk.raw, &oid) }
    }
    var oid = try tip.oid
    try missing(tip) { git_revwalk_push(walk.raw, &oid) }
    var found: [CommitID] = []
    while true {
      let code = git_revwalk_next(&oid, walk.raw)
      if code == GIT_ITEROVER.rawValue { return found }
      guard code >= 0 else { throw libraryError("git_revwalk_next", code) }
      found.append(CommitID(oid))
    }
  }

  private func missing(_ id: CommitID, _ body: () -> Int32) throws(GitError) {
    do throws(GitError) { try call("git_revwalk_push", body) } catch {
      throw error.isLibrary(GIT_ENOTFOUND) ? .missingObject(id.hex) : error
    }
  }

  private func parents(of id: CommitID) throws(GitError) -> [CommitID] {
    var oid = try id.oid
    let commit = try missing(id) { () throws(GitError) in
      try Handle("git_commit_lookup", free: git_commit_free) { git_commit_lookup(&$0, repository.raw, &oid) }
    }
    return (0..<git_commit_parentcount(commit.raw)).compactMap { git_commit_parent_id(commit.raw, $0).map { CommitID($0) } }
  }
}
