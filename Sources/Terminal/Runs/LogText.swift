import SageStream
import Tickets

/// What `log` shows: runs, newest first, then what is saved; of one ticket its attempts.
public struct LogText: Sendable {
  private let log: RunLog
  private let ticket: TicketID?
  private let style: Style

  /// - Parameter ticket: the one that the log is about; nil for all.
  public init(_ log: RunLog, of ticket: TicketID? = nil, style: Style) {
    self.log = log
    self.ticket = ticket
    self.style = style
  }

  public var lines: [String] {
    if let ticket { return lines(of: ticket) }
    if log.runs.isEmpty { return ["no run yet in this repository"] }
    let saved = log.saved.isEmpty ? [] : ["", "saved work"] + log.saved.map { "  \($0.commit.short)  \($0.reference.rawValue.harmless())" }
    let asides =
      log.worktrees.isEmpty
      ? [] : ["", "worktrees that were set aside"] + log.worktrees.map { "  \($0.path.shown)  (\($0.reason.harmless()))" }
    return log.runs.reversed().map(line) + saved + asides
  }

  private func lines(of ticket: TicketID) -> [String] {
    if log.attempts.isEmpty && log.saved.isEmpty { return ["no attempt at \(ticket.shown) yet"] }
    var lines: [String] = []
    for entry in log.attempts.reversed() {
      let time = entry.seconds.map { ", \(Amounts.duration($0))" } ?? ""
      lines.append(
        "\(style.strong("attempt \(entry.attempt.number)"))  run \(entry.attempt.run)  \(entry.started.toTheSecond)\(time)")
      lines.append("  \(Redaction.redacted(entry.outcome).harmless())")
      lines.append("  log: \(entry.log.shown)")
      lines += entry.references.map { "  ref: \($0.rawValue.harmless())" }
    }
    let shown = Set(log.attempts.flatMap(\.references))
    let others = log.saved.filter { !shown.contains($0.reference) }
    return lines + others.map { "ref: \($0.reference.rawValue.harmless())  \($0.commit.short)" }
  }

  private func line(_ entry: RunLog.Entry) -> String {
    let target = entry.target.map { "  \($0.short.harmless())" } ?? ""
    return "\(style.strong(entry.run.rawValue))  \(entry.started.toTheSecond)\(target)  \(words(entry))"
  }

  private func words(_ entry: RunLog.Entry) -> String {
    if let undone = entry.undone { return "undo of \(undone)" }
    let what = [("landed", entry.landed.count), ("set aside", entry.setAside.count)].filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    let counts = what.isEmpty ? "" : ": \(what.joined(separator: ", "))"
    if let verb = entry.verb { return verb.harmless() + (entry.error == nil ? "" : style.faint(" (refused or failed)")) + counts }
    if entry.error != nil { return style.bad("stopped by an error") + counts }
    switch entry.state {
    case .running: return style.good("running") + counts
    case .finished: return "finished\(counts)"
    case .interrupted: return style.warning("interrupted") + counts
    case .dead: return style.bad("died") + counts
    }
  }
}
