import Git
import SageStream
import Tickets

/// Conflict reports for a person: first that the target is safe; then one conflict whole, or several in a list; then what to type.
public struct ConflictText: Sendable {
  private let reports: [ConflictReport]
  private let target: String
  private let queue: TicketIndex?
  private let style: Style

  /// - Parameters:
  ///   - target: the short name of the branch that the tickets did not land on.
  ///   - queue: says what the tickets were for; nil where it cannot be read.
  public init(_ reports: [ConflictReport], target: String, queue: TicketIndex? = nil, style: Style) {
    self.reports = reports
    self.target = target.harmless()
    self.queue = queue
    self.style = style
  }

  public var lines: [String] {
    guard let first = reports.first else { return ["no conflicts: nothing is parked"] }
    let who = reports.count == 1 ? first.ticket.shown : "none of the \(reports.count) tickets below"
    let verb = reports.count == 1 ? "has not landed" : "has landed"
    let safe = "\(style.good("\(target) is safe:")) \(who) \(verb), and no side was chosen"
    return [safe, ""] + (reports.count == 1 ? lines(of: first) : list)
  }

  /// For a ticket that was set aside for another reason than a conflict.
  public static func none(of ticket: TicketID, reason: DeferReason) -> [String] {
    let why = [reason.category, reason.message].filter { !$0.isEmpty }.map { $0.harmless() }.joined(separator: ": ")
    return ["no conflict of \(ticket.shown): it was set aside\(why.isEmpty ? "" : " (\(why))")"]
  }

  private func lines(of report: ConflictReport) -> [String] {
    let paths = report.pathsByEffort
    return parties(report) + [""] + overview(paths) + paths.flatMap { details(of: $0, in: report) } + [""] + commands(for: report)
  }

  /// A conflict a line, and how to see one.
  private var list: [String] {
    let ids = min(32, reports.map { $0.ticket.shown.count }.max() ?? 0)
    let titles = min(48, reports.map { $0.title.oneLine.count }.max() ?? 0)
    let lines = reports.map { report in
      let with = report.landedTickets.isEmpty ? "" : "with \(Amounts.list(report.landedTickets.map(\.shown), limit: 3)) "
      let files = Amounts.list(report.pathsByEffort.map(\.path.description), limit: 2)
      let title = report.title.oneLine.clipped(to: 48).padded(to: titles)
      return "\(style.bad("conflict")) \(style.strong(report.ticket.shown.padded(to: ids)))  \(title)  \(style.faint("\(with)in \(files)"))"
    }
    return lines + [
      "", "to see one of them, or all as a page:", "  \(style.strong("git sage-stream conflicts ID"))",
      "  \(style.strong("git sage-stream conflicts --html --open"))",
    ]
  }

  /// What `conflicts --json` prints.
  public static func json(_ reports: [ConflictReport]) -> JSON { ["schema_version": 1, "conflicts": JSON(reports.map(\.json))] }

  // MARK: Who

  private func parties(_ report: ConflictReport) -> [String] {
    let title = report.title.isEmpty ? "" : "  \(report.title.oneLine.clipped(to: 80))"
    let first =
      "\(style.bad("conflict")) \(style.strong(report.ticket.shown))\(title)  \(style.faint("(parked on \(report.branch.short.harmless()))"))"
    let others = report.clashes.prefix(8).flatMap { change in
      ["with     " + party(change, in: report)] + (change.ticket.map(intent) ?? [])
    }
    return [first] + intent(of: report.ticket) + others
      + (report.clashes.count > 8 ? ["         and \(report.clashes.count - 8) more commits"] : [])
  }

  /// What a ticket is for, in three lines at most.
  private func intent(of ticket: TicketID) -> [String] {
    let lines = (queue?[ticket]?.intent ?? "").split(whereSeparator: \.isNewline).map { $0.harmless().trimmed }.filter { !$0.isEmpty }
    let shown = lines.prefix(3).map { $0.clipped(to: 100) }
    return (shown + (lines.count > 3 ? ["(\(CommandLineText.command("show", ticket)) has all of it)"] : [])).map {
      "         \(style.faint($0))"
    }
  }

