import Platform
import SageStream
import Tickets

/// What stands on standard output when a run is over: the tickets that did not land, each with its reason, its log and the command to
/// type next; then the count; then what working in parallel was worth.
public struct SummaryText: Sendable {
  private let summary: RunSummary
  private let fold: RunFold
  private let style: Style
  private let earlier: Velocity?

  /// - Parameter earlier: how fast the runs before were.
  public init(_ summary: RunSummary, fold: RunFold, style: Style, earlier: Velocity? = nil) {
    self.earlier = earlier
    self.summary = summary
    self.fold = fold
    self.style = style
  }

  public var lines: [String] {
    let setbacks = [summary.conflicted, summary.failed, summary.deferred, summary.held].flatMap { $0 }
    var seen: Set<TicketID> = []
    let blocks = setbacks.filter { seen.insert($0).inserted }.map(block)
    let waiting = summary.unfinished.filter { !seen.contains($0) }
    return blocks.flatMap { $0 + [""] } + notStarted(waiting) + [headline, counts] + checks + figures
  }

  private var headline: String {
    let what =
      summary.landed.isEmpty
      ? "nothing landed on \(fold.target.harmless())"
      : "\(Amounts.count(summary.landed.count, "ticket")) landed on \(fold.target.harmless())"
    if summary.wasInterrupted { return style.warning("interrupted: ") + what + "; type the same command again to go on" }
    if summary.exitStatus == 0, summary.landed.isEmpty { return "nothing to do: no ticket is ready and none is held" }
    return summary.exitStatus == 0 ? style.good(what) : style.warning(what)
  }

  private var counts: String {
    let throttled = summary.throttled > 0 ? ", \(Amounts.count(summary.throttled, "attempt")) throttled" : ""
    return
      "landed \(summary.landed.count), conflicted \(summary.conflicted.count), failed \(summary.failed.count), "
      + "deferred \(summary.deferred.count), held \(summary.held.count)\(throttled)"
  }

  private var checks: [String] {
    let checks = fold.checks
    if checks.ran == 0 && checks.known == 0 { return [] }
    let ran = checks.ran > 0 ? "\(Amounts.count(checks.ran, "check")) in \(Amounts.duration(checks.seconds))" : "no check had to run"
    let known = checks.known > 0 ? ", \(Amounts.count(checks.known, "verdict")) known from before" : ""
    return [ran + known + (checks.flaky > 0 ? ", \(style.warning("\(checks.flaky) flaky"))" : "")]
  }

  private var figures: [String] {
    FiguresText(summary: summary, figures: fold.figures, secondsToLand: Array(fold.secondsToLand.values), earlier: earlier).lines
  }

  private func notStarted(_ tickets: [TicketID]) -> [String] {
    guard !tickets.isEmpty else { return [] }
    let names = Amounts.list(tickets.map(\.shown), limit: 8)
    // Where the run was interrupted the answer is the headline's.
    let why = summary.wasInterrupted ? nil : tickets.first.map { CommandLineText.command("explain", $0) }
    return ["\(style.warning("not done  "))\(names)"] + (why.map { ["          next: \(style.strong($0))"] } ?? []) + [""]
  }

  private func block(_ ticket: TicketID) -> [String] {
    let title = fold.titles[ticket].flatMap { $0 == ticket.rawValue ? nil : "  \($0.harmless().clipped(to: 60))" } ?? ""
    func head(_ word: String, _ paint: (String) -> String) -> String {
      paint(word.padded(to: 9)) + " \(style.strong(ticket.shown))\(title)"
    }
    let indent = String(repeating: " ", count: 10)
    let log = fold.logs[ticket].map { "\(indent)log: \($0.shown)" }
    let work = fold.branches[ticket].map { "\(indent)work: branch \($0.harmless())" }
    func next(_ command: String) -> String { "\(indent)next: \(style.strong(command))" }
    switch fold.setbacks[ticket] {
    case .conflicted(let others, let paths, _):
      let with = others.isEmpty ? "" : " with \(Amounts.list(others.map(\.shown), limit: 5))"
      let reason = "\(indent)clashes\(with) in \(Amounts.list(paths.map { $0.harmless() }, limit: 5))"
      return [head("conflict", style.bad), reason] + [work, log].compactMap { $0 } + [next(CommandLineText.command("conflicts", ticket))]
    case .failed(let message):
      return [head("failed", style.bad), indent + message.harmless()] + [work, log].compactMap { $0 } + [
        next(CommandLineText.command("show", ticket))
      ]
    case .deferred(let message):
      // Where no worker has begun there is nothing to look at.
      let verb = work == nil && log == nil ? "retry" : "show"
      return [head("deferred", style.warning), indent + message.harmless()] + [work, log].compactMap { $0 } + [
        next(CommandLineText.command(verb, ticket))
      ]
    case .held where fold.review.contains(ticket):
      return [head("review", style.warning), "\(indent)finished, and lands when you approve it"] + [log].compactMap { $0 } + [
        next(CommandLineText.command("show", ticket)), next(CommandLineText.command("land", ticket)),
      ]
    case .held(let reason):
      return [head("held", style.warning), indent + reason.harmless(), next("git sage-stream --auto --limit=0")]
    case nil: return [head("deferred", style.warning)] + [log].compactMap { $0 } + [next(CommandLineText.command("show", ticket))]
    }
  }
}
