import Git
import Planning
import Platform
import Tickets

/// Lands submissions on the target, one chain at a time. The only code that moves the target.
///
/// The protocol (DESIGN section 6; the words on the right are failpoints):
/// ```
/// 0 run lock                                                          lock.acquired
/// 1 M0 = tip of target; submissions are anchored
/// 2 pick in memory -> M1, anchored under refs/sage-stream/pending     picks.written
/// 3 journal: landing intent, fsync                                    journal.intent
/// 4 in every checkout of the target: index.lock, free paths,
///   git read-tree on a copy of the index                              worktree.updated
/// 5 compare-and-swap of the target M0 -> M1   <- the commit point     main.moved
///   then rename the copy over the index, drop the lock                index.released
/// 6 index.json where it is edited in place; journal: landed           index.written, journal.landed
/// ```
/// Killed before 5, nothing has landed; killed after it, everything has, and the next start finishes the rest. A submission
/// whose paths the user is working on is *held*: it stays a submission and is tried again at every landing.
actor Lander {
  let project: Project
  let target: RefName
  let journal: Journal
  let store: any ObjectStore
  let merge: OrtMerge
  let writer: CommitWriter
  let exclusions: Exclusions
  let names: TicketNames
  /// Nobody else can move the target or edit the queue while this lives.
  private let lock: RunLock
  private let clock = ContinuousClock()
  /// Asked of git once; the moment is that of each landing, unless `GIT_COMMITTER_DATE` fixes it.
  private let committer: Signature

  /// Submissions that could land but whose paths are not free, oldest first.
  private(set) var held: [HeldSubmission] = []
  /// State changes that a folded queue gets in one commit at the end of the run.
  var owed: [TicketChange] = []
  private(set) var isLanding = false
  /// Where our last look found the target, or our last landing left it.
  var knownTip: CommitID?

  struct HeldSubmission {
    let submission: Submission
    var reason: String
  }

  init(project: Project, target: RefName, journal: Journal, names: TicketNames, committer: Signature, lock: consuming RunLock)
    throws(Failure)
  {
    self.lock = lock
    self.committer = committer
    self.project = project
    self.target = target
    self.journal = journal
    self.names = names
    exclusions = project.exclusions
    let scratch = project.stateFolder.appending("scratch")
    do throws(Errno) { try Folder.create(scratch) } catch { throw .fileSystem(path: scratch, error) }
    do throws(GitError) { store = try project.makeStore() } catch { throw .git(error) }
    merge = OrtMerge(git: project.git, scratch: scratch)
    writer = CommitWriter(store: store, signer: project.signsCommits ? SignedCommitWriter(git: project.git) : nil)
  }

  /// Where a worker that starts now begins: the target plus everything held.
  func baseForWorkers() async throws(Failure) -> CommitID {
    if !held.isEmpty, let staging = try await git({ try await store.resolve(InternalReference.staging(target)) }) { return staging }
    return try await tip()
  }

  func tip() async throws(Failure) -> CommitID {
    guard let tip = try await currentTip() else { throw .unbornTarget(target) }
    return tip
  }

  /// Nil where the user has removed or renamed the target meanwhile.
  func currentTip() async throws(Failure) -> CommitID? { try await git { try await store.resolve(target) } }

  /// Those of some parked tickets whose branch the target contains by now; their reports are of no use any more.
  func merged(_ tickets: [TicketID]) async throws(Failure) -> [TicketID] {
    guard let tip = try await currentTip() else { return [] }
    let branches = try await git { try await store.references(startingWith: "refs/heads/sage/") }
    let tips = Dictionary(branches.map { ($0.name, $0.commit) }) { first, _ in first }
    var merged: [TicketID] = []
    for ticket in tickets {
      guard let parked = tips[InternalReference.parked(names.name(of: ticket))],
        try await git({ try await store.isAncestor(parked, of: tip) })
      else { continue }
      merged.append(ticket)
      try? ConflictStore(stateFolder: project.stateFolder, names: names).remove(ticket)
    }
    return merged
  }

  /// Where the target is now, if somebody else has moved it since this was last asked or landed; nil where it is as we know it.
  func strangeTip() async throws(Failure) -> CommitID? {
    let tip = try await currentTip()
    guard let knownTip else {
      self.knownTip = tip
      return nil
    }
    return tip == knownTip ? nil : tip
  }

  /// The move was the user's, or was one that concerns nobody.
  func accept(_ tip: CommitID) { knownTip = tip }

  /// Undoes a worker's move of the target, by compare-and-swap; what it had put there stays reachable under `anchor`.
  func takeBack(_ tip: CommitID, keepingIn anchor: RefName) async throws(Failure) {
    guard let knownTip else { return }
    try await git {
      try await store.update(anchor, from: .anything, to: tip, reason: "sage-stream: \(target.short) as a worker left it")
      try await store.update(target, from: .commit(tip), to: knownTip, reason: "sage-stream: undo a worker's move")
    }
  }

  /// Takes over a submission that an earlier run left held.
  func adopt(_ submission: Submission, reason: String) { held.append(HeldSubmission(submission: submission, reason: reason)) }

  // MARK: - Landing

  /// Lands what can land of the given and of all held submissions, in one chain with one move of the target.
  ///
  /// - Parameters:
  ///   - queue: for titles and dependencies.
  ///   - progress: states as the run knows them, for epics whose last child lands now.
  /// - Returns: the result for each given submission, and for each held one whose result changed.
  func land(_ submissions: [Submission], queue: Queue, progress: Progress) async throws(Failure) -> [(Submission, LandingResult)] {
    isLanding = true
    defer { isLanding = false }
    let results = try await landAll(submissions, queue: queue, progress: progress)
    try await flushOwed()
    return results
  }

  private func landAll(_ submissions: [Submission], queue: Queue, progress: Progress) async throws(Failure) -> [(Submission, LandingResult)]
  {
    let began = clock.now
    var waiting = held.map(\.submission) + submissions
    var reasons: [TicketID: String] = [:]
    var results: [(Submission, LandingResult)] = []
    var lostRaces = 0
    var mayFold = true
    while true {
      guard let start = try await currentTip() else {
        for submission in waiting { reasons[submission.ticket] = "\(target.short) no longer exists" }
        break
      }
      let candidates = waiting.filter { reasons[$0.ticket] == nil }
      let checkouts = try await findCheckouts()
      if case .busy(let reason) = checkouts, !candidates.isEmpty {
        for submission in candidates { reasons[submission.ticket] = reason }
        continue
      }
      let build = try await self.build(
        candidates, onto: start, reasons: &reasons, queue: queue, progress: progress,
        fold: mayFold ? checkouts.list : [])
      if build.chain.isEmpty {
        results += try await settle(build, queue: queue)
        break
      }
      switch try await commit(build.chain, checkouts: checkouts.list) {
      case .landed:
        let landed = try await recordLanded(build.chain, queue: queue, progress: progress, seconds: seconds(since: began))
        results += landed.map { (submission, landed) in (submission, .landed(landed)) }
        results += try await settle(build, queue: queue)
        let done = Set(landed.map { $0.0.ticket })
        waiting.removeAll { done.contains($0.ticket) }
      case .blocked(let blocked):
        let mine = try await owners(of: blocked, in: build.chain)
        reasons.merge(mine) { $1 }
        if mine.isEmpty && !mayFold {
          // A path that no submission touches by itself, such as the place to which git moved one.
          for submission in candidates { reasons[submission.ticket] = Self.describe(blocked) }
        }
        // A dirty index.json never holds a landing: it is edited in place then.
        if mine.isEmpty { mayFold = false }
        continue
      case .lostRace:
        lostRaces += 1
        if lostRaces < 5 { continue }
        for submission in candidates { reasons[submission.ticket] = "\(target.short) kept moving while it was landing" }
        continue
      case .failed(let reason):
        lostRaces += 1
        if lostRaces < 5 { continue }
        for submission in candidates { reasons[submission.ticket] = reason }
        continue
      case .held(let reason):
        for submission in candidates { reasons[submission.ticket] = reason }
        continue
      }
      break
    }
    let gone = Set(results.map { $0.0.ticket })
    let before = Dictionary(held.map { ($0.submission.ticket, $0.reason) }) { $1 }
    held = waiting.filter { !gone.contains($0.ticket) }.map {
      HeldSubmission(submission: $0, reason: reasons[$0.ticket] ?? "its paths are not free")
    }
    for entry in held where before[entry.submission.ticket] != entry.reason {
      try journal.append(.held(ticket: entry.submission.ticket, reason: entry.reason))
      results.append((entry.submission, .held(reason: entry.reason)))
    }
    try await restage()
    return results
  }

  private struct Build {
    var chain: Chain
    var conflicts: [(Submission, PickConflict)] = []
    var noChange: [Submission] = []
    var failures: [(Submission, AttemptFailure)] = []
  }

  private static func describe(_ blocked: [TreePath: String]) -> String {
    guard let first = blocked.min(by: { $0.key < $1.key }) else { return "its paths are not free" }
    return "\(first.key): \(first.value)"
  }

  /// Picks the candidates one after the other. One that needs a held ticket is given a reason and left out.
  private func build(
    _ candidates: [Submission], onto start: CommitID, reasons: inout [TicketID: String], queue: Queue, progress: Progress,
    fold checkouts: [Checkout]
  ) async throws(Failure) -> Build {
    var build = Build(chain: Chain(start: start, end: start))
    let picker = makePicker()
    let states = QueueStates(file: project.queueFile, store: store, git: project.git)
    var folded = checkouts.isEmpty ? nil : try await states.foldable(at: start, checkouts: checkouts)
    var progress = progress
    for submission in candidates {
      if let blocker = queue.graph.dependencies(of: submission.ticket).first(where: { reasons[$0] != nil }) {
        reasons[submission.ticket] = "it depends on \(blocker.displayed), which is held"
        continue
      }
      switch try await git({ try await picker.pick(submission, target: start, onto: build.chain.end) }) {
      case .picked(var picked):
        progress.states[submission.ticket] = .completed
        if let current = folded {
          let changes = stateChanges(landing: submission.ticket, queue: queue, progress: &progress)
          if let bytes = applied(changes, to: current.bytes) {
            try await foldIn(bytes, at: current.path, mode: current.mode, to: &picked)
            folded?.bytes = bytes
            build.chain.statesAreFolded = true
          } else {
            folded = nil
          }
        }
        build.chain.end = picked.tip
        build.chain.members.append(picked)
      case .noChange: build.noChange.append(submission)
      case .failed(let failure): build.failures.append((submission, failure))
      case .conflicted(let conflict):
        if !reasons.isEmpty, try await picksOntoStaging(submission, picker) {
          reasons[submission.ticket] = "it needs work that is held"
        } else {
          build.conflicts.append((submission, conflict))
        }
      }
    }
    // States are folded into all commits of a chain or into none, so that recovery knows what is still owed.
    if build.chain.statesAreFolded && folded == nil {
      return try await self.build(candidates, onto: start, reasons: &reasons, queue: queue, progress: progress, fold: [])
    }
    if !build.chain.isEmpty {
      do {
        try await Verification(store: store).check(
          build.chain.members, from: start, to: build.chain.end, queue: build.chain.statesAreFolded ? project.queueFile.treePath : nil,
          isSigned: writer.signer != nil)
      } catch let violation as Verification.Violation {
        throw .refused("the landing was stopped because its result is not what was submitted: \(violation); \(target.short) did not move")
      } catch { throw Failure(error) }
    }
    return build
  }

  private func picksOntoStaging(_ submission: Submission, _ picker: Picker) async throws(Failure) -> Bool {
    guard let staging = try await git({ try await store.resolve(InternalReference.staging(target)) }) else { return false }
    if case .picked = try await git({ try await picker.pick(submission, target: staging, onto: staging) }) { return true }
    return false
  }

  func makePicker() -> Picker {
    Picker(store: store, merge: merge, writer: writer, exclusions: exclusions, git: project.git, committer: committerNow)
  }

  var committerNow: [UInt8] {
    if project.environment["GIT_COMMITTER_DATE"] != nil { return committer.bytes }
    let now = WallTime.now
    return committer.at(seconds: now.seconds, zone: localTimeZoneOffset(at: now)).bytes
  }

  // MARK: - After the commit point

  private func recordLanded(_ chain: Chain, queue: Queue, progress: Progress, seconds: Double) async throws(Failure) -> [(
    Submission, Landed
  )] {
    // A ticket that was set aside and retried in this run owes its earlier states no more.
    owed.removeAll { change in chain.members.contains { $0.submission.ticket == change.ticket } }
    if !chain.statesAreFolded {
      try await writeStates(landing: chain.members.map(\.submission.ticket), queue: queue, progress: progress)
    }
    var landed: [(Submission, Landed)] = []
    for member in chain.members {
      let files = Set(try await touchedPaths(of: member)).count
      let fact = Landed(
        attempt: member.submission.attempt, commits: member.commits.map(\.id), from: chain.start,
        to: chain.end, files: files, excluded: member.excluded, seconds: seconds)
      try journal.append(.landed(fact), durable: true)
      landed.append((member.submission, fact))
    }
    Failpoint.journalLanded.hit()
    try await dropPending()
    return landed
  }

  private func touchedPaths(of member: PickedSubmission) async throws(Failure) -> [TreePath] {
    try await git {
      var paths: [TreePath] = []
      for commit in member.commits {
        paths += try await store.changes(from: commit.ours, to: commit.content.tree).map(\.path).filter { $0 != project.queueFile.treePath }
      }
      return paths
    }
  }

  func dropPending() async throws(Failure) {
    try await git { try await store.update(InternalReference.pending(target), from: .anything, to: nil, reason: "landed") }
  }

  /// Parks conflicts and failures and writes their reports: only now is it true what they say of the target's tip.
  private func settle(_ build: Build, queue: Queue) async throws(Failure) -> [(Submission, LandingResult)] {
    var results: [(Submission, LandingResult)] = build.noChange.map { ($0, .noChange) }
    for (submission, failure) in build.failures {
      results.append((submission, .failed(failure, branch: try await parker.park(submission.ticket, at: submission.tip))))
    }
    for (submission, conflict) in build.conflicts {
      let branch = try await parker.park(submission.ticket, at: submission.tip)
      let report = try await git {
        try await ConflictReporter(store: store, git: project.git).report(
          submission: submission, title: queue.title(of: submission.ticket), conflict: conflict, branch: branch, start: submission.base,
          titles: queue.titles, log: project.attemptFolder(submission.attempt, names: names).appending("worker.log"), target: target.short)
      }
      let reports = ConflictStore(stateFolder: project.stateFolder, names: names)
      do throws(Errno) { try reports.write(report) } catch { throw .fileSystem(path: reports.path(of: submission.ticket), error) }
      try journal.append(
        .conflicted(
          ticket: submission.ticket, branch: branch, report: reports.path(of: submission.ticket), paths: report.paths.map(\.path),
          with: report.landedTickets), durable: true)
      results.append((submission, .conflicted(branch: branch, report: report)))
    }
    return results
  }

  /// Keeps work that will not land on the ticket's own branch.
  func park(_ ticket: TicketID, at tip: CommitID) async throws(Failure) -> RefName { try await parker.park(ticket, at: tip) }

  private var parker: Parker { Parker(store: store, project: project, journal: journal, names: names) }

  // MARK: - Staging

  /// Nothing is held any more: what was has been parked.
  func forgetHeld() async throws(Failure) {
    held = []
    try await restage()
  }

  /// Rebuilds `staging/<branch>`: the target plus every held submission that still picks there.
  private func restage() async throws(Failure) {
    let reference = InternalReference.staging(target)
    guard !held.isEmpty else {
      if try await git({ try await store.resolve(reference) }) != nil {
        try await git { try await store.update(reference, from: .anything, to: nil, reason: "nothing is held") }
      }
      return
    }
    guard let start = try await currentTip() else { return }
    let picker = makePicker()
    var end = start
    for entry in held {
      if case .picked(let picked) = try await git({ try await picker.pick(entry.submission, target: start, onto: end) }) {
        end = picked.tip
      }
    }
    let staged = end
    try await git { try await store.update(reference, from: .anything, to: staged, reason: "held submissions") }
  }

  // MARK: - Small things

  /// The members whose changes are on blocked paths, each with its reason.
  private func owners(of blocked: [TreePath: String], in chain: Chain) async throws(Failure) -> [TicketID: String] {
    var reasons: [TicketID: String] = [:]
    for member in chain.members {
      for path in try await touchedPaths(of: member) {
        guard let reason = blocked[path] else { continue }
        reasons[member.submission.ticket] = "\(path): \(reason)"
        break
      }
    }
    return reasons
  }

  private func seconds(since start: ContinuousClock.Instant) -> Double { (clock.now - start) / .seconds(1) }

  /// Runs work on the store, with its errors as ours.
  func git<T>(_ work: () async throws -> T) async throws(Failure) -> T {
    do { return try await work() } catch { throw Failure(error) }
  }
}
