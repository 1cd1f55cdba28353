import Git
import Platform
import Tickets

/// All that the journals and references of a repository tell about its runs: a fold, made without any lock.
public struct RunLog: Sendable {
  public struct Entry: Sendable {
    public let run: RunID
    /// The verb, where it was no run of the queue.
    public let verb: String?
    public let started: WallTime
    public let ended: WallTime?
    public let state: RunStatus.State
    public let target: RefName?
    public let landed: [TicketID]
    public let setAside: [TicketID]
    /// The run that it took back.
    public let undone: RunID?
    public let error: String?
  }

  public struct AttemptEntry: Sendable {
    public let attempt: Attempt
    public let title: String
    public let started: WallTime
    public var seconds: Double?
    /// How it ended, in words.
    public var outcome: String
    public let log: FilePath
    public var references: [RefName] = []
  }

  /// Oldest first.
  public private(set) var runs: [Entry] = []
  public private(set) var attempts: [AttemptEntry] = []
  /// Saved work and parked branches, whichever attempt they are of.
  public private(set) var saved: [(ticket: TicketID?, reference: RefName, commit: CommitID)] = []
  /// Worktrees that were set aside and are still there.
  public private(set) var worktrees: [(path: FilePath, reason: String)] = []

  /// Reads every journal; the queue is asked for the names of tickets only.
  public static func read(_ project: Project) async throws(Failure) -> RunLog {
    var log = RunLog()
    for run in try JournalReader.runs(in: project.stateFolder) {
      log.take(run, try JournalReader.events(of: project.runFolder(run).appending("journal.jsonl")))
    }
    let known = (try? project.loadQueue())?.index.tickets.map(\.id) ?? []
    let names = TicketNames(known + log.attempts.map(\.attempt.ticket))
    let tickets = Dictionary((known + log.attempts.map(\.attempt.ticket)).map { (names.name(of: $0), $0) }) { first, _ in first }
    do throws(GitError) {
      let store = try project.makeStore()
      for prefix in [InternalReference.prefix + "attempts/", InternalReference.prefix + "salvage/", "refs/heads/sage/"] {
        for (reference, commit) in try await store.references(startingWith: prefix) {
          let parts = reference.rawValue.dropFirst(prefix.count).split(separator: "/", maxSplits: 1)
          log.take(reference, commit, of: parts.first.flatMap { tickets[String($0)] }, named: parts.last ?? "")
        }
      }
    } catch { throw .git(error) }
    return log
  }

  private mutating func take(_ run: RunID, _ events: [Event]) {
    guard let first = events.first, let last = events.last else { return }
    let record = RunRecord(run: run, events: events)
    let status = RunStatus(run: run, events: events, started: first.time)
    runs.append(
      Entry(
        run: run, verb: record.started?.verb, started: first.time, ended: record.finished == nil ? nil : last.time, state: status.state,
        target: record.started?.target, landed: status.landed, setAside: status.setAside, undone: record.undone?.run,
        error: record.finished?.error))
    for event in events { take(event, isAlive: status.state == .running) }
  }

