import Git
import Platform
import Synchronization

/// Watches what workers share with the user and with each other: the stash, branches and tags, configuration, hooks.
///
/// Nothing can keep a worker from changing these, so they are compared before and after each attempt. A look costs some `lstat` calls; git is
/// asked only where one of them tells of a change. Two attempts that ran at the same time cannot be told apart; both are named.
final class Surroundings: Sendable {
  /// What an attempt is answerable for.
  struct Verdict: Sendable {
    var warnings: [String] = []
    var lostStash: AttemptFailure?
  }

  private struct State {
    var running: [Slot: Attempt] = [:]
    var files: SharedFiles?
    var references: [String: String] = [:]
    var stash = StashLog(entries: [])
    /// Attempts that are still running and have taken an entry of the stash.
    var guilty: [Attempt: AttemptFailure] = [:]
  }

  private let layout: RepositoryLayout
  private let target: RefName
  /// The folder of the slots' worktrees.
  private let root: FilePath
  private let state = Mutex(State())
  private let turnstile = Turnstile()

  init(layout: RepositoryLayout, target: RefName, root: FilePath) {
    self.layout = layout
    self.target = target
    self.root = root
  }

  /// An attempt starts. What the user changed while nobody worked is nobody's doing.
  func begin(_ attempt: Attempt, in slot: Slot) async throws(Failure) {
    try await turnstile.pass { () async throws(Failure) in
      let isAlone = state.withLock { $0.running.isEmpty }
      if isAlone {
        let stash = StashLog.read(layout.commonFolder)
        let files = look()
        let isKnown = state.withLock { $0.files?.references == files.references }
        let references = isKnown ? nil : try await listReferences()
        state.withLock { state in
          state.stash = stash
          state.files = files
          if let references { state.references = references }
        }
      }
      state.withLock { $0.running[slot] = attempt }
    }
  }

  /// An attempt has ended: what changed since anybody last looked, put right where it can be. Where a look fails it is a warning.
  func end(_ attempt: Attempt, in slot: Slot) async -> Verdict {
    await turnstile.pass {
      var verdict = Verdict()
      let running = state.withLock { $0.running }
      let tickets = Set(running.values.map(\.ticket)).sorted().map(\.displayed).joined(separator: ", ")
      do throws(Failure) {
        verdict.lostStash = try await checkStash(attempt, running, &verdict.warnings)
        verdict.warnings += try await checkFiles()
        verdict.warnings = verdict.warnings.map { "\($0) while \(tickets) ran" }
      } catch {
        verdict.warnings.append("what \(tickets) changed outside the worktree could not be looked at: \(error.cause)")
      }
      state.withLock { state in
        state.running[slot] = nil
        if let guilty = state.guilty.removeValue(forKey: attempt) { verdict.lostStash = guilty }
      }
      return verdict
    }
  }

  // MARK: References and files

  private func look() -> SharedFiles { SharedFiles(layout.commonFolder, root: root, excluding: isOurs) }

  private func checkFiles() async throws(Failure) -> [String] {
    let files = look()
    guard let earlier = state.withLock({ $0.files }), earlier != files else { return [] }
    var changes = files.changes(since: earlier)
    var references: [String: String]?
    if earlier.references != files.references {
      let now = try await listReferences()
      changes += Self.changes(from: state.withLock { $0.references }, to: now)
      references = now
    }
    state.withLock { state in
      state.files = files
      if let references { state.references = references }
    }
    return changes
  }

  private func isOurs(_ reference: RefName) -> Bool {
    reference == target || reference.rawValue.hasPrefix("refs/heads/sage/")
  }

  private func listReferences() async throws(Failure) -> [String: String] {
    let output = try await throughGit { () throws(GitError) in
      try await layout.git.run("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags")
    }
    return output.lines.reduce(into: [:]) { references, line in
      let parts = line.split(separator: " ", maxSplits: 1)
      if parts.count == 2, !isOurs(RefName(String(parts[1]))) { references[String(parts[1])] = String(parts[0]) }
    }
  }

  private static func changes(from old: [String: String], to new: [String: String]) -> [String] {
    Set(old.keys).union(new.keys).sorted().compactMap { name in
      let shown = (name.hasPrefix("refs/tags/") ? "tag " : "branch ") + RefName(name).short
      return switch (old[name], new[name]) {
      case (nil, .some): "\(shown) was created"
      case (.some, nil): "\(shown) was deleted"
      case (let before?, let after?): before == after ? nil : "\(shown) was moved from \(before.prefix(10)) to \(after.prefix(10))"
      case (nil, nil): nil
      }
    }
  }

  // MARK: Stash

  private func checkStash(
    _ attempt: Attempt, _ running: [Slot: Attempt], _ changes: inout [String]
  ) async throws(Failure) -> AttemptFailure? {
    let before = state.withLock { $0.stash }
    let now = StashLog.read(layout.commonFolder)
    let missing = before.missing(in: now)
    changes += now.missing(in: before).map { "the stash entry \"\($0.message)\" was made" }
    if missing.isEmpty {
      state.withLock { $0.stash = now }
      return nil
    }
    for entry in missing where try await stands(entry, in: layout.mainWorkTree, layout.commonFolder) {
      // What was stashed stands in the user's own checkout: it was the user who took it out again.
      state.withLock { state in state.stash.entries.removeAll { $0.commit == entry.commit } }
    }
    let expected = state.withLock { $0.stash }
    guard let lost = expected.missing(in: now).first else {
      state.withLock { $0.stash = now }
      return nil
    }
    let restored = expected.adding(now)
    try onDisk(layout.commonFolder.appending("refs").appending("stash")) { () throws(Errno) in try restored.write(layout.commonFolder) }
    state.withLock { $0.stash = restored }
    let failure = AttemptFailure(.lostStash, "the worker took an entry out of the user's stash (\(lost.commit.short)); it was put back")
    for (slot, other) in running where other != attempt {
      if try await stands(lost, in: slot.path, slot.gitFolder) {
        state.withLock { $0.guilty[other] = failure }
        return nil
      }
    }
    return failure
  }

  /// Whether every file that a stash entry changed has the stashed content in a work tree.
  private func stands(_ entry: StashLog.Entry, in workTree: FilePath?, _ gitFolder: FilePath) async throws(Failure) -> Bool {
    guard let workTree, ((try? FileStatus.of(workTree)) ?? nil) != nil else { return false }
    let git = layout.git.on(gitFolder: gitFolder, workTree: workTree).configured("core.fsmonitor=false")
    return try await throughGit { () throws(GitError) in
      let changed = try await git.run("diff-tree", "-r", "-z", "--name-only", "\(entry.commit)^1", entry.commit.hex, accepting: [0, 128])
      guard changed.status == 0, !changed.standardOutput.isEmpty else { return false }
      let paths = changed.fields.map { Array(":(top,literal)".utf8) + $0 }
      let answer = try await git.run(
        bytes: ["diff", "--quiet", entry.commit.hex, "--"].map { Array($0.utf8) } + paths, accepting: [0, 1, 128])
      return answer.status == 0
    }
  }
}
