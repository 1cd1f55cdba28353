import SageStream
import Tickets

/// What a run did, for the terminal: when and how fast, the critical path, a line a ticket.
public struct ReportText: Sendable {
  private let report: RunReport
  private let queue: Queue?
  private let style: Style

  /// - Parameter queue: what waited for what; nil where it cannot be read.
  public init(_ report: RunReport, queue: Queue?, style: Style) {
    self.report = report
    self.queue = queue
    self.style = style
  }

  public var lines: [String] {
    let workers = report.started.map { ", \(Amounts.count($0.workers, "worker")), \($0.schedule.rawValue)" } ?? ""
    let head =
      "run \(style.strong(report.run.rawValue)) on \(report.target.harmless()): \(report.stateWord), begun "
      + "\(report.startTime.toTheSecond)\(report.started?.verb.map { " (\($0.harmless()))" } ?? "")"
    let counts = report.counts.map { $0.outcome.paint(style)("\($0.outcome.word) \($0.count)") }.joined(separator: ", ")
    let figures = report.figures.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    return [head, "\(Amounts.count(report.rows.count, "ticket"))\(workers)"] + (counts.isEmpty ? [] : [counts]) + [figures] + criticalPath
      + table + report.warnings.map { style.warning("warning: ") + Redaction.redacted($0).harmless() }
  }

  private var criticalPath: [String] {
    let path = report.criticalPath(in: queue)
    if path.isEmpty { return [] }
    let seconds = path.reduce(0) { $0 + (report.weights[$1] ?? 0) }
    let shown = path.map(\.shown)
    let names = shown.count > 12 ? shown.prefix(6) + ["... \(shown.count - 11) more"] + shown.suffix(5) : shown[...]
    return ["\(style.strong("critical path")), \(Amounts.duration(seconds)): \(names.joined(separator: " -> "))"]
  }

  private var table: [String] {
    if report.rows.isEmpty { return [] }
    let ids = min(32, report.rows.map { $0.ticket.shown.count }.max() ?? 0)
    return [""]
      + report.rows.map { row in
        let title =
          row.title.isEmpty || row.title == row.ticket.rawValue ? "" : "  \(Redaction.redacted(row.title).oneLine.clipped(to: 60))"
        let work = row.workSeconds.map { Amounts.duration($0) } ?? ""
        let commit = row.landing?.commits.last.map { $0.short } ?? ""
        let why = why(row).map { "  \(style.faint("(\($0))"))" } ?? ""
        let state = row.outcome.paint(style)(row.outcome.word.padded(to: 13))
        return
          "\(state)  \(style.strong(row.ticket.shown.padded(to: ids)))  \(work.aligned(to: 11))  \(commit.padded(to: 10))\(title)\(why)"
          .trimmedEnd
      }
  }

  private func why(_ row: RunReport.Row) -> String? {
    let with = row.conflicts.isEmpty ? "" : "with \(Amounts.list(row.conflicts.map(\.shown), limit: 3)) "
    let again = row.attempts > 1 ? "\(row.attempts) attempts" : nil
    let reason = row.reason.map { with + Redaction.redacted($0).oneLine.clipped(to: 100) }
    let parts = [reason, again].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
