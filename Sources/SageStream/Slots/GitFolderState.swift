import Git
import Platform

/// What a slot's own git folder tells beside HEAD and index: operations in progress, locks, and configuration of its own.
struct GitFolderState: Sendable {
  let folder: FilePath

  init(_ slot: Slot) { folder = slot.gitFolder }

  /// Whether the worktree still belongs to this git folder: its `.git` is a file that points here, and this folder points back.
  static func isIntact(_ slot: Slot) -> Bool {
    guard linkedGitFolder(of: slot.path) == slot.gitFolder,
      let back = (try? File.read(slot.gitFolder.appending("gitdir"))) ?? nil,
      let place = resolved(back[...], in: slot.gitFolder), place == slot.path.appending(".git"),
      let head = (try? File.readText(slot.gitFolder.appending("HEAD"))) ?? nil
    else { return false }
    return head.hasPrefix("ref: refs/") || CommitID(hex: head.prefix { !$0.isWhitespace }) != nil
  }

  /// The commit at which HEAD stands where it is detached, and is a file.
  static func head(of slot: Slot) -> CommitID? {
    ((try? File.readText(slot.gitFolder.appending("HEAD"))) ?? nil).flatMap { CommitID(hex: $0.prefix { !$0.isWhitespace }) }
  }

  /// The git folder that a worktree's `.git` file names; nil where it is no such file, or names nothing that exists.
  static func linkedGitFolder(of path: FilePath) -> FilePath? {
    let file = path.appending(".git")
    let prefix = Array("gitdir: ".utf8)
    guard let status = (try? FileStatus.of(file)) ?? nil, status.kind == .file, status.size < 1 << 16,
      let text = (try? File.read(file)) ?? nil, text.starts(with: prefix)
    else { return nil }
    return resolved(text.dropFirst(prefix.count), in: path)
  }

  /// A path as git wrote it into a file: with a line end, and relative where `worktree.useRelativePaths` is set.
  private static func resolved(_ bytes: ArraySlice<UInt8>, in folder: FilePath) -> FilePath? {
    var bytes = Array(bytes)
    while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
    let path = FilePath(bytes: bytes)
    return try? File.resolved(path.isRelative ? folder.appending(path.components) : path)
  }

  /// What the worker left unfinished, in words; nil where nothing.
  var operation: String? {
    let names: [(String, String)] = [
      ("rebase-merge", "rebase"), ("rebase-apply/applying", "am"), ("rebase-apply", "rebase"), ("MERGE_HEAD", "merge"),
      ("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert"), ("sequencer", "cherry-pick or revert"),
    ]
    return names.first { exists($0.0) }?.1
  }

  /// Commits that an unfinished operation would make reachable again or has put aside; they go with its files unless anchored.
  var commitsInOperation: [CommitID] {
    let files = [
      "MERGE_HEAD", "MERGE_AUTOSTASH", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "rebase-merge/orig-head",
      "rebase-merge/autostash", "rebase-apply/orig-head", "rebase-apply/autostash", "rebase-apply/abort-safety", "sequencer/head",
    ]
    return files.flatMap { file in
      ((try? File.readText(folder.appending(file))) ?? nil)?.split(whereSeparator: \.isWhitespace).compactMap { CommitID(hex: $0) } ?? []
    }
  }

  /// Ends every operation in progress without touching HEAD, index or files: as `--quit` does, but an autostash is not put onto
  /// the user's stash (its commit is anchored with the rest).
  func quitOperations() throws(Errno) {
    let files = [
      "MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "MERGE_RR", "MERGE_AUTOSTASH", "AUTO_MERGE", "CHERRY_PICK_HEAD", "REVERT_HEAD",
      "REBASE_HEAD", "SQUASH_MSG", "BISECT_LOG", "BISECT_START", "BISECT_NAMES", "BISECT_TERMS", "BISECT_EXPECTED_REV",
      "BISECT_ANCESTORS_OK", "BISECT_HEAD", "BISECT_RUN", "BISECT_FIRST_PARENT",
    ]
    for file in files { try File.remove(folder.appending(file)) }
    for name in ["rebase-merge", "rebase-apply", "sequencer"] { try Folder.removeTree(folder.appending(name)) }
  }

  /// Whether the worktree has configuration of its own.
  var hasOwnConfiguration: Bool { exists("config.worktree") || exists("info/sparse-checkout") }

  /// Takes away what `git sparse-checkout` and `git config --worktree` of a worker left.
  ///
  /// - Returns: whether there was anything.
  func removeOwnConfiguration() throws(Errno) -> Bool {
    let files = [folder.appending("config.worktree"), folder.appending("info").appending("sparse-checkout")]
    var found = false
    for file in files where try FileStatus.of(file) != nil {
      try File.remove(file)
      found = true
    }
    return found
  }

  private static let locks = ["index.lock", "HEAD.lock", "ORIG_HEAD.lock", "config.worktree.lock", "gc.log.lock", "sage-index.lock"]

  /// Whether there are locks that git waits for in vain where no process works.
  var hasLocks: Bool { Self.locks.contains { exists($0) } }

  /// Removes locks that dead processes left. Only for a slot in which no process works.
  func removeLocks() throws(Errno) {
    for file in Self.locks { try File.remove(folder.appending(file)) }
    // A `git worktree add` that was killed leaves this, and `git worktree prune` respects it for ever.
    let locked = folder.appending("locked")
    if try File.readText(locked)?.hasPrefix("initializing") == true { try File.remove(locked) }
  }

  private func exists(_ name: String) -> Bool { ((try? FileStatus.of(FilePath(folder.string + "/" + name))) ?? nil) != nil }
}

extension FilePath {
  /// A path given as bytes, which need not be UTF-8.
  init(bytes: some Collection<UInt8>) {
    self = bytes.first == UInt8(ascii: "/") ? FilePath("/").appending(bytes: Array(bytes)) : FilePath("").appending(bytes: Array(bytes))
  }
}
