import Git
import SageStream
import Tickets

/// A run as plain lines, one for each fact that matters to a person; facts that only recovery needs have none.
public struct ProgressLines: Sendable {
  public enum Detail: Sendable {
    case everything
    /// All but starts, for a display that shows what is going on in another way.
    case endings
    /// Only what needs a person.
    case quiet
  }

  private let style: Style
  private let detail: Detail
  public private(set) var fold = RunFold()
  /// Each pair is said once, however often it comes and goes.
  private var saidClashes: Set<Clash.Pair> = []

  public init(style: Style, detail: Detail = .everything) {
    self.style = style
    self.detail = detail
  }

  /// The lines for the next event.
  public mutating func lines(for event: Event) -> [String] {
    let wasConflict = if case .deferred(let deferral) = event.fact { isConflict(deferral.ticket) } else { false }
    fold.take(event)
    switch event.fact {
    case .runStarted(let start): return start.verb != nil ? [] : news([opening(start, event.run)])
    case .workerStarted(let worker):
      let again = worker.attempt.number > 1 ? ", attempt \(worker.attempt.number)" : ""
      return detail == .endings ? [] : news([line("started", style.name, worker.attempt.ticket, "worker \(worker.slot)\(again)")])
    case .landed(let landing): return news([landed(landing)])
    case .held(let ticket, let reason): return [line("held", style.warning, ticket, reason.harmless())]
    case .conflicted(let ticket, let branch, _, let paths, let others):
      return [line("conflict", style.bad, ticket, clash(others, paths) + ", parked on \(branch.short.harmless())")]
    case .deferred(let deferral):
      if wasConflict { return [] }
      return [
        line(
          deferral.isFailure ? "failed" : "deferred", deferral.isFailure ? style.bad : style.warning, deferral.ticket,
          deferral.message.harmless())
      ]
    case .throttled(let attempt, let seconds, let workers):
      let pause = "again in \(Amounts.duration(seconds)), at most \(Amounts.count(workers, "worker")) meanwhile"
      return news([line("throttled", style.warning, attempt.ticket, pause)])
    case .agentPaused(let agent, let until, let message):
      let clock = until.localClock(today: event.time)
      return [style.warning("throttled") + " \(style.strong(agent.harmless()))  " + style.faint("(until \(clock): \(message.harmless()))")]
    case .interrupted(let attempt): return news([line("stopped", style.warning, attempt.ticket, "its work so far is kept")])
    case .slotSetAside(let slot, let path, let reason):
      return [style.warning("warning: ") + "the worktree of worker \(slot) was set aside at \(path.shown): \(reason.harmless())"]
    case .warning(let sentence): return [style.warning("warning: ") + sentence.harmless()]
    case .stopping(let reason): return [style.warning("stopping: ") + reason.harmless()]
    case .reopened(let ticket, let saved):
      return news([line("reopened", style.good, ticket, saved.map { "with the saved work of \($0.short)" } ?? "it is work again")])
    case .reworking(let ticket, let count):
      let again = count > 1 ? ", for the \(count). time" : ""
      return news([line("rework", style.warning, ticket, "its worker does it once more on the new tip, with the conflict report\(again)")])
    case .approved(let ticket): return news([line("approved", style.good, ticket, "it lands now")])
    case .awaitsReview: return []
    case .resolved(let ticket, _, _): return news([line("resolved", style.good, ticket, "finished by hand, it lands now")])
    case .parked(let ticket, let branch): return news([line("kept", style.warning, ticket, "on \(branch.short.harmless())")])
    case .answered(let answer):
      return news([style.faint("another terminal asked for \(answer.verb.harmless()): \(answer.sentence.harmless())")])
    case .validated(let validation):
      let what = "\(validation.command.oneLine.clipped(to: 60)), \(Amounts.duration(validation.seconds))"
      if validation.isPassed { return news([line("valid", style.good, validation.attempt.ticket, what)]) }
      return news([line("invalid", style.bad, validation.attempt.ticket, "\(what), status \(validation.status)")])
    case .checkStarted(let check):
      return detail == .endings ? [] : news([line("checking", style.name, check.tickets, SlotName.text(check.slot))])
    case .checkFinished(let check):
      let (word, paint) = check.verdict == .green ? ("passed", style.good) : ("red", style.bad)
      let time = check.isCached ? "known from before" : Amounts.duration(check.seconds)
      let what = check.verdict == .green ? "" : ", \(check.verdict.sentence)"
      return news([line(word, paint, check.tickets, time + what)])
    case .clashPredicted(let ahead):
      guard saidClashes.insert(ahead.pair).inserted else { return [] }
      return news([style.warning("clash".padded(to: 9)) + " " + ClashText.words(ahead, target: fold.target) + style.faint("  (ahead)")])
    case .assigned, .clashResolved, .slotCreated, .workerExited, .submissionAnchored, .salvageWritten, .landingIntent, .checkoutChild,
      .landingClosed,
      .indexWritten,
      .undone, .takenOver, .runFinished:
      return []
    }
  }

