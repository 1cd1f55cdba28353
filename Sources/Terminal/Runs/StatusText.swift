import Platform
import SageStream
import Tickets

/// What `status` shows of the latest run.
public struct StatusText: Sendable {
  private let status: RunStatus?
  private let now: WallTime
  private let style: Style

  public init(_ status: RunStatus?, now: WallTime, style: Style) {
    self.status = status
    self.now = now
    self.style = style
  }

  public var lines: [String] {
    guard let status else { return ["no run yet in this repository"] }
    let lists = [
      ("waiting", status.waiting), ("landed", status.landed), ("review", status.review),
      ("held", status.held.filter { !status.review.contains($0) }), ("set aside", status.setAside),
    ]
    return ["run \(status.run): \(words(status))"] + agents(status) + status.slots.map(line)
      + status.clashes.map { style.warning("clash ahead") + "  " + ClashText.words($0, target: status.target) }
      + lists.flatMap { list($0.0, $0.1) } + status.failedChecks.map(line)
  }

  /// What `status --json` prints where there has been no run.
  public static var noRun: JSON {
    [
      "schema_version": 1, "run": nil, "state": nil, "paused": false, "paused_agents": [], "slots": [], "waiting": [], "landed": [],
      "held": [], "review": [], "set_aside": [], "failed_checks": [], "clashes": [],
    ]
  }

  private func agents(_ status: RunStatus) -> [String] {
    status.pausedAgents.filter { $0.value > now }.sorted { $0.key < $1.key }.map { agent, until in
      style.warning("throttled") + " \(style.strong(agent.harmless())) has run into a limit until \(until.localClock(today: now))"
    }
  }

  private func words(_ status: RunStatus) -> String {
    switch status.state {
    case .running where status.isPaused: style.warning("paused") + "; git sage-stream continue starts the next tickets"
    case .running: style.good("running")
    case .finished: "finished"
    case .interrupted: style.warning("interrupted")
    case .dead:
      style.bad("died") + "; the next run puts everything in order first: git sage-stream --auto --limit=0, or: git sage-stream abort"
    }
  }

  private func line(_ slot: RunStatus.SlotStatus) -> String {
    let title = slot.title.isEmpty || slot.title == slot.ticket.rawValue ? "" : "  \(slot.title.oneLine.clipped(to: 60))"
    let doing = style.faint("(\(slot.phase.harmless()) for \(Amounts.duration(now - slot.since)))")
    let who = SlotName.isCheck(slot.slot) ? SlotName.text(slot.slot) : "worker \(slot.slot)"
    return "\(who)  \(style.strong(slot.ticket.shown))\(title)  \(doing)"
  }

  private func line(_ check: CheckFinished) -> String {
    let ticket = check.tickets.last?.shown ?? ""
    return "          \(style.strong(ticket)): \(check.verdict.sentence)" + (check.log.map { ", see \($0.shown)" } ?? "")
  }

  private func list(_ name: String, _ tickets: [TicketID]) -> [String] {
    if tickets.isEmpty { return [] }
    let count = String(tickets.count).aligned(to: 3)
    return ["\(name.padded(to: 9)) \(count): \(Amounts.list(tickets.map(\.shown), limit: 12))"]
  }
}
