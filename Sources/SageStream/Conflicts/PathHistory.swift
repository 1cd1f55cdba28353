import Git

/// The commits of the target that touched one path since a start, newest first, along its own line (first parents): a merge
/// is one step.
struct PathHistory {
  struct Step {
    let commit: CommitID
    /// The path as it is after this commit.
    let path: TreePath
    var kind: Kind
    /// The blob before this commit, where there was one.
    var before: BlobID?
    /// What the commit changed in the file, in lines.
    var changes: [LineChange]
  }

  enum Kind { case change, creation, deletion, rename }

  private(set) var steps: [Step] = []

  /// The history of `path` back to the last commit that created it.
  ///
  /// - Parameters:
  ///   - range: `onto` and what is not to be looked at, as `git log` takes it.
  ///   - followsRenames: goes on under the old name where the path was created by renaming. A copy is never followed.
  init(
    of path: TreePath, from onto: CommitID, since start: CommitID, followsRenames: Bool, git: GitCommand, store: any ObjectStore
  ) async throws(GitError) {
    var path = path
    var tip = onto
    while true {
      for step in try await Self.log(path, from: tip, since: start, git: git) {
        steps.append(step)
        if step.kind == .creation { break }
      }
      guard followsRenames, let last = steps.last, last.kind == .creation,
        let parent = try await store.commit(last.commit).parents.first,
        let source = try await Self.source(of: path, from: parent, to: last.commit, git: git),
        let before = try await store.entry(source, in: store.commit(parent).tree),
        let after = try await store.entry(path, in: store.commit(last.commit).tree)
      else { return }
      steps[steps.count - 1].kind = .rename
      steps[steps.count - 1].before = before.id.of()
      steps[steps.count - 1].changes = try await git.lineChanges(from: before.id.of(), to: after.id.of())
      path = source
      tip = parent
    }
  }

  /// The provenance of each line of the newest version; nil where the steps do not fit together.
  ///
  /// - Parameter newest: the newest version's number of lines.
  func lineHistory(newest: Int, store: any ObjectStore) async throws(GitError) -> LineHistory? {
    var first = newest
    if let oldest = steps.last {
      if let before = oldest.before { first = TextLines(try await store.blob(before)).count } else { first = 0 }
    }
    var history = LineHistory(count: first)
    for step in steps.reversed() {
      guard history.apply(step.commit, step.changes) else { return nil }
    }
    return history.count == newest ? history : nil
  }

  private static func log(
    _ path: TreePath, from tip: CommitID, since start: CommitID, git: GitCommand
  ) async throws(GitError) -> [Step] {
    let arguments =
      ["log", "--first-parent", "--no-follow", "--no-show-signature", "--no-notes", "--no-mailmap", "--format=%x00%H"]
      + GitCommand.lineDiffOptions + [tip.hex, "^\(start.hex)", "--"]
    let output = try await git.literal.run(bytes: arguments.map { Array($0.utf8) } + [path.bytes])
    return steps(in: output.standardOutput, path: path)
  }

  private static func steps(in output: [UInt8], path: TreePath) -> [Step] {
    var steps: [Step] = []
    var patches = 0
    var reader = PatchReader(output)
    while let line = reader.line() {
      if line.first == 0, let commit = CommitID(hex: line.dropFirst()) {
        steps.append(Step(commit: commit, path: path, kind: .change, before: nil, changes: []))
        patches = 0
        continue
      }
      guard !steps.isEmpty else { continue }
      let current = steps.count - 1
      if line.starts(with: "diff --git ".utf8) {
        patches += 1
        // A file that became a link, say, is removed and created in one commit.
        if patches > 1 { steps[current] = Step(commit: steps[current].commit, path: path, kind: .creation, before: nil, changes: []) }
      } else if line.starts(with: "new file mode ".utf8) {
        steps[current].kind = .creation
      } else if line.starts(with: "deleted file mode ".utf8) {
        steps[current].kind = .deletion
      } else if line.starts(with: "index ".utf8), steps[current].kind == .change || steps[current].kind == .deletion {
        let id = line.dropFirst(6).prefix { $0 != UInt8(ascii: ".") }
        steps[current].before = BlobID(hex: id)
      } else if let header = HunkHeader(line) {
        reader.readHunk(header, into: &steps[current].changes)
      }
    }
    return steps
  }

  /// The path that a commit renamed to `path`.
  private static func source(
    of path: TreePath, from parent: CommitID, to commit: CommitID, git: GitCommand
  ) async throws(GitError) -> TreePath? {
    try await git.renames(from: parent.hex, to: commit.hex).first { $0.to == path }?.from
  }
}
