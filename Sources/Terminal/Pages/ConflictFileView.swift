import SageStream
import Tickets

/// One file of a conflict on a page: what git says of it, and of each hunk the three sides beside each other.
struct ConflictFileView {
  private let file: ConflictedFile
  private let report: ConflictReport
  private let target: String
  private let id: String

  /// - Parameter id: of the element, for links.
  init(_ file: ConflictedFile, of report: ConflictReport, target: String, id: String) {
    self.file = file
    self.report = report
    self.target = target
    self.id = id
  }

  var html: HTML {
    let elsewhere = file.oursPath.map { [HTML.element("p", [], [.text("on \(target) it is "), .code($0.description)])] } ?? []
    let by = file.hunks.isEmpty ? file.landedBy.map { [HTML.element("p", [], "changed on \(target) by \(name($0))")] } ?? [] : []
    let message = file.hunks.isEmpty ? [HTML.element("p", [], [.code(file.message)])] : []
    let note = file.note.map { [HTML.element("p", [.classes("soft")], "note: \($0)")] } ?? []
    return .element(
      "section", [.init("id", id)],
      [.element("h3", [], [.code(file.path.description), .text(" "), .badge(file.type, .bad)])] + elsewhere + message + by
        + file.hunks.enumerated().map { hunk($0.element, $0.offset + 1) } + note)
  }

  private func hunk(_ hunk: ConflictHunk, _ number: Int) -> HTML {
    let count = file.hunks.count > 1 ? "hunk \(number) of \(file.hunks.count), " : ""
    let place = "\(count)line \(hunk.ours.start) on \(target)"
    let by = hunk.landedByAll.count > 1 ? hunk.landedByAll : [hunk.landedBy].compactMap(\.self)
    let origin = by.isEmpty ? "" : ", changed there by \(Amounts.list(by.map(name), limit: 4))"
    let note = hunk.note.map { [HTML.element("p", [.classes("none")], "note: \($0)")] } ?? []
    let ours = hunk.landedBy?.ticket?.shown ?? target
    let base = Redaction.redacted(lines: hunk.base.lines)
    return .element(
      "div", [.classes("hunk")],
      [
        .element("header", [], "\(place)\(origin)"),
        .element(
          "div", [.classes("sides")],
          [
            side("base", "before both", hunk.base, "base", comparedWith: base),
            side(ours, "on \(target)", hunk.ours, "ours", comparedWith: base),
            side(report.ticket.shown, "set aside", hunk.theirs, "theirs", comparedWith: base),
          ]),
      ] + note)
  }

  /// The lines of one side with their numbers; those that the base does not have stand out.
  private func side(_ name: String, _ role: String, _ side: ConflictHunk.Side, _ kind: String, comparedWith base: [String]) -> HTML {
    let lines = Redaction.redacted(lines: side.lines)
    let added = Set(
      lines.difference(from: base).insertions.compactMap { change in
        if case .insert(let offset, _, _) = change { offset } else { nil as Int? }
      })
    let rows = lines.enumerated().map { offset, line in
      HTML.element(
        "tr", added.contains(offset) ? [.classes("new")] : [],
        [.element("td", [.classes("n")], "\(side.start + offset)"), .element("td", [], [.element("code", [], line)])])
    }
    let more = side.count - side.lines.count
    let rest = more > 0 ? [HTML.element("p", [.classes("none")], "and \(Amounts.count(more, "more line"))")] : []
    let body =
      side.count == 0
      ? HTML.element("p", [.classes("none")], "no lines")
      : .element(
        "div", [.classes("lines"), .init("tabindex", "0")], [.element("table", [], [.element("tbody", [], rows)])])
    return .element(
      "div", [.classes("side \(kind)")],
      [.element("h4", [], [.text("\(name) "), .element("span", [.classes("soft")], role)]), body] + rest)
  }

  private func name(_ change: LandedChange) -> String {
    change.ticket.map { "\($0.shown) (\(change.commit.short))" } ?? "\(change.commit.short) \(change.subject)"
  }
}
