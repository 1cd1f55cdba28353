import Git
import Platform

/// Reads a slot in which a worker is busy, without touching index, HEAD or any file of it.
struct SlotReader {
  let slot: Slot
  private let git: GitCommand
  private let index: FilePath

  init(slot: Slot, git: GitCommand, folder: FilePath, variables: [String: String]) {
    self.slot = slot
    index = folder.appending("index.\(slot.number)")
    self.git = SlotGit(slot, git: git).git
      // git-lfs would keep every state in its own store; the content as it stands tells as well whether two sides differ.
      .configured("core.fsync=none", "filter.lfs.process=", "filter.lfs.clean=", "filter.lfs.required=false").setting(variables).setting(
        Self.marking(slot.path))
  }

  /// When the worker ends meanwhile, what still reads its slot is ended with it, like everything else that came from the worker.
  static func marking(_ slot: FilePath) -> [String: String] { ["SAGE_WORKTREE": slot.string] }

  struct State {
    var head: CommitID
    var paths: [TreePath]
    /// Changes with whatever a commit would hold.
    var mark: [UInt8]
  }

  /// One walk over the slot. Nil where there is nothing to compare: another base, a merge in progress, or more than is worth the reading.
  func state(since base: CommitID) async throws -> State? {
    let output = try await git.run(
      "status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--ignored=no", "--ignore-submodules=dirty", "--no-renames",
      "--no-ahead-behind")
    guard let status = SlotStatus(parsing: output), let head = status.head, status.unmerged.isEmpty else { return nil }
    // Before a worker starts its slot may still stand where the last ticket began.
    if head != base, try await git.run("merge-base", "--is-ancestor", base.hex, head.hex, accepting: [0, 1, 128]).status != 0 {
      return nil
    }
    let paths = status.changed + status.untracked
    guard paths.count <= Foresight.mostPaths else { return nil }
    var mark = Array(head.hex.utf8)
    var bytes = 0
    for path in paths {
      mark += path.bytes + [0]
      guard let file = try FileStatus.of(slot.path.appending(bytes: path.bytes)) else { continue }
      bytes += file.size
      mark += Array("\(file.inode) \(file.size) \(file.modified) \(file.permissions)\n".utf8)
    }
    return bytes > Foresight.mostBytes ? nil : State(head: head, paths: paths, mark: mark)
  }

  /// The slot as one commit on `base`, which nothing names.
  func snapshot(_ state: State, on base: CommitID) async throws -> CommitID {
    if state.paths.isEmpty { return state.head == base ? base : try await commit(tree: state.head.hex + "^{tree}", on: base) }
    // What the worker has staged does not matter: HEAD and the files say it all. With the slot's index only what changed is read.
    let own = git.setting(["GIT_INDEX_FILE": index.string])
    if let bytes = try File.read(slot.gitFolder.appending("index")) {
      try AtomicFile.write(bytes, to: index)
      // As in `SlotGit.snapshot`: without its times git would trust what may have changed since.
      try File.copyTimes(from: slot.gitFolder.appending("index"), to: index)
    } else {
      try await own.run("read-tree", state.head.hex)
    }
    let list = Array(state.paths.map { $0.bytes + [0] }.joined())
    try await own.run(["update-index", "--add", "--remove", "-z", "--stdin"], input: list)
    return try await commit(tree: try await own.run("write-tree").text, on: base)
  }

  private func commit(tree: String, on base: CommitID) async throws -> CommitID {
    let nobody = ["NAME": "git-sage-stream", "EMAIL": "git-sage-stream@localhost", "DATE": "@0 +0000"]
    let people = ["AUTHOR", "COMMITTER"].flatMap { role in nobody.map { ("GIT_\(role)_\($0.key)", $0.value) } }
    let text = try await git.setting(Dictionary(people) { $1 }).run(["commit-tree", "-p", base.hex, tree], input: Array("now\n".utf8)).text
    guard let id = CommitID(hex: text) else { throw GitError.unexpectedOutput(command: "git commit-tree", output: text) }
    return id
  }
}