  private mutating func take(_ event: Event, isAlive: Bool) {
    switch event.fact {
    case .workerStarted(let start):
      attempts.append(
        AttemptEntry(
          attempt: start.attempt, title: start.title, started: event.time, outcome: isAlive ? "running" : "died with its run",
          log: start.log))
    case .workerExited(let attempt, _, let status, let seconds, _):
      change(attempt) {
        $0.seconds = seconds
        $0.outcome = "ended with status \(status)"
      }
    case .submissionAnchored(let submission, _): change(submission.attempt) { $0.outcome = "finished, waits to land" }
    case .interrupted(let attempt): change(attempt) { $0.outcome = "stopped" }
    case .throttled(let attempt, _, _): change(attempt) { $0.outcome = "throttled" }
    case .awaitsReview(let ticket): changeLast(ticket) { $0.outcome = "finished, waits for review" }
    case .resolved(let ticket, _, _): changeLast(ticket) { $0.outcome = "conflicted, resolved by hand" }
    case .landed(let landed):
      change(landed.attempt) { $0.outcome = "landed" + (landed.commits.last.map { " as \($0.short)" } ?? "") }
    case .held(let ticket, let reason): changeLast(ticket) { $0.outcome = "held: \(reason)" }
    case .parked(let ticket, let branch): changeLast(ticket) { $0.outcome = "kept on \(branch.short)" }
    case .validated(let validation):
      if !validation.isPassed {
        change(validation.attempt) { $0.outcome = "not valid: \(validation.command), see \(validation.log.string)" }
      }
    case .conflicted(let ticket, let branch, _, _, _): changeLast(ticket) { $0.outcome = "conflicted, kept on \(branch.short)" }
    case .deferred(let deferred):
      changeLast(deferred.ticket) { $0.outcome = "\(deferred.isFailure ? "failed" : "deferred"): \(deferred.message)" }
    case .slotSetAside(_, let path, let reason):
      if ((try? FileStatus.of(path)) ?? nil) != nil { worktrees.append((path, reason)) }
    default: break
    }
  }

  private mutating func take(_ reference: RefName, _ commit: CommitID, of ticket: TicketID?, named name: some StringProtocol) {
    // A stray has a third part; it belongs to the attempt of the first two.
    let attempt = ticket.flatMap { Attempt($0, referenceName: name.split(separator: ".").prefix(2).joined(separator: ".")) }
    if let attempt { change(attempt) { $0.references.append(reference) } }
    saved.append((ticket, reference, commit))
  }

  private mutating func change(_ attempt: Attempt, _ body: (inout AttemptEntry) -> Void) {
    guard let place = attempts.lastIndex(where: { $0.attempt == attempt }) else { return }
    body(&attempts[place])
  }

  private mutating func changeLast(_ ticket: TicketID, _ body: (inout AttemptEntry) -> Void) {
    guard let place = attempts.lastIndex(where: { $0.attempt.ticket == ticket }) else { return }
    body(&attempts[place])
  }

  /// What concerns one ticket.
  public func only(_ ticket: TicketID) -> RunLog {
    var log = self
    log.attempts.removeAll { $0.attempt.ticket != ticket }
    log.saved.removeAll { $0.ticket != ticket }
    let runs = Set(log.attempts.map(\.attempt.run))
    log.runs.removeAll { !runs.contains($0.run) && !$0.landed.contains(ticket) }
    log.worktrees = []
    return log
  }

  /// `log --json`.
  public var json: JSON {
    [
      "schema_version": 1, "runs": .array(runs.map(\.json)), "attempts": .array(attempts.map(\.json)),
      "saved": .array(
        saved.map {
          [
            "ticket": $0.ticket.map { .string($0.rawValue) } ?? .null, "ref": .string($0.reference.rawValue),
            "commit": .string($0.commit.hex),
          ]
        }),
      "worktrees": .array(worktrees.map { ["path": .string($0.path.string), "reason": .string($0.reason)] }),
    ]
  }
}

extension RunLog.Entry {
  fileprivate var json: JSON {
    [
      "run": .string(run.rawValue), "verb": verb.map { .string($0) } ?? .null, "state": .string(state.rawValue),
      "started": .string(started.description), "ended": ended.map { .string($0.description) } ?? .null,
      "target": target.map { .string($0.rawValue) } ?? .null, "landed": JSON(landed.map(\.rawValue)),
      "set_aside": JSON(setAside.map(\.rawValue)), "undone": undone.map { .string($0.rawValue) } ?? .null,
    ]
  }
}

extension RunLog.AttemptEntry {
  fileprivate var json: JSON {
    [
      "ticket": .string(attempt.ticket.rawValue), "attempt": JSON(attempt.number), "run": .string(attempt.run.rawValue),
      "started": .string(started.description), "seconds": seconds.map { JSON($0) } ?? .null, "outcome": .string(outcome),
      "log": .string(log.string), "refs": JSON(references.map(\.rawValue)),
    ]
  }
}
