import Platform

/// Something that a worktree is in the middle of (`git status` says "You are currently ...").
public enum Operation: Sendable, Equatable {
  case merge
  case cherryPick
  case revert
  case applyingMail
  /// - Parameters:
  ///   - branch: the branch that will be moved at the end; nil for a detached HEAD.
  ///   - updating: the other branches that `--update-refs` will move then.
  case rebase(branch: RefName?, updating: [RefName])
  /// - Parameter from: the branch that `git bisect reset` goes back to; nil for a detached HEAD.
  case bisect(from: RefName?)

  /// The branches that the end of this operation writes to, or goes back to, although HEAD does not stand on them now.
  public var branches: [RefName] {
    switch self {
    case .rebase(let branch, let updating): (branch.map { [$0] } ?? []) + updating
    case .bisect(let from): from.map { [$0] } ?? []
    case .merge, .cherryPick, .revert, .applyingMail: []
    }
  }

  /// What is going on in the worktree with this git folder, read from the files that git keeps there (wt-status.c); more than
  /// one only where a bisect goes on as well.
  ///
  /// - Throws: `GitError.fileSystem` where a file is there and cannot be read.
  public static func inProgress(in gitFolder: FilePath) throws(GitError) -> [Operation] {
    let files = StateFiles(folder: gitFolder)
    var found: [Operation] = []
    if let rebase = try rebase(files) {
      found.append(rebase)
    } else if try files.exists("MERGE_HEAD") {
      found.append(.merge)
    } else if let sequence = try sequence(files) {
      found.append(sequence)
    }
    if try files.exists("BISECT_LOG") { found.append(.bisect(from: try files.text("BISECT_START").flatMap(branch))) }
    return found
  }

  private static func rebase(_ files: StateFiles) throws(GitError) -> Operation? {
    if try files.exists("rebase-apply/applying") { return .applyingMail }
    if try files.exists("rebase-apply") { return .rebase(branch: try files.text("rebase-apply/head-name").flatMap(branch), updating: []) }
    guard try files.exists("rebase-merge") else { return nil }
    // Three lines for each: the reference, what it was, what it becomes.
    let lines = try files.text("rebase-merge/update-refs")?.split(separator: "\n") ?? []
    let updating = stride(from: 0, to: lines.count, by: 3).map { RefName(String(lines[$0])) }
    return .rebase(branch: try files.text("rebase-merge/head-name").flatMap(branch), updating: updating)
  }

  private static func sequence(_ files: StateFiles) throws(GitError) -> Operation? {
    if try files.exists("CHERRY_PICK_HEAD") { return .cherryPick }
    if try files.exists("REVERT_HEAD") { return .revert }
    // Between two picks of a series neither file is there.
    guard let todo = try files.text("sequencer/todo") else { return nil }
    return todo.hasPrefix("revert") ? .revert : .cherryPick
  }

  /// A rebase writes full names and `detached HEAD`, a bisect short names and commit ids.
  private static func branch(_ text: String) -> RefName? {
    if text.hasPrefix("refs/") { return RefName(text) }
    if text.isEmpty || text == "detached HEAD" || CommitID(hex: text) != nil { return nil }
    return .branch(text)
  }
}

private struct StateFiles {
  let folder: FilePath

  func exists(_ name: String) throws(GitError) -> Bool {
    do throws(Errno) { return try FileStatus.of(folder.appending(name)) != nil } catch { throw failure(name, error) }
  }

  /// Without the final line end.
  func text(_ name: String) throws(GitError) -> String? {
    do throws(Errno) {
      return try File.read(folder.appending(name)).map { String(decoding: $0.trimmingLineEnds, as: UTF8.self) }
    } catch { throw failure(name, error) }
  }

  private func failure(_ name: String, _ error: Errno) -> GitError {
    .fileSystem(path: folder.appending(name).string, reason: "\(error)")
  }
}
