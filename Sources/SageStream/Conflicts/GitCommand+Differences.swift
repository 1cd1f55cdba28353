import Git

extension GitCommand {
  /// Makes a line-by-line difference independent of the user's settings and of attributes. The algorithm is that of git's
  /// merge (ort), the heuristic that moves changes is off as it is there, and one line of context keeps git from cutting
  /// off what is equal at the ends first.
  static let lineDiffOptions = [
    "--patch", "-U1", "--inter-hunk-context=0", "--diff-algorithm=histogram", "--no-indent-heuristic", "--full-index", "--text",
    "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--submodule=short", "--ignore-submodules=none", "--no-relative",
  ]

  /// Paths are names, never patterns.
  var literal: GitCommand { setting(["GIT_LITERAL_PATHSPECS": "1"]) }

  /// The lines in which two blobs differ.
  func lineChanges(from old: BlobID, to new: BlobID) async throws(GitError) -> [LineChange] {
    if old == new { return [] }
    return PatchReader.changes(in: try await run(["diff"] + Self.lineDiffOptions + [old.hex, new.hex]).standardOutput)
  }

  /// The renames between two trees or commits, as a merge would find them.
  func renames(from old: String, to new: String) async throws(GitError) -> [(from: TreePath, to: TreePath)] {
    let fields = try await run("diff-tree", "-r", "-z", "-M", "-l7000", "--diff-filter=R", old, new).fields
    // Records of three fields: `:modes ids R<score>`, from, to.
    return stride(from: 0, to: fields.count - 2, by: 3).map { (TreePath(bytes: fields[$0 + 1]), TreePath(bytes: fields[$0 + 2])) }
  }

  /// The first-parent commits since `start` that changed anything at or below a path, newest first.
  func commits(touching path: TreePath, from onto: CommitID, since start: CommitID, filter: String? = nil) async throws(GitError)
    -> [CommitID]
  {
    var arguments = ["log", "--first-parent", "--no-follow", "--no-show-signature", "--no-renames", "--format=%H"]
    if let filter { arguments.append("--diff-filter=\(filter)") }
    arguments += [onto.hex, "^\(start.hex)", "--"]
    let output = try await literal.run(bytes: arguments.map { Array($0.utf8) } + [path.bytes])
    return output.lines.compactMap { CommitID(hex: $0) }
  }
}
