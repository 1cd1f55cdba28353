import Git
import SageStream
import Tickets

/// Conflict reports for a person: first that the target is safe, then each conflict, then what to type.
public struct ConflictText: Sendable {
  private let reports: [ConflictReport]
  private let target: String
  private let style: Style

  /// - Parameter target: the short name of the branch that the tickets did not land on.
  public init(_ reports: [ConflictReport], target: String, style: Style) {
    self.reports = reports
    self.target = target.harmless()
    self.style = style
  }

  public var lines: [String] {
    guard let first = reports.first else { return ["no conflicts: nothing is parked"] }
    let who = reports.count == 1 ? first.ticket.shown : "none of the \(reports.count) tickets below"
    let verb = reports.count == 1 ? "has not landed" : "has landed"
    let safe = "\(style.good("\(target) is safe:")) \(who) \(verb), and no side was chosen"
    return [safe] + reports.flatMap { [""] + lines(of: $0) }
  }

  /// For a ticket that was set aside for another reason than a conflict.
  public static func none(of ticket: TicketID, reason: DeferReason) -> [String] {
    let why = [reason.category, reason.message].filter { !$0.isEmpty }.map { $0.harmless() }.joined(separator: ": ")
    return ["no conflict of \(ticket.shown): it was set aside\(why.isEmpty ? "" : " (\(why))")"]
  }

  private func lines(of report: ConflictReport) -> [String] {
    let paths = report.paths.enumerated().sorted { ($0.element.hunks.count, $0.offset) < ($1.element.hunks.count, $1.offset) }.map(
      \.element)
    return parties(report) + [""] + overview(paths) + paths.flatMap { details(of: $0, in: report) } + [""] + commands(for: report)
  }

  /// What `conflicts --json` prints.
  public static func json(_ reports: [ConflictReport]) -> JSON { ["schema_version": 1, "conflicts": JSON(reports.map(\.json))] }

  // MARK: Who

  private func parties(_ report: ConflictReport) -> [String] {
    let title = report.title.isEmpty ? "" : "  \(report.title.oneLine.clipped(to: 80))"
    let first =
      "\(style.bad("conflict")) \(style.strong(report.ticket.shown))\(title)  \(style.faint("(parked on \(report.branch.short.harmless()))"))"
    let others = report.clashes.prefix(8).map { "with     " + party($0, in: report) }
    return [first] + others + (report.clashes.count > 8 ? ["         and \(report.clashes.count - 8) more commits"] : [])
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
    let width = min(24, ["base", ours, theirs].map(\.count).max() ?? 0)
    let origin = hunk.landedBy.map { [indent + style.faint("on \(target) by \(name($0))")] } ?? []
    return origin + side("base", hunk.base, width, style.faint) + side(ours, hunk.ours, width, style.good)
      + side(theirs, hunk.theirs, width, style.warning) + note(hunk.note)
  }

  /// At most twelve lines a side: the report on disk has more.
  private func side(_ label: String, _ side: ConflictHunk.Side, _ width: Int, _ paint: (String) -> String) -> [String] {
    let shown = side.lines.prefix(12).map { paint($0.harmless(keepingTabs: true)) }
    let more = side.count > shown.count ? [style.faint("... \(Amounts.count(side.count - shown.count, "more line"))")] : []
    let lines = side.count == 0 ? [style.faint("(no lines)")] : shown + more
    return lines.enumerated().map { place, line in "\(indent)\((place == 0 ? label : "").padded(to: width)) | \(line)".trimmedEnd }
  }

  private func name(_ change: LandedChange) -> String {
    change.ticket.map { "\($0.shown) (\(change.commit.short))" } ?? "\(change.commit.short) \(change.subject.oneLine.clipped(to: 60))"
  }

  private func note(_ note: String?) -> [String] { note.map { [indent + style.faint("note: \($0.oneLine)")] } ?? [] }

  // MARK: What next

  /// The parked branch is an ordinary one: merged by hand, the next run sees that the ticket is done.
  private func commands(for report: ConflictReport) -> [String] {
    let branch = CommandLineText.word(report.branch.short.harmless())
    let range = CommandLineText.word("\(report.base.short)..\(report.branch.short.harmless())")
    return [
      "to see the whole of it and to finish it:",
      "  \(style.strong("git log -p \(range)"))",
      "  \(style.strong("git merge \(branch)"))",
    ]
  }

  private let indent = "  "
}
