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
///   (several, each to the last commit of a ticket, where `landLimit` says how many tickets one may bring),
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
  let committer: Signature

  /// Submissions that could land but whose paths are not free, oldest first.
  var held: [HeldSubmission] = []
  /// State changes that a folded queue gets in one commit at the end of the run.
  var owed: [TicketChange] = []
  private(set) var isLanding = false
  /// The landing waits for a check, and touches nothing meanwhile.
  var isChecking = false
  /// Counts the beginnings and the ends of moves of the target: odd while one is under way, and the checkouts, the queue's file among them,
  /// may be ahead of the target.
  var movement = 0
  /// Where our last look found the target, or our last landing left it.
  var knownTip: CommitID?
  /// Where the target stood before a move for which nobody can be named; nil once every checkout's index agrees with it.
  var unclearSince: CommitID?

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

  /// Tickets that land only when somebody has approved them.
  var unapproved: Set<TicketID> = []

  /// Takes over a submission that an earlier run left held.
  func adopt(_ submission: Submission, reason: String) { held.append(HeldSubmission(submission: submission, reason: reason)) }

  /// Lands what can land of the given and of all held submissions, in one chain with one move of the target.
  ///
  /// - Parameters:
  ///   - queue: for titles and dependencies.
  ///   - progress: states as the run knows them, for epics whose last child lands now.
  ///   - gate: asked before the target moves; nil lets everything pass. With one, a call ends as soon as something has landed or was
  ///     rejected, and what was not decided yet is postponed.
  /// - Returns: the result for each given submission, and for each held one whose result changed.
  func land(
    _ submissions: [Submission], queue: Queue, progress: Progress, gate: CheckGate? = nil
  ) async throws(Failure) -> [(Submission, LandingResult)] {
    isLanding = true
    defer { isLanding = false }
    let results = try await landAll(submissions, queue: queue, progress: progress, gate: gate)
    try await flushOwed()
    return results
  }

  private func landAll(
    _ submissions: [Submission], queue: Queue, progress: Progress, gate: CheckGate?
  ) async throws(Failure) -> [(Submission, LandingResult)] {
    let began = clock.now
    var waiting = held.map(\.submission) + submissions
    // What nobody has approved is not even tried.
    var reasons = Dictionary(unapproved.map { ($0, Self.reviewReason($0)) }) { $1 }
    var results: [(Submission, LandingResult)] = []
    var lostRaces = 0
    var mayFold = true
    while true {
      guard let start = try await currentTip() else {
        for submission in waiting { reasons[submission.ticket] = "\(target.short) no longer exists" }
        break
      }
      let open = waiting.filter { reasons[$0.ticket] == nil }
      let candidates = gate.map { gate in together(open, gate) } ?? open
      let checkouts = try await findCheckouts()
      if case .busy(let reason) = checkouts, !candidates.isEmpty {
        for submission in candidates { reasons[submission.ticket] = reason }
        continue
      }
      let build: Build
      do throws(Failure) {
        if !candidates.isEmpty, let reason = try await disagreement(with: start, checkouts.list) {
          for submission in candidates { reasons[submission.ticket] = reason }
          continue
        }
        build = try await bestBuild(
          candidates, onto: start, reasons: &reasons, queue: queue, progress: progress, fold: mayFold ? checkouts.list : [])
      } catch {
        guard error.isMachinesFault, !candidates.isEmpty else { throw error }
        for submission in candidates { reasons[submission.ticket] = "it could not be picked: \(error.cause)" }
        continue
      }
      if build.chain.isEmpty {
        results += try await settle(build, queue: queue)
        break
      }
      let admission = try await admission(of: build.chain, gate, checkouts.list)
      if !admission.held.isEmpty {
        reasons.merge(admission.held) { $1 }
        continue
      }
      if admission.chain.isEmpty, admission.blocked == nil {
        results += try await reject(admission.rejection, of: build.chain)
        break
      }
      let outcome: CommitResult =
        if let blocked = admission.blocked { .blocked(blocked) } else { try await commit(admission.chain, checkouts: checkouts.list) }
      switch outcome {
      case .landed:
        let landed: [(Submission, Landed)]
        do throws(Failure) {
          landed = try await recordLanded(admission.chain, queue: queue, progress: progress, seconds: seconds(since: began))
        } catch { throw unfinished(admission.chain, error, hasMoved: true) }
        results += landed.map { (submission, landed) in (submission, .landed(landed)) }
        results += try await reject(admission.rejection, of: build.chain)
        // What conflicts with a ticket that is not there after all does not conflict.
        if admission.isWhole { results += try await settle(build, queue: queue) }
        let done = Set(landed.map { $0.0.ticket })
        waiting.removeAll { done.contains($0.ticket) }
      case .landedPartly(let count, let reason):
        let front = admission.chain.prefix(count)
        let landed: [(Submission, Landed)]
        do throws(Failure) {
          landed = try await recordLanded(front, queue: queue, progress: progress, seconds: seconds(since: began))
          // Only now: until then the intent tells what the target has.
          try journal.append(.landingClosed(reason: reason))
        } catch { throw unfinished(front, error, hasMoved: true) }
        results += landed.map { (submission, landed) in (submission, .landed(landed)) }
        let done = Set(landed.map { $0.0.ticket })
        waiting.removeAll { done.contains($0.ticket) }
        lostRaces += 1
        if gate == nil, lostRaces < 5 { continue }
        for submission in candidates where !done.contains(submission.ticket) { reasons[submission.ticket] = reason }
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
        if lostRaces < (gate == nil ? 5 : 3) { continue }
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
    let rest = waiting.filter { !gone.contains($0.ticket) }
    held = rest.filter { gate == nil || reasons[$0.ticket] != nil || before[$0.ticket] != nil }.map {
      HeldSubmission(submission: $0, reason: reasons[$0.ticket] ?? before[$0.ticket] ?? "its paths are not free")
    }
    if gate != nil { results += rest.filter { reasons[$0.ticket] == nil }.map { ($0, .postponed) } }
    for entry in held where before[entry.submission.ticket] != entry.reason {
      try journal.append(.held(ticket: entry.submission.ticket, reason: entry.reason))
      results.append((entry.submission, .held(reason: entry.reason)))
    }
    try await restage()
    return results
  }

  private static func describe(_ blocked: [TreePath: String]) -> String {
    guard let first = blocked.min(by: { $0.key < $1.key }) else { return "its paths are not free" }
    return "\(first.key): \(first.value)"
  }

  private func seconds(since start: ContinuousClock.Instant) -> Double { (clock.now - start) / .seconds(1) }

  /// Runs work on the store, with its errors as ours.
  func git<T>(_ work: () async throws -> T) async throws(Failure) -> T {
    do { return try await work() } catch { throw Failure(error) }
  }
}
