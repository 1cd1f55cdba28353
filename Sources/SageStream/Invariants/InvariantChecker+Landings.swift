import Git
import Platform
import Tickets

// I1, I2, I4, I5 and I6, asked of references and journals.
extension InvariantChecker {
  /// One step of the target, as its reflog has it.
  private struct Step {
    let before: CommitID
    let after: CommitID
    let reason: String

    /// Landings, but not what undo and the taking back of a worker's move do.
    var isLanding: Bool { ["land ", "finish a landing", "write ticket states"].contains { reason.hasPrefix("sage-stream: " + $0) } }
  }

  /// Every landing moved the target forward, and brought each of its tickets whole (I1, I4).
  func checkTarget() async throws(Failure) -> [InvariantFinding] {
    do {
      let store = try store()
      guard let tip = try await store.resolve(target) else { return [] }
      var findings: [InvariantFinding] = []
      var landedIn: [String: Step] = [:]
      for step in try await steps(to: tip) where step.isLanding {
        guard try await store.isAncestor(step.before, of: step.after) else {
          findings.append(InvariantFinding(.forwardOnly, "\(target.short) went back from \(step.before.short) to \(step.after.short)"))
          continue
        }
        var tickets: Set<String> = []
        for id in try await store.commits(reachableFrom: step.after, excluding: [step.before]) {
          let message = try await store.commit(id).message
          guard let ticket = Trailers.value(of: "Sage-Ticket", in: message) else { continue }
          if let run = Trailers.value(of: "Sage-Run", in: message) {
            tickets.insert("\(ticket.harmlessTicket) of run \(run)")
          } else {
            findings.append(InvariantFinding(.wholeTickets, "\(id.short) has the name of a ticket, and not of the run that landed it"))
          }
        }
        for ticket in tickets.sorted() {
          if let first = landedIn[ticket] {
            findings.append(
              InvariantFinding(.wholeTickets, "\(ticket) has landed in two parts, in \(first.after.short) and \(step.after.short)"))
          }
          landedIn[ticket] = step
        }
      }
      return findings + (try await checkJournals(against: tip, store))
    } catch { throw Failure(error) }
  }

  /// The target has all commits of a ticket that the journals call landed, or none of them.
  private func checkJournals(against tip: CommitID, _ store: any ObjectStore) async throws -> [InvariantFinding] {
    let landings = records.filter { $0.started?.target == target }.flatMap(\.landed)
    guard let first = landings.first else { return [] }
    let present = Set(try await store.commits(reachableFrom: tip, excluding: [first.from]))
    return landings.compactMap { landing in
      let here = landing.commits.filter(present.contains).count
      if here == 0 || here == landing.commits.count { return nil }
      return InvariantFinding(
        .wholeTickets, "\(target.short) has \(here) of the \(landing.commits.count) commits of \(landing.ticket.displayed)")
    }
  }

  /// A move is noted before it is made, by git and libgit2 alike. One that then failed, as on a full disk, is followed by a move from
  /// somewhere else than where it says that it led, and was none.
  private func steps(to tip: CommitID) async throws -> [Step] {
    let noted = HeadLog(of: target, in: project.layout.commonFolder).entries
    if !noted.isEmpty {
      return zip(noted, noted.dropFirst().map(\.old) + [tip]).filter { $0.new == $1 }.map { entry, _ in
        Step(before: entry.old, after: entry.new, reason: entry.message)
      }
    }
    let log = try await project.git.run(
      ["reflog", "show", "--format=%H %gs", target.rawValue, "--"], accepting: [0, 128])
    // The newest comes first; the oldest has nothing before it.
    let entries = log.lines.compactMap { line -> (CommitID, String)? in
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      return CommitID(hex: parts[0]).map { ($0, parts.count == 2 ? String(parts[1]) : "") }
    }
    return zip(entries, entries.dropFirst()).map { Step(before: $1.0, after: $0.0, reason: $0.1) }
  }

