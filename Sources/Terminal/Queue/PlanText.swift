import Planning
import Tickets

/// A plan for a person: what starts now, in which waves the rest follows, what stands in the way, and how many workers it is worth.
///
/// Each list is cut where it gets long; `plan --json` has all of it.
public struct PlanText: Sendable {
  private let plan: Plan
  private let index: TicketIndex
  private let style: Style
  private let limit: Int
  private let reachable: Set<TicketID>

  public init(_ plan: Plan, of index: TicketIndex, style: Style, limit: Int = 60) {
    self.plan = plan
    self.index = index
    self.style = style
    self.limit = limit
    reachable = Set(plan.waves.joined())
  }

  public var lines: [String] {
    let sections = [opening, ready, waves, blocked, unreachable, overlaps, criticalPath, estimate].filter { !$0.isEmpty }
    return Array(sections.joined(separator: [""]))
  }

  private var work: Int { plan.waves.reduce(0) { $0 + $1.count } }

  private var opening: [String] {
    if work == 0 { return ["nothing to do: none of the \(Amounts.count(index.tickets.count, "ticket")) can be worked on"] }
    return ["\(Amounts.count(index.tickets.count, "ticket")), \(work) can be worked on, \(plan.ready.count) of them now"]
  }

  private var ready: [String] {
    if plan.ready.isEmpty { return [] }
    let width = String(min(plan.ready.count, limit)).count
    let ids = idWidth(plan.ready)
    return [style.strong("ready, in starting order")]
      + cut(
        plan.ready.enumerated().map { place, id in
          "  \(String(place + 1).aligned(to: width))  \(style.name(id.shown.padded(to: ids)))  \(priority(id))  \(title(id))".trimmedEnd
        })
  }

  private var waves: [String] {
    if plan.waves.isEmpty { return [] }
    let width = String(plan.waves.count).count
    return [style.strong("waves")]
      + cut(
        plan.waves.enumerated().map { place, wave in
          let count = Amounts.count(wave.count, "ticket")
          return "  \(String(place + 1).aligned(to: width))  \(count): \(Amounts.list(wave.map(\.shown), limit: 12))"
        })
  }

  private var blocked: [String] { waiting("blocked") { reachable.contains($0.ticket) } }

  private var unreachable: [String] {
    waiting("out of reach, because something behind them is set aside (git sage-stream explain ID)") { !reachable.contains($0.ticket) }
  }

  private func waiting(_ heading: String, where isMeant: (Plan.Blocked) -> Bool) -> [String] {
    let blocked = plan.blocked.filter(isMeant)
    if blocked.isEmpty { return [] }
    let ids = idWidth(blocked.map(\.ticket))
    return [style.strong(heading)]
      + cut(
        blocked.map { blocked in
          "  \(style.name(blocked.ticket.shown.padded(to: ids)))  waits for \(Amounts.list(blocked.by.map { name($0) }, limit: 6))"
        })
  }

  private var overlaps: [String] {
    if plan.overlaps.isEmpty { return [] }
    let more = plan.listsAllOverlaps ? [] : ["  and more pairs than are worth listing"]
    func pair(_ overlap: Plan.Overlap) -> String { overlap.tickets.map(\.shown).joined(separator: " x ") }
    let width = min(48, plan.overlaps.prefix(limit).map { pair($0).count }.max() ?? 0)
    return [style.strong("never at the same time, because both touch the same files")]
      + cut(
        plan.overlaps.map { overlap in
          let paths = overlap.paths.map { $0.isEmpty ? "the whole repository" : $0.harmless() }
          return "  \(style.name(pair(overlap).padded(to: width)))  \(Amounts.list(paths, limit: 3))"
        }) + more
  }

  private var criticalPath: [String] {
    if plan.criticalPath.length < 2 { return [] }
    let chain = plan.criticalPath.tickets.map(\.shown)
    let shown = chain.count > 20 ? chain.prefix(10) + ["... \(chain.count - 19) more"] + chain.suffix(9) : chain[...]
    return ["\(style.strong("critical path")), \(Amounts.count(chain.count, "ticket")): \(shown.joined(separator: " -> "))"]
  }

  private var estimate: [String] {
    if work == 0 { return [] }
    let rounds = plan.makespan(workers: plan.workers)
    let with = "with \(Amounts.count(plan.workers, "worker"))"
    if plan.workers == 1 || rounds == 0 { return ["\(with): \(Amounts.count(rounds, "round"))"] }
    let gain = Amounts.decimal(Double(work) / Double(rounds))
    return ["\(with): \(Amounts.count(rounds, "round")) instead of \(work), \(gain) times as fast if every ticket takes equally long"]
  }

  private func cut(_ lines: [String]) -> [String] {
    lines.count > limit ? lines.prefix(limit) + ["  and \(lines.count - limit) more (plan --json lists all)"] : lines
  }

  private func idWidth(_ ids: [TicketID]) -> Int { min(24, ids.prefix(limit).map { $0.shown.count }.max() ?? 0) }

  private func title(_ id: TicketID) -> String { index[id]?.title?.harmless().clipped(to: 80) ?? "" }

  private func priority(_ id: TicketID) -> String { (index[id]?.priority ?? .normal).description }

  /// A blocker with its state where it is one that no run will change.
  private func name(_ id: TicketID) -> String {
    guard let state = index[id]?.state, state == .deferred || state.isUnknown else { return id.shown }
    return "\(id.shown) (\(state.text.harmless()))"
  }
}

extension TicketState {
  var isUnknown: Bool { if case .other = self { true } else { false } }
}

extension String {
  /// The text without spaces at its end.
  var trimmedEnd: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
