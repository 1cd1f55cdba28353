import Git
import Planning
import Platform
import Tickets

/// Step 6 of the protocol: what landed and what did not is written down, now that it is true.
extension Lander {
  func recordLanded(_ chain: Chain, queue: Queue, progress: Progress, seconds: Double) async throws(Failure) -> [(
    Submission, Landed
  )] {
    // A ticket that was set aside and retried in this run owes its earlier states no more.
    owed.removeAll { change in chain.members.contains { $0.submission.ticket == change.ticket } }
    if !chain.statesAreFolded {
      try await writeStates(landing: chain.members.map(\.submission.ticket), queue: queue, progress: progress)
    }
    var landed: [(Submission, Landed)] = []
    var before = chain.start
    for move in chain.moves(atMost: project.settings.landLimit) {
      for member in chain.members[move.members] {
        let files = Set(try await touchedPaths(of: member)).count
        let fact = Landed(
          attempt: member.submission.attempt, commits: member.commits.map(\.id), from: before, to: move.tip, files: files,
          excluded: member.excluded, seconds: seconds)
        // One fsync makes all that was appended before it durable, too.
        try journal.append(.landed(fact), durable: landed.count == chain.members.count - 1)
        landed.append((member.submission, fact))
      }
      before = move.tip
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
  func settle(_ build: Build, queue: Queue) async throws(Failure) -> [(Submission, LandingResult)] {
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

  /// The members whose changes are on blocked paths, each with its reason.
  func owners(of blocked: [TreePath: String], in chain: Chain) async throws(Failure) -> [TicketID: String] {
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
}
