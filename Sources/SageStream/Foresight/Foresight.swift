import Git
import Platform
import Tickets

/// Sees conflicts coming: merges in memory what workers have done so far with the target and with each other.
///
/// It looks and never touches. A slot's files are read through an index of our own; what that writes goes into an object folder
/// of our own, which is not synced, which nothing names and which is removed at the end. Every git command is one that a
/// worker may be in the way of: what fails is counted, and the slot is looked at again the next time.
actor Foresight {
  /// Something that may land: a worker's slot as it stands, or finished work that waits.
  struct Subject: Sendable {
    let attempt: Attempt
    let base: CommitID
    /// Nil for finished work.
    let slot: Slot?
    /// The finished work; nil while the worker runs.
    let tip: CommitID?
  }

  struct Look: Sendable {
    var clashes: [Clash] = []
    /// Whose state is known; a slot that could not be read is not among them.
    var tickets: Set<TicketID> = []
    var failures = 0
    var seconds = 0.0
  }

  /// A slot with more changed paths, or larger ones, is not worth the reading: a build that nobody ignores, not work.
  static let mostPaths = 2000
  static let mostBytes = 64 << 20

  private let project: Project
  private let exclusions: Exclusions
  private let folder: FilePath
  private let variables: [String: String]
  private var works: [Attempt: Work] = [:]
  private var verdicts: [Merge: [TreePath]] = [:]
  private var targetPaths: [Range: Touched] = [:]
  private var snapshots = 0

  private struct Merge: Hashable {
    let a: CommitID
    let b: CommitID
  }

  private struct Range: Hashable {
    let from: CommitID
    let to: CommitID
  }

  /// What one subject would bring, as a commit on its base.
  private struct Work {
    var mark: [UInt8]
    var commit: CommitID
    var touched: Touched
    let place: FilePath
  }

  struct Touched: Sendable {
    var paths: Set<TreePath> = []
    var adds = false
    var removes = false

    /// False only where a merge cannot conflict: no path in common, none inside another, and no folder that could have moved.
    func canClash(with other: Touched) -> Bool {
      if adds && other.removes || removes && other.adds { return true }
      let (small, large) = paths.count < other.paths.count ? (paths, other.paths) : (other.paths, paths)
      if small.contains(where: large.contains) { return true }
      return large.contains { path in small.contains { path.isInside($0) || $0.isInside(path) } }
    }
  }

  init(project: Project, run: RunID) {
    self.project = project
    exclusions = project.exclusions
    folder = project.stateFolder.appending("scratch/foresight.\(run)")
    variables = ["GIT_OBJECT_DIRECTORY": folder.appending("objects").string, "GIT_NO_LAZY_FETCH": "1"]
  }

  /// Whether looking is possible at all: in a partial clone it could fetch from the network.
  static func isPossible(in project: Project) -> Bool {
    let configuration = project.configuration
    return !configuration.isSet("extensions.partialClone")
      && !configuration.subsections(of: "remote").contains { configuration.isSet("remote.\($0).promisor") }
  }

  /// Removes what the looks of runs that died have written; to be called by whoever has the run lock.
  static func removeDead(in project: Project) {
    let scratch = project.stateFolder.appending("scratch")
    for name in (try? Folder.names(in: scratch)) ?? [] where name.starts(with: Array("foresight.".utf8)) {
      try? Folder.removeTree(scratch.appending(bytes: name))
    }
  }

  /// Looks once. Only what has changed since the last look is read and merged.
  func look(at subjects: [Subject], target: CommitID) async -> Look {
    let began = ContinuousClock.now
    var look = Look()
    works = works.filter { attempt, _ in subjects.contains { $0.attempt == attempt } }
    do { try prepare() } catch {
      look.failures += 1
      return look
    }
    var present: [(ticket: TicketID, work: Work)] = []
    for subject in subjects {
      do {
        guard let work = try await work(of: subject) else { continue }
        look.tickets.insert(subject.attempt.ticket)
        if !work.touched.paths.isEmpty { present.append((subject.attempt.ticket, work)) }
      } catch { look.failures += 1 }
    }
    var fresh: [Merge: [TreePath]] = [:]
    for (place, (ticket, work)) in present.enumerated() {
      do {
        let others = try await touched(from: work, to: target)
        if others.canClash(with: work.touched) {
          add(Clash.Pair(ticket, with: nil), try await merge(target, work.commit, in: work.place, &fresh), to: &look)
        }
      } catch { look.failures += 1 }
      for (other, its) in present[(place + 1)...] where work.touched.canClash(with: its.touched) {
        do {
          add(Clash.Pair(ticket, with: other), try await merge(work.commit, its.commit, in: work.place, &fresh), to: &look)
        } catch { look.failures += 1 }
      }
    }
    verdicts = fresh
    look.seconds = (ContinuousClock.now - began) / .seconds(1)
    return look
  }

  /// Removes what the looks have written.
  func end() { try? Folder.removeTree(folder) }

  private func add(_ pair: Clash.Pair, _ paths: [TreePath], to look: inout Look) {
    let paths = paths.filter { !exclusions.covers($0) }
    if !paths.isEmpty { look.clashes.append(Clash(pair, paths: paths)) }
  }

  private func prepare() throws(Errno) {
    if snapshots > 1000 {
      try Folder.removeTree(folder)
      (works, verdicts, targetPaths, snapshots) = ([:], [:], [:], 0)
    }
    let info = folder.appending("objects/info")
    if try FileStatus.of(info) != nil { return }
    try Folder.create(info, permissions: FilePermissions(rawValue: 0o700))
    // Not the variable for alternates: a path with a colon in it would be two there.
    try AtomicFile.write(Array((project.layout.commonFolder.appending("objects").string + "\n").utf8), to: info.appending("alternates"))
  }

  // MARK: - What one subject would bring

  /// Nil where nothing can be said now.
  private func work(of subject: Subject) async throws -> Work? {
    if let tip = subject.tip {
      let mark = Array(tip.hex.utf8)
      if let known = works[subject.attempt], known.mark == mark { return known }
      let work = Work(
        mark: mark, commit: tip, touched: try await touched(from: subject.base, to: tip), place: project.layout.commonFolder)
      works[subject.attempt] = work
      return work
    }
    guard let slot = subject.slot else { return nil }
    let reader = SlotReader(slot: slot, git: project.git, folder: folder, variables: variables)
    guard let state = try await reader.state(since: subject.base) else { return nil }
    if let known = works[subject.attempt], known.mark == state.mark { return known }
    let commit = try await reader.snapshot(state, on: subject.base)
    snapshots += 1
    let work = Work(mark: state.mark, commit: commit, touched: try await touched(from: subject.base, to: commit), place: slot.path)
    works[subject.attempt] = work
    return work
  }

  // MARK: - Merging

  private func touched(from base: CommitID, to tip: CommitID) async throws -> Touched {
    let output = try await git(in: nil).run("diff-tree", "-r", "-z", "--name-status", "--no-renames", base.hex, tip.hex)
    let fields = output.fields
    var touched = Touched()
    for place in stride(from: 0, to: fields.count - 1, by: 2) {
      let path = TreePath(bytes: fields[place + 1])
      if exclusions.covers(path) { continue }
      touched.paths.insert(path)
      if fields[place].elementsEqual("A".utf8) { touched.adds = true }
      if fields[place].elementsEqual("D".utf8) { touched.removes = true }
    }
    return touched
  }

  /// What the target has that a piece of work has not.
  private func touched(from work: Work, to target: CommitID) async throws -> Touched {
    let base = try await git(in: nil).run("merge-base", work.commit.hex, target.hex, accepting: [0, 1]).lines.first
    guard let base = base.flatMap({ CommitID(hex: String($0)) }) else { return Touched() }
    let range = Range(from: base, to: target)
    if let known = targetPaths[range] { return known }
    if targetPaths.count > 64 { targetPaths = [:] }
    let found = try await touched(from: base, to: target)
    targetPaths[range] = found
    return found
  }

  /// The paths on which two commits conflict; asked of git once for each two.
  private func merge(_ a: CommitID, _ b: CommitID, in place: FilePath, _ fresh: inout [Merge: [TreePath]]) async throws -> [TreePath] {
    let pair = Merge(a: a, b: b)
    if let known = verdicts[pair] {
      fresh[pair] = known
      return known
    }
    let output = try await git(in: place).run(
      "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", "--allow-unrelated-histories", a.hex, b.hex, accepting: [0, 1])
    let paths = output.status == 0 ? [] : output.fields.dropFirst().prefix { !$0.isEmpty }.map { TreePath(bytes: $0) }
    fresh[pair] = paths
    return paths
  }

  /// - Parameter place: the slot whose attributes hold for a merge; they are nearly always the target's.
  private func git(in place: FilePath?) -> GitCommand {
    let workTree = place == project.layout.commonFolder ? nil : place
    return project.git.on(gitFolder: project.layout.commonFolder, workTree: workTree).configured("core.fsync=none")
      .setting(variables.merging(["GIT_INDEX_FILE": folder.appending("none").string]) { $1 })
      .setting(place.map { SlotReader.marking($0) } ?? [:])
  }
}