  /// Another run works on this repository, and this one waits for it.
  public static func waiting(for holder: LockHolder?, secondsLeft: Int) -> String {
    let who = holder.map { holder in
      let run = holder.run.map { "run \($0.harmless())" } ?? "another git sage-stream"
      return "\(run) (process \(holder.pid) on \(holder.host.harmless()) since \(holder.since.toTheSecond))"
    }
    return "waiting for \(who ?? "another git sage-stream"), \(Amounts.duration(Double(secondsLeft))) at most"
  }

  private func news(_ lines: [String]) -> [String] { detail == .quiet ? [] : lines }

  private func isConflict(_ ticket: TicketID) -> Bool {
    if case .conflicted? = fold.setbacks[ticket] { true } else { false }
  }

  private func opening(_ start: RunStarted, _ run: RunID) -> String {
    // Also with none there may be something to land: what an earlier run has left half done, or held.
    let tickets = start.tickets.isEmpty ? "no ticket to start" : Amounts.count(start.tickets.count, "ticket")
    let workers = Amounts.count(start.workers, "worker")
    return "\(tickets), \(workers), landing on \(start.target.short.harmless()) (run \(run))"
  }

  private func landed(_ landing: Landed) -> String {
    // Work that an earlier run left held has no start in this one.
    let duration = fold.secondsToLand[landing.ticket].map { "\(Amounts.duration($0)), " } ?? ""
    let commit = landing.commits.last.map { "\($0.short), " } ?? ""
    // What an earlier run had finished or half landed is none of the tickets that this one began with.
    let total = fold.start.map { "/\(Set($0.tickets).union(fold.landed).count)" } ?? ""
    let dropped = landing.excluded.isEmpty ? "" : ", without \(Amounts.list(landing.excluded.map(\.description), limit: 2))"
    return line(
      "landed", style.good, landing.ticket,
      "\(duration)\(commit)\(fold.landed.count)\(total)\(dropped)")
  }

  private func clash(_ others: [TicketID], _ paths: [TreePath]) -> String {
    let with = others.isEmpty ? "" : "with \(Amounts.list(others.map(\.shown), limit: 3)) "
    return "\(with)in \(Amounts.list(paths.map(\.description), limit: 3))"
  }

  /// The same for several tickets at once, named by the last: `checking  A-3  Add login  (with A-1 and A-2, what)`
  private func line(_ word: String, _ paint: (String) -> String, _ tickets: [TicketID], _ what: String) -> String {
    // A check of the target itself.
    guard let last = tickets.last else {
      return paint(word.padded(to: 9)) + " \(fold.target.harmless()) itself  " + style.faint("(\(what))")
    }
    let with = tickets.count > 1 ? "on top of \(Amounts.list(tickets.dropLast().map(\.shown), limit: 3)), " : ""
    return line(word, paint, last, with + what)
  }

  /// `landed    A-1  Add login  (what)`
  private func line(_ word: String, _ paint: (String) -> String, _ ticket: TicketID, _ what: String) -> String {
    let title = fold.titles[ticket].flatMap { $0 == ticket.rawValue ? nil : "  \($0.harmless().clipped(to: 60))" } ?? ""
    return paint(word.padded(to: 9)) + " \(style.strong(ticket.shown))\(title)  " + style.faint("(\(what))")
  }
}
