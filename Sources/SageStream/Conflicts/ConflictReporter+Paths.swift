import Git

extension ConflictReporter {
  /// The last commit on the target that a path as a whole clashes with: for deletions, renames, modes and the like.
  func landedBy(_ sides: ConflictSides, place: ConflictScene.Place, in scene: ConflictScene) async throws(GitError) -> LandedChange? {
    guard let commit = try await culprit(sides, place: place, in: scene) else { return nil }
    return try await landedChange(commit, path: place.ours ?? place.base ?? sides.path, lines: nil, in: scene)
  }

  private func culprit(_ sides: ConflictSides, place: ConflictScene.Place, in scene: ConflictScene) async throws(GitError) -> CommitID? {
    if let ours = place.ours, sides.ours != nil {
      let history = try await PathHistory(
        of: ours, from: scene.onto, since: scene.start, followsRenames: sides.base != nil, git: git, store: store)
      let steps = history.steps.filter { !scene.own.contains($0.commit) }
      // Where the clash is about the name, the one who gave it; otherwise whoever was last.
      let named = sides.type.hasPrefix("rename") || sides.theirs == nil && sides.base == nil
      let step = named ? steps.first { $0.kind == .rename || $0.kind == .creation } : nil
      if let step = step ?? steps.first { return step.commit }
    }
    if sides.ours == nil {
      if let base = place.base, let commit = try await last(touching: base, in: scene) { return commit }
      // Something of ours is a folder where the ticket has a file: the one who made the folder.
      if try await store.entry(sides.path, in: scene.ours)?.mode.isTree == true {
        let commits = try await git.commits(touching: sides.path, from: scene.onto, since: scene.start, filter: "A")
        if let commit = commits.last(where: { !scene.own.contains($0) }) { return commit }
      }
      // The ticket added a file to a folder that was renamed: the one who emptied the folder.
      if sides.type == "file location" {
        for name in sides.names where try await store.entry(name, in: scene.theirs) != nil {
          let commits = try await git.commits(touching: name.parent, from: scene.onto, since: scene.start, filter: "D")
          if let commit = commits.first(where: { !scene.own.contains($0) }) { return commit }
        }
      }
    }
    // The file as the ticket found it says more than the names that it was given since.
    var old: [TreePath] = []
    for name in sides.names where try await store.entry(name, in: scene.base) != nil { old.append(name) }
    for name in old + sides.names {
      if let commit = try await last(touching: name, in: scene) { return commit }
    }
    return nil
  }

  private func last(touching path: TreePath, in scene: ConflictScene) async throws(GitError) -> CommitID? {
    try await git.commits(touching: path, from: scene.onto, since: scene.start).first { !scene.own.contains($0) }
  }

  /// What the report says of a commit. A merge of the user's brought commits of others: the one among them that is meant.
  func landedChange(
    _ id: CommitID, path: TreePath, lines: Range<Int>?, in scene: ConflictScene
  ) async throws(GitError) -> LandedChange {
    let commit = try await store.commit(id)
    guard commit.parents.count > 1, let first = commit.parents.first else { return LandedChange(id, commit) }
    let log = try await git.literal.run(
      bytes: ["log", "--no-merges", "--topo-order", "--no-show-signature", "--format=%H", id.hex, "^\(first.hex)", "--"]
        .map { Array($0.utf8) } + [path.bytes])
    let brought = log.lines.compactMap { CommitID(hex: $0) }
    var meant = brought.first
    if brought.count > 1, let lines, !lines.isEmpty {
      let authors = try await blame(path, lines, in: scene)
      meant = brought.first(where: authors.contains) ?? meant
    }
    guard let meant else { return LandedChange(id, commit) }
    return LandedChange(meant, try await store.commit(meant))
  }

  /// Who wrote these lines of the tip, by `git blame`, which also looks into merges.
  private func blame(_ path: TreePath, _ lines: Range<Int>, in scene: ConflictScene) async throws(GitError) -> Set<CommitID> {
    let range = "\(lines.lowerBound + 1),\(lines.upperBound)"
    let output = try await git.configured("blame.ignoreRevsFile=").run(
      bytes: ["blame", "--porcelain", "-L", range, "\(scene.start.hex)..\(scene.onto.hex)", "--"].map { Array($0.utf8) } + [path.bytes],
      accepting: [0, 128])
    var authors: Set<CommitID> = []
    for line in output.lines {
      if let id = line.split(separator: " ", maxSplits: 1).first.flatMap({ CommitID(hex: $0) }) { authors.insert(id) }
    }
    return authors
  }
}
