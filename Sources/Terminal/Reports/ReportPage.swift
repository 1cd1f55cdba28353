import Platform
import SageStream
import Tickets

/// What a run did, as a page: how it went in figures, the timeline of its slots, the dependency graph, and every ticket.
public struct ReportPage: Sendable {
  private let report: RunReport
  private let queue: Queue?
  private let file: FilePath
  private let conflicts: [TicketID: FilePath]
  private let places: [TicketID: Int]

  /// - Parameters:
  ///   - queue: what waited for what; nil where it cannot be read.
  ///   - file: where the page is going to be; links lead from there.
  ///   - conflicts: the pages of the conflicts.
  public init(_ report: RunReport, queue: Queue?, file: FilePath, conflicts: [TicketID: FilePath]) {
    self.report = report
    self.queue = queue
    self.file = file
    self.conflicts = conflicts
    places = Dictionary(report.rows.enumerated().map { ($0.element.ticket, $0.offset) }) { first, _ in first }
  }

  public var page: Page { Page(title: "Run \(report.run) on \(report.target)", body: opening + timeline + graph + table + warnings) }

  private func link(_ ticket: TicketID) -> PageLink? { places[ticket].map { .place("t-\($0)") } }

  // MARK: How it went

  private var opening: [HTML] {
    let tone: PageTone =
      switch report.state {
      case .running: .info
      case .finished: .good
      case .interrupted: .warn
      case .dead: .bad
      }
    let workers = report.started.map { "\(Amounts.count($0.workers, "worker")), schedule \($0.schedule.rawValue)" } ?? ""
    let when = report.state == .running ? "so far, seen \(report.endTime.toTheSecond)" : "until \(report.endTime.toTheSecond)"
    var facts: [(name: String, value: HTML)] = [
      (name: "begun", value: .text("\(report.startTime.toTheSecond), \(when)")),
      (name: "tickets", value: .text("\(report.rows.count), \(workers)")),
    ]
    for figure in report.figures { facts.append((name: figure.name, value: .text(figure.value))) }
    facts += command
    return [
      .element("h1", [], [.text("Run \(report.run) on \(report.target) "), .badge(report.stateWord, tone)]),
      .element("p", [.classes("legend")], report.counts.map { HTML.badge("\($0.outcome.word) \($0.count)", $0.outcome.tone) }),
      .facts(facts),
    ]
  }

  private var command: [(name: String, value: HTML)] {
    guard let start = report.started else { return [] }
    if let verb = start.verb { return [(name: "verb", value: .code(verb))] }
    return start.worker.isEmpty ? [] : [(name: "worker", value: .code(start.worker))]
  }

  // MARK: Drawings

  private var timeline: [HTML] {
    if report.spans.isEmpty { return [] }
    let outcomes = RunReport.Outcome.all.filter { outcome in report.spans.contains { $0.outcome == outcome } }
    return [
      .element("h2", [], "Who worked on what, and when"),
      .element("p", [.classes("legend")], outcomes.map { HTML.badge($0.word, $0.tone) }),
      .element("div", [.classes("scroll"), .init("tabindex", "0")], [Timeline(report, link: link).html]),
      .element(
        "p", [.classes("soft")],
        "A lane a worker; below, what was finished and waited to land\(report.checks.isEmpty ? "" : ", then the checks"); on the last line a stroke for each landing and a cross for each conflict.\(report.pauses.isEmpty ? "" : " While it is grey nothing was started.")"
      ),
    ]
  }

  private var graph: [HTML] {
    guard let queue else {
      return [
        .element("h2", [], "What waits for what"), .element("p", [.classes("soft")], "The queue cannot be read, so there is no graph."),
      ]
    }
    let isWhole = queue.index.tickets.count <= Self.mostDrawn
    let graph = TicketGraph(report, queue: queue, isWhole: isWhole)
    if graph.nodes.isEmpty { return [] }
    let words = isWhole ? "" : " Of \(queue.index.tickets.count) tickets only those of this run are drawn."
    return [
      .element("h2", [], "What waits for what"), criticalPath,
      .element("p", [.classes("legend")], graph.states.filter { $0.word != "epic" }.map { HTML.badge($0.word, $0.tone) }),
      .element("div", [.classes("scroll"), .init("tabindex", "0")], [GraphDrawing(graph, link: link).html]),
      .element(
        "p", [.classes("soft")],
        "Work goes from left to right; a frame is an epic; the critical path is orange. What follows from other lines has none of its own.\(words)"
      ),
    ]
  }

