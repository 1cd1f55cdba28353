import Git
import Platform
import Tickets

extension Event {
  /// The form on disk and of `run --json`: `schema_version`, `event`, `seq`, `time`, `run`, then the fact's own members.
  public var json: JSON {
    let members: [JSON.Object.Member] = [
      .init("schema_version", 1), .init("event", .string(fact.name)), .init("seq", JSON(sequence)),
      .init("time", .string(time.description)), .init("run", .string(run.rawValue)),
    ]
    return .object(JSON.Object(members + fact.members))
  }

  /// Reads what `json` writes; nil for anything else (a torn line, an event of a newer version).
  public init?(json: JSON) {
    guard json["schema_version"]?.int == 1, let name = json["event"]?.string, let sequence = json["seq"]?.int,
      let time = json["time"]?.string.flatMap({ WallTime($0) }), let run = json["run"]?.string.flatMap({ RunID($0) }),
      let fact = Fact(name: name, json: json)
    else { return nil }
    self.init(sequence: sequence, time: time, run: run, fact: fact)
  }
}

extension Fact {
  /// The event's name; the words of DESIGN section 6 where it has them.
  public var name: String {
    switch self {
    case .runStarted: "run.started"
    case .slotCreated: "slot.created"
    case .slotSetAside: "slot.set_aside"
    case .assigned: "ticket.assigned"
    case .workerStarted: "worker.started"
    case .workerExited: "worker.exited"
    case .submissionAnchored: "submission.anchored"
    case .salvageWritten: "salvage.written"
    case .throttled: "ticket.throttled"
    case .agentPaused: "agent.paused"
    case .interrupted: "ticket.interrupted"
    case .validated: "validation.finished"
    case .checkStarted: "check.started"
    case .checkFinished: "check.finished"
    case .landingIntent: "journal.intent"
    case .checkoutChild: "checkout.child"
    case .landingClosed: "landing.closed"
    case .landed: "ticket.landed"
    case .held: "ticket.held"
    case .conflicted: "ticket.conflicted"
    case .deferred: "ticket.deferred"
    case .resolved: "ticket.resolved"
    case .reworking: "ticket.reworking"
    case .awaitsReview: "ticket.awaits_review"
    case .approved: "ticket.approved"
    case .reopened: "ticket.reopened"
    case .parked: "ticket.parked"
    case .undone: "run.undone"
    case .answered: "request.answered"
    case .indexWritten: "index.written"
    case .clashPredicted: "clash.predicted"
    case .clashResolved: "clash.resolved"
    case .warning: "warning"
    case .stopping: "run.stopping"
    case .takenOver: "run.taken_over"
    case .runFinished: "run.finished"
    }
  }

  var members: [JSON.Object.Member] {
    switch self {
    case .runStarted(let start):
      [
        .init("pid", JSON(Int(start.process.pid))), .init("start_time", .string(start.process.startTime)),
        .init("target", .string(start.target.rawValue)), .init("tip", .string(start.tip.hex)), .init("workers", JSON(start.workers)),
        .init("worker", .string(start.worker)), .init("schedule", .string(start.schedule.rawValue)),
        .init("tickets", JSON(start.tickets.map(\.rawValue))), .init("index", .string(start.index.string)),
      ] + optional("tag", start.tag == TicketIndex.defaultTag ? nil : start.tag) + optional("verb", start.verb)
    case .slotCreated(let slot, let path): [.init("slot", JSON(slot)), .init("path", .string(path.string))]
    case .slotSetAside(let slot, let path, let reason):
      [.init("slot", JSON(slot)), .init("path", .string(path.string)), .init("reason", .string(reason))]
    case .assigned(let attempt, let title, let slot): attempt.members + [.init("title", .string(title)), .init("slot", JSON(slot))]
    case .workerStarted(let start):
      start.attempt.members + [
        .init("title", .string(start.title)), .init("slot", JSON(start.slot)), .init("base", .string(start.base.hex)),
        .init("pid", JSON(Int(start.process.pid))), .init("start_time", .string(start.process.startTime)),
        .init("log", .string(start.log.string)),
      ]
    case .workerExited(let attempt, let slot, let status, let seconds, let usage):
      attempt.members + [.init("slot", JSON(slot)), .init("status", JSON(Int(status))), .init("seconds", JSON(seconds))] + usage.members
    case .submissionAnchored(let submission, let slot):
      submission.members + [.init("slot", JSON(slot))]
    case .salvageWritten(let attempt, let reference): attempt.members + [.init("ref", .string(reference.rawValue))]
    case .throttled(let attempt, let seconds, let workers):
      attempt.members + [.init("retry_after_seconds", JSON(seconds)), .init("workers", JSON(workers))]
    case .agentPaused(let agent, let until, let message):
      [.init("agent", .string(agent)), .init("until", .string(until.description)), .init("message", .string(message))]
    case .interrupted(let attempt): attempt.members
    case .validated(let validation): validation.members
    case .checkStarted(let check): check.members
    case .checkFinished(let check): check.members
    case .landingIntent(let intent): intent.members
    case .checkoutChild(let process, let checkout):
      [
        .init("pid", JSON(Int(process.pid))), .init("start_time", .string(process.startTime)), .init("checkout", .string(checkout.string)),
      ]
    case .landingClosed(let reason), .stopping(let reason): [.init("reason", .string(reason))]
    case .landed(let landed):
      landed.attempt.members + [
        .init("commits", JSON(landed.commits.map(\.hex))), .init("from", .string(landed.from.hex)), .init("to", .string(landed.to.hex)),
        .init("files", JSON(landed.files)), .init("excluded", JSON(landed.excluded.map(\.description))),
        .init("seconds", JSON(landed.seconds)),
      ]
    case .held(let ticket, let reason): [.init("ticket", .string(ticket.rawValue)), .init("reason", .string(reason))]
    case .conflicted(let ticket, let branch, let report, let paths, let with):
      [
        .init("ticket", .string(ticket.rawValue)), .init("branch", .string(branch.rawValue)), .init("report", .string(report.string)),
        .init("paths", JSON(paths.map(\.description))), .init("with", JSON(with.map(\.rawValue))),
      ]
    case .deferred(let deferred):
      [
        .init("ticket", .string(deferred.ticket.rawValue)), .init("category", .string(deferred.category)),
        .init("message", .string(deferred.message)), .init("failed", JSON(deferred.isFailure)),
      ] + optional("branch", deferred.branch?.rawValue) + optional("log", deferred.log?.string)
    case .resolved(let ticket, let commit, let original):
      [.init("ticket", .string(ticket.rawValue)), .init("commit", .string(commit.hex))]
        + (original.map { [.init("original", .string($0.hex))] } ?? [])
    case .reworking(let ticket, let conflict): [.init("ticket", .string(ticket.rawValue)), .init("conflict", JSON(conflict))]
    case .awaitsReview(let ticket), .approved(let ticket): [.init("ticket", .string(ticket.rawValue))]
    case .reopened(let ticket, let saved): [.init("ticket", .string(ticket.rawValue))] + optional("saved", saved?.hex)
    case .parked(let ticket, let branch): [.init("ticket", .string(ticket.rawValue)), .init("branch", .string(branch.rawValue))]
    case .undone(let undone): undone.json.object?.members ?? []
    case .answered(let answer): answer.members
    case .indexWritten(let tickets, let commit):
      [.init("tickets", JSON(tickets.map(\.rawValue)))] + optional("commit", commit?.hex)
    case .clashPredicted(let clash): clash.pair.members + [.init("paths", JSON(clash.paths.map(\.description)))]
    case .clashResolved(let pair): pair.members
    case .warning(let text): [.init("message", .string(text))]
    case .takenOver(let run): [.init("by", .string(run.rawValue))]
    case .runFinished(let summary): summary.members
    }
  }
}

