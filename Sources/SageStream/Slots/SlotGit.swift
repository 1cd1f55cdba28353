import Git
import Platform

/// git on one slot: its git folder and its work tree are always named, its HEAD stays detached, and no hook of the user's runs.
struct SlotGit: Sendable {
  let slot: Slot
  let git: GitCommand

  /// - Parameter hasWorkTree: false where the worktree's folder is gone.
  init(_ slot: Slot, git: GitCommand, hasWorkTree: Bool = true) {
    self.slot = slot
    self.git = git.on(gitFolder: slot.gitFolder, workTree: hasWorkTree ? slot.path : nil).configured(
      "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.fsync=committed", "core.fsyncMethod=batch", "core.safecrlf=false",
      "core.quotePath=false", "submodule.recurse=false", "advice.addEmbeddedRepo=false", "i18n.commitEncoding=UTF-8")
  }

  /// - Parameter paths: the only ones that are looked at, each with what is below it; nil for all.
  func status(of paths: [TreePath]? = nil) async throws(Failure) -> SlotStatus {
    let scope = paths.map { [Array("--".utf8)] + $0.map(\.bytes) } ?? []
    // A thread for each five hundred entries of the index would have nothing to do.
    let arguments = (paths == nil ? [] : ["--literal-pathspecs", "-c", "core.preloadIndex=false"]) + SlotStatus.arguments
    async let _ = RulePipes.release(in: slot)
    let output = try await throughGit { () throws(GitError) in
      try await git.run(bytes: arguments.map { Array($0.utf8) } + scope)
    }
    guard let status = SlotStatus(parsing: output) else {
      throw .git(.unexpectedOutput(command: "git status", output: String(output.text.prefix(200))))
    }
    return status
  }

  /// Puts index and tracked files at `commit`, and HEAD too. HEAD must be detached, or the branch that it names would move.
  func reset(to commit: CommitID) async throws(Failure) {
    try await run(["reset", "--hard", "--quiet", commit.hex], reason: "sage-stream: base")
  }

  /// Moves index and tracked files from one commit to another by writing only what differs, and leaves HEAD alone. git is shown only the
  /// paths that differ where that is possible.
  ///
  /// - Returns: whether it was done. Where a file is not as the index has it, it is not.
  func advance(from head: CommitID, to base: CommitID, _ changes: [TreeChange], _ format: ObjectFormat) async -> Bool {
    if await advanceByExcerpt(changes, format) { return true }
    let answer = try? await git.run(["read-tree", "-m", "-u", head.hex, base.hex], accepting: Set(0...255))
    return answer?.status == 0
  }

  private func advanceByExcerpt(_ changes: [TreeChange], _ format: ObjectFormat) async -> Bool {
    let index = slot.gitFolder.appending("index")
    let lock = slot.gitFolder.appending("index.lock")
    let place = IndexExcerpt.Place(slot.gitFolder.appending("sage-stream.excerpt"))
    // Nobody works in the slot, but somebody's git may still run there: what we write we write as git does, under its lock.
    guard let variables = place.variables,
      (try? FileDescriptor.open(
        lock, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: FilePermissions(rawValue: 0o644)
      ).close()) != nil
    else { return false }
    defer { try? place.remove() }
    do {
      guard let excerpt = IndexExcerpt.worthwhile(of: IndexFile(index, format), changes, in: slot.gitFolder) else {
        throw Errno.notSupported
      }
      try excerpt.write(to: place)
      try await git.setting(variables).run(excerpt.command)
      Failpoint.slotAdvanced.hit()
      // With that the lock is gone.
      try excerpt.finish(in: place, index: index, through: lock)
      return true
    } catch {
      try? File.remove(lock)
      return false
    }
  }

  /// Removes untracked files and folders; what git ignores stays, it is what keeps builds warm.
  func clean() async throws(Failure) {
    try await run(["clean", "-f", "-d", "--quiet"])
  }

