import Platform
import SageStream
import Tickets

/// Conflict reports as a page: what `conflicts --html` writes.
///
/// The order is that of the terminal's view: main is safe; who clashed with whom, and what both were for; each file, the one with the fewest
/// hunks first, with base, ours and theirs beside each other; what the worker said last; what to type.
public struct ConflictPage: Sendable {
  let reports: [ConflictReport]
  let target: String
  let queue: TicketIndex?
  let logs: [TicketID: LogTail]
  let file: FilePath

  /// - Parameters:
  ///   - target: the short name of the branch that the tickets did not land on.
  ///   - queue: says what the tickets were for; nil where it cannot be read.
  ///   - logs: what the workers said last.
  ///   - file: where the page is going to be; links lead from there.
  public init(_ reports: [ConflictReport], target: String, queue: TicketIndex?, logs: [TicketID: LogTail], file: FilePath) {
    self.reports = reports
    self.target = target
    self.queue = queue
    self.logs = logs
    self.file = file
  }

  /// What the workers of these attempts said last, as far as their logs are still there.
  public static func logs(of reports: [ConflictReport]) -> [TicketID: LogTail] {
    var logs: [TicketID: LogTail] = [:]
    for report in reports { logs[report.ticket] = report.log.flatMap { LogTail.read($0) } }
    return logs
  }

  public var page: Page { Page(title: heading, body: [.element("h1", [], heading), safe] + contents + reports.map(section)) }

  private var heading: String {
    guard let first = reports.first else { return "No conflicts" }
    if reports.count > 1 { return "\(reports.count) tickets conflict" }
    let others = first.landedTickets.map(\.shown)
    return "\(first.ticket.shown) conflicts" + (others.isEmpty ? "" : " with \(Amounts.list(others, limit: 3))")
  }

  private var safe: HTML {
    if reports.isEmpty { return .element("p", [.classes("safe")], "Nothing is parked.") }
    let who = reports.count == 1 ? "the ticket has not landed" : "none of these tickets has landed"
    return .element("p", [.classes("safe")], [.element("strong", [], "\(target) is safe:"), .text(" \(who), and no side was chosen.")])
  }

  private var contents: [HTML] {
    if reports.count < 2 { return [] }
    let items = reports.enumerated().map { place, report in
      let title = report.title.isEmpty ? "" : "  \(report.title)"
      let with = report.landedTickets.isEmpty ? "" : " with \(Amounts.list(report.landedTickets.map(\.shown), limit: 3))"
      return HTML.element(
        "li", [],
        [
          .element("a", [.href(.place("conflict-\(place)"))], report.ticket.shown),
          .text("\(title)\(with), \(Amounts.count(report.paths.count, "file"))"),
        ])
    }
    return [.element("ul", [], items)]
  }

  private func section(_ report: ConflictReport) -> HTML {
    let place = reports.firstIndex(of: report) ?? 0
    let heading = reports.count > 1 ? [HTML.element("h2", [], "\(report.ticket.shown)  \(report.title)")] : []
    let paths = report.pathsByEffort
    let body =
      [parties(report), .element("h2", [], "Where they meet"), overview(paths, of: report, at: place)]
      + paths.enumerated().map { file, path in
        ConflictFileView(path, of: report, target: target, id: "conflict-\(place)-file-\(file)").html
      } + log(report) + [.element("h2", [], "What to type next")]
      + report.nextSteps.flatMap { step in [HTML.element("p", [], step.purpose), HTML.command(step.command)] }
    return .element("section", [.classes("conflict"), .init("id", "conflict-\(place)")], heading + body)
  }

  // MARK: Who

  private func parties(_ report: ConflictReport) -> HTML {
    let ticket = card(
      report.ticket.shown, report.title, badge: .badge("set aside", .bad), intent: intent(of: report.ticket),
      facts: [
        ("work", .list([.code(report.branch.short), .text(", begun on "), .code(report.base.short)])),
        ("picked onto", .list([.code(report.onto.short), .text(" of \(target)")])),
        ("attempt", .text("\(report.attempt) of run \(report.run), \(report.time.toTheSecond)")),
      ])
    let shown = report.clashes.prefix(Self.mostClashes)
    let more = report.clashes.count - shown.count
    let rest = more > 0 ? [HTML.element("p", [.classes("soft")], "and \(Amounts.count(more, "more commit"))")] : []
    return .list([.element("div", [.classes("cards")], [ticket] + shown.map { card(for: $0, in: report) }), .list(rest)])
  }

  private func card(for change: LandedChange, in report: ConflictReport) -> HTML {
    let commit: [(name: String, value: HTML)] = [
      ("commit", .list([.code(change.commit.short), .text("  \(change.subject)")])),
      ("by", .text("\(change.author), \(change.time.toTheSecond)")),
    ]
    guard let ticket = change.ticket else {
      return card("A commit on \(target)", change.subject, badge: .badge("not a ticket's", .info), intent: nil, facts: commit)
    }
    let title = report.others[ticket] ?? queue?[ticket]?.title ?? ""
    return card(ticket.shown, title, badge: .badge("landed", .good), intent: intent(of: ticket), facts: commit)
  }

  private func card(_ name: String, _ title: String, badge: HTML, intent: String?, facts: [(name: String, value: HTML)]) -> HTML {
    let text = intent.map { [HTML.element("div", [.classes("text")], $0)] } ?? []
    return .element(
      "article", [.classes("card")],
      [.element("h3", [], [.text("\(name) "), badge])] + (title.isEmpty ? [] : [.element("p", [], [.element("strong", [], title)])]) + text
        + [.facts(facts)])
  }

  private func intent(of ticket: TicketID) -> String? { queue?[ticket]?.intent }

  // MARK: Where, and what the worker said

  private func overview(_ paths: [ConflictedFile], of report: ConflictReport, at place: Int) -> HTML {
    let items = paths.enumerated().map { file, path in
      let hunks = path.hunks.isEmpty ? "" : ", \(Amounts.count(path.hunks.count, "hunk"))"
      return HTML.element(
        "li", [],
        [
          .element("a", [.href(.place("conflict-\(place)-file-\(file)"))], [.code(path.path.description)]),
          .text("  \(path.type)\(hunks)"),
        ])
    }
    return .element("ul", [], items)
  }

  private func log(_ report: ConflictReport) -> [HTML] {
    guard let log = logs[report.ticket] else { return [] }
    let link = HTML.element("a", [.href(.file(log.path, from: file))], "the whole log")
    let text = Redaction.redacted(lines: log.lines).joined(separator: "\n")
    let summary = log.isCut ? "the last \(Amounts.count(log.lines.count, "line")) of the worker's log" : "the worker's log"
    return [
      .element("h2", [], "What the worker said"),
      log.lines.isEmpty
        ? .element("p", [.classes("soft")], "Nothing: its log is empty.")
        : .element(
          "details", [.init("open", "open")],
          [.element("summary", [], summary), .element("pre", [.classes("log"), .init("tabindex", "0")], text)]),
      .element("p", [], [link]),
    ]
  }

  private static let mostClashes = 8
}