private func optional(_ key: String, _ text: String?) -> [JSON.Object.Member] { text.map { [.init(key, .string($0))] } ?? [] }

extension Attempt {
  /// `from_run` is not the event's own run where a later run took the attempt's work over.
  var members: [JSON.Object.Member] {
    [.init("ticket", .string(ticket.rawValue)), .init("attempt", JSON(number)), .init("from_run", .string(run.rawValue))]
  }
}

extension Clash.Pair {
  /// `with` is null where it clashes with what the target holds.
  var members: [JSON.Object.Member] {
    [.init("ticket", .string(ticket.rawValue)), .init("with", with.map { .string($0.rawValue) } ?? .null)]
  }
}

extension WorkerUsage {
  var members: [JSON.Object.Member] {
    var members: [JSON.Object.Member] = []
    if let inputTokens { members.append(.init("input_tokens", JSON(inputTokens))) }
    if let outputTokens { members.append(.init("output_tokens", JSON(outputTokens))) }
    if let costUSD { members.append(.init("cost_usd", JSON(costUSD))) }
    return members
  }
}

extension Submission {
  var members: [JSON.Object.Member] {
    attempt.members + [
      .init("base", .string(base.hex)), .init("tip", .string(tip.hex)),
      .init("ref", .string(anchor.rawValue)), .init("message", .string(message)),
    ] + optional("summary", summary)
  }
}

extension LandingIntent {
  var members: [JSON.Object.Member] {
    [
      .init("target", .string(target.rawValue)), .init("from", .string(from.hex)), .init("to", .string(to.hex)),
      .init("states_folded", JSON(statesAreFolded)),
      .init(
        "tickets",
        .array(
          tickets.map { member in
            .object(
              JSON.Object(
                member.attempt.members + [
                  .init("tip", .string(member.submission.hex)), .init("commit", .string(member.commit.hex)),
                ]))
          })),
    ] + (undo.map { [.init("undo", $0.json)] } ?? [])
  }
}

extension RunSummary {
  var members: [JSON.Object.Member] {
    [
      .init("landed", JSON(landed.map(\.rawValue))), .init("conflicted", JSON(conflicted.map(\.rawValue))),
      .init("failed", JSON(failed.map(\.rawValue))), .init("deferred", JSON(deferred.map(\.rawValue))),
      .init("throttled", JSON(throttled)), .init("held", JSON(held.map(\.rawValue))), .init("wall_seconds", JSON(wallSeconds)),
      .init("work_seconds", JSON(workSeconds)), .init("critical_path_seconds", JSON(criticalSeconds)), .init("speedup", JSON(speedup)),
      .init("efficiency", JSON(efficiency)),
      .init("workers", JSON(workers)), .init("interrupted", JSON(wasInterrupted)), .init("unfinished", JSON(unfinished.map(\.rawValue))),
      .init("failed_looks", JSON(failedLooks)),
    ] + optional("error", error)
  }
}