  /// Detaches HEAD at `commit`, whatever it named, and sets references with it, all or none.
  func setHead(_ commit: CommitID, anchors: [(name: RefName, commit: CommitID)] = []) async throws(Failure) {
    var input = "start\0option no-deref\0update HEAD\0\(commit.hex)\0\0"
    for anchor in anchors { input += "update \(anchor.name.rawValue)\0\(anchor.commit.hex)\0\0" }
    try await update(input + "commit\0")
  }

  func anchor(_ name: RefName, at commit: CommitID) async throws(Failure) {
    try await update("start\0update \(name.rawValue)\0\(commit.hex)\0\0commit\0")
  }

  private func update(_ input: String) async throws(Failure) {
    try await run(["update-ref", "-m", "sage-stream", "--stdin", "-z"], input: Array(input.utf8))
  }

  /// The commit that a reference names; nil where there is none.
  func resolve(_ name: String) async throws(Failure) -> CommitID? {
    let output = try await run(["rev-parse", "--verify", "--quiet", name + "^{commit}"], accepting: [0, 1, 128])
    return output.status == 0 ? CommitID(hex: output.text) : nil
  }

  func tree(of commit: CommitID) async throws(Failure) -> TreeID? {
    TreeID(hex: try await run(["rev-parse", "--verify", commit.hex + "^{tree}"]).text)
  }

  /// What a commit differs from another in, every path with its modes.
  func changes(from old: CommitID, to new: CommitID) async throws(Failure) -> [SlotChange] {
    let output = try await run(["diff-tree", "-r", "-z", "--raw", "--no-renames", "--ignore-submodules=none", old.hex, new.hex])
    let fields = output.fields
    return stride(from: 0, to: fields.count - 1, by: 2).compactMap { SlotChange(header: fields[$0], path: fields[$0 + 1]) }
  }

  /// Whether `tip` brings any commit that `base` does not have.
  func hasCommits(from base: CommitID, to tip: CommitID) async throws(Failure) -> Bool {
    try await !run(["rev-list", "--max-count=1", tip.hex, "^\(base.hex)"]).standardOutput.isEmpty
  }

  @discardableResult
  func run(
    _ arguments: [String], input: [UInt8] = [], reason: String? = nil, variables: [String: String] = [:],
    accepting statuses: Set<Int32> = [0]
  ) async throws(Failure) -> GitOutput {
    var variables = variables
    if let reason { variables["GIT_REFLOG_ACTION"] = reason }
    let command = variables.isEmpty ? git : git.setting(variables)
    async let _ = RulePipes.release(in: slot)
    return try await throughGit { () throws(GitError) in try await command.run(arguments, input: input, accepting: statuses) }
  }
}

/// One line of `git diff-tree --raw`.
struct SlotChange: Sendable {
  let oldMode: Git.FileMode
  let newMode: Git.FileMode
  /// What stood there; nil where nothing did.
  let oldID: AnyObjectID?
  let path: TreePath

  init?(header: ArraySlice<UInt8>, path: ArraySlice<UInt8>) {
    let words = header.dropFirst().split(separator: UInt8(ascii: " "))
    guard words.count == 5, let old = Git.FileMode(octal: words[0]), let new = Git.FileMode(octal: words[1]),
      let id = AnyObjectID(hex: words[2])
    else { return nil }
    oldMode = old
    newMode = new
    oldID = id.isZero ? nil : id
    self.path = TreePath(bytes: path)
  }

  init(_ change: TreeChange) {
    let nothing = Git.FileMode(rawValue: 0)
    oldMode = change.old?.mode ?? nothing
    newMode = change.new?.mode ?? nothing
    oldID = change.old?.id
    path = change.path
  }

  /// Whether this changes what git ignores.
  var isIgnoreRule: Bool { path.lastComponent.elementsEqual(".gitignore".utf8) }
  /// Whether this adds a repository inside the repository.
  var addsSubmodule: Bool { newMode == .submodule && oldMode != .submodule }
}