  private func party(_ change: LandedChange, in report: ConflictReport) -> String {
    guard let ticket = change.ticket else {
      let author = change.author.isEmpty ? "" : " by \(change.author.oneLine.clipped(to: 40))"
      return "\(style.strong(change.commit.short))  \(change.subject.oneLine.clipped(to: 80))  " + style.faint("(a commit\(author))")
    }
    let title = report.others[ticket] ?? change.subject
    return "\(style.strong(ticket.shown))  \(title.oneLine.clipped(to: 80))  " + style.faint("(landed as \(change.commit.short))")
  }

  // MARK: Where

  private func overview(_ paths: [ConflictedFile]) -> [String] {
    let width = min(60, paths.map { $0.path.description.count }.max() ?? 0)
    return paths.map { path in
      let hunks = path.hunks.isEmpty ? "" : ", \(Amounts.count(path.hunks.count, "hunk"))"
      let elsewhere = path.oursPath.map { ", on \(target) it is \($0)" } ?? ""
      return "  \(path.path.description.padded(to: width))  \(path.type.harmless())\(hunks)\(elsewhere)"
    }
  }

  private func details(of path: ConflictedFile, in report: ConflictReport) -> [String] {
    if path.hunks.isEmpty {
      let by = path.landedBy.map { [indent + "changed on \(target) by \(name($0))"] } ?? []
      return ["", style.name(path.path.description), indent + path.message.oneLine] + by + note(path.note)
    }
    return path.hunks.enumerated().flatMap { place, hunk in
      let count = path.hunks.count > 1 ? ", \(place + 1) of \(path.hunks.count)" : ""
      return ["", style.name("\((path.oursPath ?? path.path).description):\(hunk.ours.start)") + count] + sides(of: hunk, in: report)
    } + note(path.note)
  }

  private func sides(of hunk: ConflictHunk, in report: ConflictReport) -> [String] {
    let ours = hunk.landedBy?.ticket?.shown ?? target
    let theirs = report.ticket.shown
    let labels = min(24, ["base", ours, theirs].map(\.count).max() ?? 0)
    let digits = [hunk.base, hunk.ours, hunk.theirs].map { String($0.start + min($0.count, Self.mostLines)).count }.max() ?? 1
    let widths = (labels, digits)
    let origin = hunk.landedBy.map { [indent + style.faint("on \(target) by \(name($0))")] } ?? []
    return origin + side("base", hunk.base, widths, style.faint) + side(ours, hunk.ours, widths, style.good)
      + side(theirs, hunk.theirs, widths, style.warning) + note(hunk.note)
  }

  /// At most twelve lines a side, each with its number there: the page has more.
  private func side(
    _ label: String, _ side: ConflictHunk.Side, _ widths: (labels: Int, digits: Int), _ paint: (String) -> String
  ) -> [String] {
    let shown = side.lines.prefix(Self.mostLines).enumerated().map { place, line in
      (number: String(side.start + place), text: paint(line.harmless(keepingTabs: true)))
    }
    let rest = side.count - shown.count
    let more = rest > 0 && !shown.isEmpty ? [(number: "", text: style.faint("... \(Amounts.count(rest, "more line"))"))] : []
    let lines = side.count == 0 ? [(number: "", text: style.faint("(no lines)"))] : shown + more
    return lines.enumerated().map { place, line in
      let label = (place == 0 ? label : "").padded(to: widths.labels)
      return "\(indent)\(label) \(style.faint(line.number.aligned(to: widths.digits))) | \(line.text)".trimmedEnd
    }
  }

  private static let mostLines = 12

  private func name(_ change: LandedChange) -> String {
    change.ticket.map { "\($0.shown) (\(change.commit.short))" } ?? "\(change.commit.short) \(change.subject.oneLine.clipped(to: 60))"
  }

  private func note(_ note: String?) -> [String] { note.map { [indent + style.faint("note: \($0.oneLine)")] } ?? [] }

  // MARK: What next

  private func commands(for report: ConflictReport) -> [String] {
    report.nextSteps.flatMap { ["\($0.purpose):", "  \(style.strong($0.command))"] }
  }

  private let indent = "  "
}
