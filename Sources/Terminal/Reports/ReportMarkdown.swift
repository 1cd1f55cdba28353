import SageStream
import Tickets

/// What a run did, in Markdown: for a pull request, a wiki, a chat.
public struct ReportMarkdown: Sendable {
  private let report: RunReport
  private let queue: Queue?

  public init(_ report: RunReport, queue: Queue?) {
    self.report = report
    self.queue = queue
  }

  public var text: String {
    let counts = report.counts.map { "\($0.outcome.word) \($0.count)" }.joined(separator: ", ")
    let opening = [
      "# Run \(report.run) on \(Self.escaped(report.target))", "",
      "\(report.stateWord), begun \(report.startTime.toTheSecond)\(counts.isEmpty ? "" : ": \(counts)")", "",
    ]
    let figures = report.figures.map { "- \($0.name): \($0.value)" }
    return (opening + figures + criticalPath + table + graph + warnings).joined(separator: "\n") + "\n"
  }

  private var criticalPath: [String] {
    let path = report.criticalPath(in: queue)
    return path.isEmpty ? [] : ["- critical path: " + path.map { Self.escaped($0.shown) }.joined(separator: " → ")]
  }

  private var table: [String] {
    if report.rows.isEmpty { return [] }
    return ["", "| ticket | title | state | work | commit | tokens | cost |", "|---|---|---|---:|---|---:|---:|"]
      + report.rows.map { row in
        let with = row.conflicts.isEmpty ? "" : " with \(Amounts.list(row.conflicts.map(\.shown), limit: 3))"
        let why = row.reason.map { ": \($0.clipped(to: 120))" } ?? ""
        let cells = [
          row.ticket.shown, row.title, row.outcome.word + with + why, row.workSeconds.map { Amounts.duration($0) } ?? "",
          row.landing?.commits.last.map(\.short) ?? "", row.usage.words ?? "", row.usage.costUSD.map { UsageText.dollars($0) } ?? "",
        ]
        return "| " + cells.map { Self.escaped($0) }.joined(separator: " | ") + " |"
      }
  }

  /// Hosts draw it; a larger one they refuse.
  private var graph: [String] {
    guard let queue, (2...Self.mostNodes).contains(report.rows.count) else { return [] }
    let graph = TicketGraph(report, queue: queue, isWhole: false)
    if graph.edges.isEmpty { return [] }
    return ["", "```mermaid", graph.text(.mermaid) + "```"]
  }

  private var warnings: [String] { report.warnings.isEmpty ? [] : [""] + report.warnings.map { "- warning: \(Self.escaped($0))" } }

  private static let mostNodes = 100

  /// A text as a cell of a table: on one line, and nothing in it means anything to Markdown.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in Redaction.redacted(text).oneLine {
      switch character {
      case "<": escaped += "&lt;"
      case "&": escaped += "&amp;"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", ">", "!": escaped += "\\\(character)"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
