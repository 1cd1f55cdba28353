import Git
import Platform
import Tickets

extension Fact {
  /// Reads one fact from its event; nil where a member is missing or of another kind.
  init?(name: String, json: JSON) {
    let read = FactReader(json: json)
    switch name {
    case "run.started":
      guard let process = read.process, let target = read.reference("target"), let tip = read.commit("tip"),
        let workers = json["workers"]?.int, let schedule = json["schedule"]?.string.flatMap(RunOptions.Schedule.init(rawValue:))
      else { return nil }
      self = .runStarted(
        RunStarted(
          process: process, target: target, tip: tip, workers: workers, worker: read.text("worker"), schedule: schedule,
          tickets: read.tickets("tickets"), index: FilePath(read.text("index")), tag: json["tag"]?.string ?? TicketIndex.defaultTag,
          verb: json["verb"]?.string))
    case "slot.created":
      guard let slot = json["slot"]?.int else { return nil }
      self = .slotCreated(slot: slot, path: FilePath(read.text("path")))
    case "slot.set_aside":
      guard let slot = json["slot"]?.int else { return nil }
      self = .slotSetAside(slot: slot, path: FilePath(read.text("path")), reason: read.text("reason"))
    case "ticket.assigned":
      guard let attempt = read.attempt, let slot = json["slot"]?.int else { return nil }
      self = .assigned(attempt: attempt, title: read.text("title"), slot: slot)
    case "worker.started":
      guard let attempt = read.attempt, let slot = json["slot"]?.int, let base = read.commit("base"), let process = read.process else {
        return nil
      }
      self = .workerStarted(
        WorkerStarted(
          attempt: attempt, title: read.text("title"), slot: slot, base: base, process: process, log: FilePath(read.text("log"))))
    case "worker.exited":
      guard let attempt = read.attempt, let slot = json["slot"]?.int, let status = json["status"]?.int,
        let seconds = json["seconds"]?.double
      else { return nil }
      let usage = WorkerUsage(
        inputTokens: json["input_tokens"]?.int, outputTokens: json["output_tokens"]?.int, costUSD: json["cost_usd"]?.double)
      self = .workerExited(attempt: attempt, slot: slot, status: Int32(truncatingIfNeeded: status), seconds: seconds, usage: usage)
    case "submission.anchored":
      guard let slot = json["slot"]?.int, let submission = read.submission else { return nil }
      self = .submissionAnchored(submission, slot: slot)
    case "salvage.written":
      guard let attempt = read.attempt, let reference = read.reference("ref") else { return nil }
      self = .salvageWritten(attempt: attempt, reference: reference)
    case "ticket.throttled":
      guard let attempt = read.attempt, let seconds = json["retry_after_seconds"]?.double, let workers = json["workers"]?.int else {
        return nil
      }
      self = .throttled(attempt: attempt, retryAfterSeconds: seconds, workers: workers)
    case "agent.paused":
      guard let until = json["until"]?.string.flatMap({ WallTime($0) }) else { return nil }
      self = .agentPaused(agent: read.text("agent"), until: until, message: read.text("message"))
    case "ticket.interrupted":
      guard let attempt = read.attempt else { return nil }
      self = .interrupted(attempt: attempt)
    case "validation.finished":
      guard let validation = ValidationFinished(read.attempt, json: json) else { return nil }
      self = .validated(validation)
    case "check.started":
      guard let check = CheckStarted(json: json) else { return nil }
      self = .checkStarted(check)
    case "check.finished":
      guard let check = CheckFinished(json: json) else { return nil }
      self = .checkFinished(check)
    case "journal.intent":
      guard let intent = read.intent else { return nil }
      self = .landingIntent(intent)
    case "checkout.child":
      guard let process = read.process else { return nil }
      self = .checkoutChild(process, checkout: FilePath(read.text("checkout")))
    case "landing.closed": self = .landingClosed(reason: read.text("reason"))
    case "run.stopping": self = .stopping(reason: read.text("reason"))
    case "clash.predicted":
      guard let ticket = read.ticket else { return nil }
      self = .clashPredicted(
        Clash(Clash.Pair(ticket, with: json["with"]?.string.map { TicketID($0) }), paths: read.texts("paths").map { TreePath($0) }))
    case "clash.resolved":
      guard let ticket = read.ticket else { return nil }
      self = .clashResolved(Clash.Pair(ticket, with: json["with"]?.string.map { TicketID($0) }))
    case "warning": self = .warning(read.text("message"))
    case "ticket.landed":
      guard let attempt = read.attempt, let from = read.commit("from"), let to = read.commit("to") else { return nil }
      self = .landed(
        Landed(
          attempt: attempt, commits: read.texts("commits").compactMap { CommitID(hex: $0) }, from: from, to: to,
          files: json["files"]?.int ?? 0, excluded: read.texts("excluded").map { TreePath($0) }, seconds: json["seconds"]?.double ?? 0))
    case "ticket.held":
      guard let ticket = read.ticket else { return nil }
      self = .held(ticket: ticket, reason: read.text("reason"))
    case "ticket.conflicted":
      guard let ticket = read.ticket, let branch = read.reference("branch") else { return nil }
      self = .conflicted(
        ticket: ticket, branch: branch, report: FilePath(read.text("report")), paths: read.texts("paths").map { TreePath($0) },
        with: read.tickets("with"))
    case "ticket.deferred":
      guard let ticket = read.ticket else { return nil }
      self = .deferred(
        Deferred(
          ticket: ticket, category: read.text("category"), message: read.text("message"), branch: read.reference("branch"),
          log: json["log"]?.string.map { FilePath($0) }, isFailure: json["failed"]?.bool ?? false))
    case "ticket.resolved":
      guard let ticket = read.ticket, let commit = read.commit("commit") else { return nil }
      self = .resolved(ticket: ticket, commit: commit, original: read.commit("original"))
    case "ticket.reworking":
      guard let ticket = read.ticket else { return nil }
      self = .reworking(ticket: ticket, conflict: json["conflict"]?.int ?? 1)
    case "ticket.awaits_review":
      guard let ticket = read.ticket else { return nil }
      self = .awaitsReview(ticket: ticket)
    case "ticket.approved":
      guard let ticket = read.ticket else { return nil }
      self = .approved(ticket: ticket)
    case "ticket.reopened":
      guard let ticket = read.ticket else { return nil }
      self = .reopened(ticket: ticket, saved: read.commit("saved"))
    case "ticket.parked":
      guard let ticket = read.ticket, let branch = read.reference("branch") else { return nil }
      self = .parked(ticket: ticket, branch: branch)
    case "run.undone":
      guard let undone = Undone(json: json) else { return nil }
      self = .undone(undone)
    case "request.answered":
      guard let answer = RequestAnswer(json: json) else { return nil }
      self = .answered(answer)
    case "index.written": self = .indexWritten(tickets: read.tickets("tickets"), commit: read.commit("commit"))
    case "run.taken_over":
      guard let run = RunID(read.text("by")) else { return nil }
      self = .takenOver(by: run)
    case "run.finished": self = .runFinished(read.summary)
    default: return nil
    }
  }
}