  /// Finished work that has not landed is whole and anchored (I2). References keep what they name, so `git fsck` answers for the rest.
  func checkSubmissions() async throws(Failure) -> [InvariantFinding] {
    do {
      let store = try store()
      var findings: [InvariantFinding] = []
      for record in records where !record.isClosed && !record.isAlive {
        for submission in record.submissions {
          let anchored = try? await store.resolve(submission.anchor)
          if anchored != submission.tip {
            findings.append(
              InvariantFinding(
                .nothingLost, "the finished work of \(submission.ticket.displayed), \(submission.tip.short), is not anchored any more"))
          } else if try await !store.isComplete(submission.tip, beyond: [submission.base]) {
            findings.append(
              InvariantFinding(.nothingLost, "objects of the finished work of \(submission.ticket.displayed) are missing"))
          }
        }
      }
      return findings
    } catch { throw Failure(error) }
  }

  /// The checkouts of the target are where the target is (I5). Without knowing what the user had before, only a whole landing that
  /// stands staged in reverse is told from work of the user's.
  func checkCheckouts(_ earlier: UserWork?) async throws(Failure) -> [InvariantFinding] {
    if isBusy || isHalfDone { return [] }
    do {
      let store = try store()
      guard let tip = try await store.resolve(target) else { return [] }
      let last = records.flatMap(\.landed).last { $0.to == tip }
      var findings: [InvariantFinding] = []
      for worktree in try await WorktreeList.read(project.layout) where worktree.branch == target && worktree.exists && !worktree.isBare {
        let git = project.git.on(gitFolder: worktree.gitFolder, workTree: worktree.path)
        if let last {
          let touched = try await store.changes(from: store.commit(last.from).tree, to: store.commit(last.to).tree).map(\.path)
          let differing = Set(
            try await git.run("diff-index", "--cached", "--name-only", "--no-renames", "-z", last.from.hex).fields.map {
              TreePath(bytes: $0)
            })
          if !touched.isEmpty, differing.isDisjoint(with: touched) {
            findings.append(
              InvariantFinding(
                .checkoutFollows,
                "the index of \(worktree.path.string) is behind \(target.short): the next commit there would revert the last landing"))
          }
        }
        guard let earlier, worktree.path == project.layout.mainWorkTree else { continue }
        for path in try await UserWork.changedPaths(in: project, git) where !earlier.has(path) {
          findings.append(InvariantFinding(.checkoutFollows, "\(path) differs from \(target.short) in \(worktree.path.string)"))
        }
      }
      return findings
    } catch { throw Failure(error) }
  }

  /// The queue can be read, and agrees with what has landed (I6).
  func checkQueue() async throws(Failure) -> [InvariantFinding] {
    let queue: Queue
    do throws(Failure) { queue = try project.loadQueue() } catch {
      switch error {
      case .queueMissing: return []
      case .queueInvalid(_, let problem): return [InvariantFinding(.queue, "the queue cannot be read: \(problem.description)")]
      default: throw error
      }
    }
    if isBusy || isHalfDone { return [] }
    var landed: [TicketID: RunID] = [:]
    for record in records {
      for reversal in record.undone?.states ?? [] { landed[reversal.ticket] = reversal.to == .completed ? record.run : nil }
      for ticket in record.reopened { landed[ticket] = nil }
      if record.started?.target == target { for landing in record.landed { landed[landing.ticket] = record.run } }
    }
    var owed = Set(records.filter { !$0.isClosed }.flatMap(\.owed).map(\.ticket))
    // A queue of another branch cannot know of what landed on this one.
    do throws(GitError) {
      let elsewhere = LandedElsewhere(project: project, store: try store(), target: target)
      if let theirs = try await elsewhere.queueOfTarget() { owed.formUnion(try await elsewhere.tickets(openIn: queue.index, of: theirs)) }
    } catch { throw .git(error) }
    return queue.index.tickets.compactMap { ticket in
      guard let run = landed[ticket.id], ticket.state != .completed, !owed.contains(ticket.id) else { return nil }
      return InvariantFinding(.queue, "\(ticket.id.displayed) has landed in run \(run), and the queue says \(ticket.state.text)")
    }
  }
}

extension String {
  /// A ticket's name out of a commit message, as messages show it.
  fileprivate var harmlessTicket: String { TicketID(self).displayed }
}