  private var criticalPath: HTML {
    let path = report.criticalPath(in: queue)
    if path.isEmpty { return .nothing }
    let seconds = path.reduce(0) { $0 + (report.weights[$1] ?? 0) }
    let names = path.enumerated().flatMap { place, ticket -> [HTML] in
      let name = link(ticket).map { HTML.element("a", [.href($0)], ticket.shown) } ?? .text(ticket.shown)
      return place == 0 ? [name] : [" → ", name]
    }
    return .element(
      "p", [], [.element("strong", [], "Critical path"), .text(", \(Amounts.duration(seconds)) of work one after the other: ")] + names)
  }

  private static let mostDrawn = 400

  // MARK: Tickets

  private var table: [HTML] {
    if report.rows.isEmpty { return [] }
    let hasTokens = report.rows.contains { $0.usage.words != nil }
    let hasCost = report.rows.contains { $0.usage.costUSD != nil }
    let names =
      [("Ticket", ""), ("State", ""), ("Work", "num"), ("Waited", "num"), ("Commits", ""), ("Files", "num")]
      + (hasTokens ? [("Tokens", "num")] : []) + (hasCost ? [("Cost", "num")] : []) + [("Links", "")]
    let head = names.map { HTML.element("th", $0.1.isEmpty ? [] : [.classes($0.1)], $0.0) }
    return [
      .element("h2", [], "Tickets"),
      .element(
        "table", [.classes("wide")],
        [
          .element("thead", [], [.element("tr", [], head)]),
          .element("tbody", [], report.rows.enumerated().map { row($0.element, $0.offset, hasTokens, hasCost) }),
        ]),
    ]
  }

  private func row(_ row: RunReport.Row, _ place: Int, _ hasTokens: Bool, _ hasCost: Bool) -> HTML {
    let title = row.title.isEmpty || row.title == row.ticket.rawValue ? [] : [HTML.element("span", [.classes("title")], row.title)]
    let waited = report.waited(row.ticket).map { Amounts.duration($0) } ?? ""
    let again = row.attempts > 1 ? " in \(row.attempts) attempts" : ""
    let work = row.workSeconds.map { Amounts.duration($0) + again } ?? ""
    let cells: [HTML] =
      [
        .element("td", [], [.element("strong", [], row.ticket.shown)] + title), state(row), number("Work", work), number("Waited", waited),
        .element("td", [.init("data-label", "Commits")], commits(row)), number("Files", row.landing.map { "\($0.files)" } ?? ""),
      ] + (hasTokens ? [number("Tokens", row.usage.words ?? "")] : [])
      + (hasCost ? [number("Cost", row.usage.costUSD.map { UsageText.dollars($0) } ?? "")] : []) + [.element("td", [], links(row))]
    return .element("tr", [.init("id", "t-\(place)")], cells)
  }

  private func number(_ name: StaticString, _ value: String) -> HTML {
    .element("td", [.classes("num"), .init("data-label", "\(name)")], value)
  }

  private func state(_ row: RunReport.Row) -> HTML {
    var parts: [HTML] = [.badge(row.outcome.word, row.outcome.tone)]
    for (place, other) in row.conflicts.prefix(5).enumerated() {
      parts.append(place == 0 ? " with " : ", ")
      parts.append(link(other).map { HTML.element("a", [.href($0)], other.shown) } ?? .text(other.shown))
    }
    if let reason = row.reason { parts.append(.text(" \(reason)")) }
    if let branch = row.branch { parts.append(.list([.text(", kept on "), .code(branch.short)])) }
    return .element("td", [], parts)
  }

  private func commits(_ row: RunReport.Row) -> [HTML] {
    let commits = row.landing?.commits ?? []
    let shown = commits.suffix(3).flatMap { [HTML.code($0.short), .text(" ")] }
    return commits.count > 3 ? shown + [.text("and \(commits.count - 3) before")] : shown
  }

  private func links(_ row: RunReport.Row) -> [HTML] {
    let log = row.log.map { [HTML.element("a", [.href(.file($0, from: file))], "log")] } ?? []
    let conflict = conflicts[row.ticket].map { [HTML.element("a", [.href(.file($0, from: file))], "conflict")] } ?? []
    return Array((log + conflict).map { [$0] }.joined(separator: [" "]))
  }

  private var warnings: [HTML] {
    if report.warnings.isEmpty { return [] }
    return [.element("h2", [], "Warnings"), .element("ul", [], report.warnings.map { HTML.element("li", [], $0) })]
  }
}
