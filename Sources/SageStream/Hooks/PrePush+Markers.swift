import Git

/// Conflict markers that somebody committed.
extension PrePush {
  /// Files that got a whole set of markers (`<<<<<<< `, `=======`, `>>>>>>> `) by a pushed commit and have it still at a pushed tip.
  ///
  /// First one pass over all commits only asks which of them changed the number of such lines: counting, without renames, is a fourth of the
  /// work of comparing lines. The patches of these, mostly none, are then read with renames and copies, so that moving a file adds nothing.
  /// Binary files and files with the attribute `-diff` or `conflict-marker-size` may hold what looks like markers.
  func conflictMarkers(_ pushed: PushedCommits) async throws(Failure) -> [PushFinding] {
    if pushed.all.isEmpty { return [] }
    do throws(GitError) {
      let suspects = try await differences(pushed.all.map(\.id), ["-S<<<<<<< ", "--no-renames", "--name-only"])
      // A file may be called like an id.
      let commits = suspects.split(separator: UInt8(ascii: "\n")).compactMap { CommitID(hex: $0) }.filter { pushed[$0] != nil }
      if commits.isEmpty { return [] }
      let added = AddedLines(
        parsing: try await differences(commits, ["-G^<<<<<<< ", "-C", "-p", "-U0", "--src-prefix=a/", "--dst-prefix=b/"]))
      var marked: [AddedLines.File] = []
      for file in added.files where Self.isConflict(file.lines) { marked.append(file) }
      let allowed = try await pathsThatMayHoldMarkers(marked.map(\.path))
      let tips = self.tips(pushed)
      var findings: [PushFinding] = []
      var seen: Set<TreePath> = []
      for file in marked where !allowed.contains(file.path) && !seen.contains(file.path) {
        let blobs = try await objects(tips.map { Array("\($0.commit.id.hex):".utf8) + file.path.bytes })
        // Without a tip that is a commit (a tag), what the commit itself says stands.
        let isStillThere = blobs.contains { $0.map { Self.isConflict($0.split(separator: UInt8(ascii: "\n"))) } ?? false }
        if isStillThere || tips.isEmpty, seen.insert(file.path).inserted { findings.append(.conflictMarkers(file.path, file.commit)) }
      }
      return findings
    } catch { throw .git(error) }
  }

  /// Whether lines hold the three markers that `git merge` writes, in their order. A heading underlined with `=======` is none.
  static func isConflict(_ lines: some Sequence<some Collection<UInt8>>) -> Bool {
    var expected = 0
    for line in lines {
      let isNext =
        switch expected {
        case 0: line.starts(with: "<<<<<<< ".utf8)
        case 1: line.elementsEqual("=======".utf8) || line.elementsEqual("=======\r".utf8)
        default: line.starts(with: ">>>>>>> ".utf8)
        }
      if isNext { expected += 1 }
      if expected == 3 { return true }
    }
    return false
  }

  /// What commits changed; merges against all their parents at once.
  private func differences(_ commits: [CommitID], _ options: [String]) async throws(GitError) -> [UInt8] {
    try await git.run(
      ["diff-tree", "--stdin", "--root", "-r", "--cc", "--no-ext-diff", "--no-textconv", "--no-color"] + options,
      input: Array(commits.map { $0.hex + "\n" }.joined().utf8)
    ).standardOutput
  }

  private func pathsThatMayHoldMarkers(_ paths: [TreePath]) async throws(GitError) -> Set<TreePath> {
    if paths.isEmpty { return [] }
    let input = Array(Set(paths).map(\.bytes).joined(separator: [0])) + [0]
    let output = try await git.run("check-attr", "--stdin", "-z", "conflict-marker-size", "diff", input: input)
    var allowed: Set<TreePath> = []
    let fields = output.fields
    for place in stride(from: 0, to: fields.count - 2, by: 3) {
      let value = String(decoding: fields[place + 2], as: UTF8.self)
      let isSize = fields[place + 1].elementsEqual("conflict-marker-size".utf8)
      if isSize ? value != "unspecified" : value == "unset" { allowed.insert(TreePath(bytes: fields[place])) }
    }
    return allowed
  }

  /// The contents of objects, each named as git-rev-parse(1) does; nil for one that is not there or has no content to read.
  func objects(_ names: [[UInt8]]) async throws(GitError) -> [[UInt8]?] {
    if names.isEmpty { return [] }
    let output = try await git.run("cat-file", "--batch", "-z", input: names.flatMap { $0 + [0] }).standardOutput
    var found: [[UInt8]?] = []
    var rest = output[...]
    for _ in names {
      let header = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest.dropFirst(header.count + 1)
      let words = header.split(separator: UInt8(ascii: " "))
      guard words.count == 3, CommitID(hex: words[0]) != nil, let size = Int(String(decoding: words[2], as: UTF8.self)) else {
        found.append(nil)
        continue
      }
      found.append(words[1].elementsEqual("blob".utf8) ? Array(rest.prefix(size)) : nil)
      rest = rest.dropFirst(size + 1)
    }
    return found
  }
}
