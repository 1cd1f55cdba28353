import Git
import Platform

/// A slot's files as a tree, made through an index of its own, so that the slot's index stays as the worker left it.
struct Snapshot: Sendable {
  let tree: TreeID
  /// What git could not read, in its own words; empty where the tree is complete.
  let complaints: [String]
  /// The index that matches the tree, beside the slot's own.
  let index: FilePath
}

extension SlotGit {
  /// Writes everything that stands in the slot, untracked files included and ignored ones not, as a tree.
  ///
  /// - Parameters:
  ///   - leavingOut: untracked files and folders that do not belong to it.
  ///   - removing: paths that the worker put into the index although they do not belong to it.
  func snapshot(leavingOut: [TreePath] = [], removing: [TreePath] = []) async throws(Failure) -> Snapshot {
    let index = slot.gitFolder.appending("sage-index")
    let variables = ["GIT_INDEX_FILE": index.string]
    // A copy keeps what git knows about each file's time and size: only what changed is read.
    let isCopied = try onDisk(index) { () throws(Errno) in try copyIndex(to: index) }
    if !isCopied { try await run(["read-tree", "HEAD"], variables: variables) }
    var added = try await addAll(leavingOut, variables)
    if added.status == 128, isCopied {
      // An index that git cannot read, or that leads to other files; HEAD's own does.
      try onDisk(index) { () throws(Errno) in try File.remove(index) }
      try await run(["read-tree", "HEAD"], variables: variables)
      added = try await addAll(leavingOut, variables)
    }
    if !removing.isEmpty {
      let paths = Array(removing.map { $0.bytes + [0] }.joined())
      try await run(["update-index", "--force-remove", "-z", "--stdin"], input: paths, variables: variables)
    }
    let tree = try await run(["write-tree"], variables: variables).text
    guard let id = TreeID(hex: tree) else { throw .git(.unexpectedOutput(command: "git write-tree", output: tree)) }
    let complaints =
      added.status == 0 ? [] : added.standardError.split(separator: "\n").filter { !$0.hasPrefix("warning:") }.map(String.init)
    return Snapshot(tree: id, complaints: added.status != 0 && complaints.isEmpty ? ["git add failed"] : complaints, index: index)
  }

  /// Makes the snapshot's index the slot's own: with HEAD at a commit of that tree the slot is clean.
  func adopt(_ snapshot: Snapshot) throws(Failure) {
    try onDisk(snapshot.index) { () throws(Errno) in try File.rename(snapshot.index, to: slot.gitFolder.appending("index")) }
  }

  /// Writes a commit without hooks and without a signature. The author is whom git says it is, except for salvage, which must not
  /// fail for want of a name.
  func commit(_ tree: TreeID, parents: [CommitID], message: String, isSalvage: Bool = false) async throws(Failure) -> CommitID {
    let arguments = ["commit-tree"] + parents.flatMap { ["-p", $0.hex] } + ["-F", "-", tree.hex]
    let nobody = [
      "GIT_AUTHOR_NAME": "git-sage-stream", "GIT_AUTHOR_EMAIL": "salvage@git-sage-stream.invalid", "GIT_COMMITTER_NAME": "git-sage-stream",
      "GIT_COMMITTER_EMAIL": "salvage@git-sage-stream.invalid",
    ]
    let text = try await run(arguments, input: Array((message + "\n").utf8), variables: isSalvage ? nobody : [:]).text
    guard let commit = CommitID(hex: text) else { throw .git(.unexpectedOutput(command: "git commit-tree", output: text)) }
    return commit
  }

  private func addAll(_ leavingOut: [TreePath], _ variables: [String: String]) async throws(Failure) -> GitOutput {
    let arguments = ["add", "--all", "--ignore-errors"]
    if leavingOut.isEmpty { return try await run(arguments, variables: variables, accepting: [0, 1, 128]) }
    let patterns = [Array(":/".utf8)] + leavingOut.map { Array(":(top,exclude,literal)".utf8) + $0.bytes }
    return try await run(
      arguments + ["--pathspec-from-file=-", "--pathspec-file-nul"], input: Array(patterns.joined(separator: [0])), variables: variables,
      accepting: [0, 1, 128])
  }

  /// The copy has the times of the original: an entry as old as its index may have changed since without a new time or size, and git looks
  /// into the file only where it sees that (git's documentation, "Racy git").
  private func copyIndex(to copy: FilePath) throws(Errno) -> Bool {
    let original = slot.gitFolder.appending("index")
    guard let bytes = try File.read(original) else {
      try File.remove(copy)
      return false
    }
    do {
      let descriptor = try FileDescriptor.open(
        copy, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
      _ = try descriptor.closeAfter { try descriptor.writeAll(bytes) }
    } catch { throw error as? Errno ?? .ioError }
    try File.copyTimes(from: original, to: copy)
    return true
  }
}