/// The members that several facts share.
private struct FactReader {
  let json: JSON

  func text(_ key: String) -> String { json[key]?.string ?? "" }
  func texts(_ key: String) -> [String] { json[key]?.array?.compactMap(\.string) ?? [] }
  func tickets(_ key: String) -> [TicketID] { texts(key).map { TicketID($0) } }
  func commit(_ key: String) -> CommitID? { json[key]?.string.flatMap { CommitID(hex: $0) } }
  func reference(_ key: String) -> RefName? { json[key]?.string.map { RefName($0) } }
  var ticket: TicketID? { json["ticket"]?.string.map { TicketID($0) } }

  var attempt: Attempt? {
    guard let ticket, let number = json["attempt"]?.int, let run = json["from_run"]?.string.flatMap({ RunID($0) }) else { return nil }
    return Attempt(ticket: ticket, run: run, number: number)
  }

  var process: ProcessIdentity? {
    guard let pid = json["pid"]?.int.flatMap({ Int32(exactly: $0) }), let start = json["start_time"]?.string else { return nil }
    return ProcessIdentity(pid: pid, startTime: start)
  }

  var submission: Submission? {
    guard let attempt, let base = commit("base"), let tip = commit("tip"), let anchor = reference("ref") else { return nil }
    return Submission(
      attempt: attempt, base: base, tip: tip, anchor: anchor, message: text("message"), summary: json["summary"]?.string)
  }

  var intent: LandingIntent? {
    guard let target = reference("target"), let from = commit("from"), let to = commit("to") else { return nil }
    let members = (json["tickets"]?.array ?? []).compactMap { json -> LandingIntent.Member? in
      let read = FactReader(json: json)
      guard let attempt = read.attempt, let tip = read.commit("tip"), let commit = read.commit("commit") else { return nil }
      return LandingIntent.Member(attempt: attempt, submission: tip, commit: commit)
    }
    return LandingIntent(
      target: target, from: from, to: to, tickets: members, statesAreFolded: json["states_folded"]?.bool ?? false,
      undo: Undone(json: json["undo"]))
  }

  var summary: RunSummary {
    var summary = RunSummary()
    summary.landed = tickets("landed")
    summary.conflicted = tickets("conflicted")
    summary.failed = tickets("failed")
    summary.deferred = tickets("deferred")
    summary.held = tickets("held")
    summary.unfinished = tickets("unfinished")
    summary.throttled = json["throttled"]?.int ?? 0
    summary.wallSeconds = json["wall_seconds"]?.double ?? 0
    summary.workSeconds = json["work_seconds"]?.double ?? 0
    summary.criticalSeconds = json["critical_path_seconds"]?.double ?? 0
    summary.workers = json["workers"]?.int ?? 1
    summary.wasInterrupted = json["interrupted"]?.bool ?? false
    summary.failedLooks = json["failed_looks"]?.int ?? 0
    summary.error = json["error"]?.string
    return summary
  }
}
