import Platform
import SageStream
import Tickets

/// A run as a drawing (SVG): a lane a slot with what it worked on when, what waited to land, the checks, and on the target's lane each landing
/// and conflict. Behind all of it the times in which nothing was started.
struct Timeline {
  private let report: RunReport
  private let link: (TicketID) -> PageLink?
  /// Pixels.
  private let width: Double
  private let seconds: Double
  private let slots: [Int]
  private let waits: [(wait: RunReport.Wait, row: Int)]
  private let waitRows: Int
  private let checks: [(check: RunReport.Check, row: Int)]
  private let checkRows: Int

  private static let left = 84.0
  private static let right = 24.0
  private static let top = 30.0
  private static let lane = 30.0
  private static let thin = 9.0
  private static let mostWaitRows = 12

  init(_ report: RunReport, link: @escaping (TicketID) -> PageLink? = { _ in nil }) {
    self.report = report
    self.link = link
    let last = report.spans.compactMap(\.end).max() ?? report.endTime
    seconds = max(0.001, max(report.endTime, last) - report.startTime)
    slots = Set(report.spans.map(\.slot)).sorted()
    // Wide enough for the names of the busiest lane, and never wider than can be scrolled.
    let busiest = slots.map { slot in report.spans.count { $0.slot == slot } }.max() ?? 0
    width = min(16_000, max(1100, Double(busiest) * 56))
    let end = report.endTime
    let (waits, waitRows) = Self.packed(report.waits.map { ($0, $0.start, $0.end ?? end) })
    self.waits = waits.map { (wait: $0, row: $1) }
    self.waitRows = waitRows
    let (checks, checkRows) = Self.packed(report.checks.map { ($0, $0.start, $0.end ?? end) })
    self.checks = checks.map { (check: $0, row: $1) }
    self.checkRows = checkRows
  }

  /// Gives each of them the first row that is free at its start.
  private static func packed<Item>(_ items: [(Item, start: WallTime, end: WallTime)]) -> ([(Item, Int)], Int) {
    var ends: [WallTime] = []
    var packed: [(Item, Int)] = []
    for (item, start, end) in items.sorted(by: { $0.start < $1.start }) {
      if let row = ends.firstIndex(where: { $0 <= start }) {
        ends[row] = end
        packed.append((item, row))
      } else if ends.count < mostWaitRows {
        ends.append(end)
        packed.append((item, ends.count - 1))
      } else {
        packed.append((item, mostWaitRows - 1))
      }
    }
    return (packed, ends.count)
  }

  private var waitTop: Double { Self.top + Double(slots.count) * Self.lane + 8 }
  private var checkTop: Double { waitTop + (waitRows == 0 ? 0 : Double(waitRows) * Self.thin + 12) }
  private var targetTop: Double { checkTop + (checkRows == 0 ? 0 : Double(checkRows) * Self.thin + 12) }
  private var height: Double { targetTop + 34 }
  private var fullWidth: Double { Self.left + width + Self.right }

  private func x(_ time: WallTime) -> Double { Self.left + min(1, max(0, (time - report.startTime) / seconds)) * width }

  var html: HTML {
    .element(
      "svg",
      [
        .init("role", "img"), .label("who worked on what, and when"), .init("width", fullWidth), .init("height", height),
        .init("viewBox", "0 0 \(HTML.Attribute.number(fullWidth)) \(HTML.Attribute.number(height))"),
      ], pausing + axis + lanes + report.spans.map(bar) + waiting + checking + target)
  }

  // MARK: Axis and lanes

  /// A line and a time about every hundred pixels, at round numbers.
  private var axis: [HTML] {
    let wanted = seconds / (width / 110)
    let steps: [Double] = [
      0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
    ]
    let step = steps.first { $0 >= wanted } ?? (seconds / 10)
    return stride(from: 0, through: seconds, by: step).flatMap { time -> [HTML] in
      let x = Self.left + time / seconds * width
      return [
        line(x, Self.top - 6, x, height - 6, "grid"), text(Self.clock(time, step: step), x: x + 3, y: 16, "small soft"),
      ]
    }
  }

  /// `0:05`, `1:02:00`, or with a tenth where steps are shorter than a second.
  static func clock(_ seconds: Double, step: Double) -> String {
    if step < 1 { return "\(Amounts.decimal(seconds)) s" }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
    return "\(whole / 3600):\(two(whole % 3600 / 60)):\(two(whole % 60))"
  }

  private var lanes: [HTML] {
    slots.enumerated().flatMap { place, slot in
      let y = Self.top + Double(place) * Self.lane
      return [
        .element(
          "rect",
          [
            .classes("lane"), .init("x", Self.left), .init("y", y), .init("width", width), .init("height", Self.lane - 6),
            .init("fill", "none"),
          ]),
        text("worker \(slot)", x: 8, y: y + 16, "soft"),
      ]
    }
  }

  // MARK: Work, waits, landings

  private func bar(_ span: RunReport.Span) -> HTML {
    let start = x(span.start)
    let barWidth = max(2.5, x(span.end ?? report.endTime) - start - 1)
    let y = Self.top + Double(slots.firstIndex(of: span.slot) ?? 0) * Self.lane
    let rect = HTML.element(
      "rect",
      [
        .init("x", start), .init("y", y + 1), .init("width", barWidth), .init("height", Self.lane - 8), .init("rx", "3"),
      ] + span.outcome.tone.drawing())
    let name = span.attempt.ticket.shown
    // Tickets of one component begin alike: what tells them apart is the end.
    let end = name.split(separator: "-").last.map(String.init) ?? name
    let label =
      [name, end].first { Double($0.count) * 7.4 + 8 <= barWidth }.map { [text($0, x: start + 4, y: y + 16, "small strong")] } ?? []
    let number = span.attempt.number > 1 ? ", attempt \(span.attempt.number)" : ""
    return linked(
      span.attempt.ticket, "\(title(span.attempt.ticket))\(number): \(span.outcome.word), \(Amounts.duration(report.duration(span)))",
      [rect] + label)
  }

  private var waiting: [HTML] {
    if waits.isEmpty { return [] }
    return [text("to land", x: 8, y: waitTop + 9, "soft")]
      + waits.flatMap { entry -> [HTML] in
        let start = x(entry.wait.start)
        let end = x(entry.wait.end ?? report.endTime)
        let wait = linked(
          entry.wait.ticket,
          "\(title(entry.wait.ticket)) waited \(Amounts.duration((entry.wait.end ?? report.endTime) - entry.wait.start)): "
            + entry.wait.outcome.word,
          [
            .element(
              "rect",
              [
                .init("x", start), .init("y", waitTop + Double(entry.row) * Self.thin), .init("width", max(2, end - start)),
                .init("height", Self.thin - 3), .init("rx", "2"),
              ] + entry.wait.outcome.tone.drawing())
          ])
        return [wait] + review(entry.wait, row: entry.row)
      }
  }

  /// The part of a wait in which nobody had approved it yet.
  private func review(_ wait: RunReport.Wait, row: Int) -> [HTML] {
    guard let from = wait.reviewStart else { return [] }
    let to = wait.reviewEnd ?? wait.end ?? report.endTime
    return [
      linked(
        wait.ticket, "\(title(wait.ticket)) waited \(Amounts.duration(to - from)) for somebody's approval",
        [thinBar(from, to, y: waitTop + Double(row) * Self.thin, .hold)])
    ]
  }

  private var checking: [HTML] {
    if checks.isEmpty { return [] }
    return [text("checks", x: 8, y: checkTop + 9, "soft")]
      + checks.map { entry in
        let check = entry.check
        let end = check.end ?? report.endTime
        let tone: PageTone =
          switch check.verdict {
          case .green?: .good
          case .red?, .timedOut?: .bad
          case nil: .info
          default: .warn
          }
        let words =
          (check.tickets.isEmpty ? "\(report.target) itself" : Amounts.list(check.tickets.map(\.shown), limit: 5))
          + ": \(check.verdict?.sentence ?? "the check goes on"), \(Amounts.duration(end - check.start))"
        let bar = thinBar(check.start, end, y: checkTop + Double(entry.row) * Self.thin, tone)
        guard let last = check.tickets.last else { return .element("g", [], [.element("title", [], words), bar]) }
        return linked(last, words, [bar])
      }
  }

  private func thinBar(_ start: WallTime, _ end: WallTime, y: Double, _ tone: PageTone) -> HTML {
    .element(
      "rect",
      [
        .init("x", x(start)), .init("y", y), .init("width", max(2, x(end) - x(start))), .init("height", Self.thin - 3), .init("rx", "2"),
      ] + tone.drawing())
  }

  private var pausing: [HTML] {
    report.pauses.map { pause in
      let (start, end) = (x(pause.start), x(min(pause.end ?? report.endTime, report.endTime)))
      return .element(
        "g", [],
        [
          .element("title", [], "\(pause.reason.harmless()): nothing was started"),
          .element(
            "rect",
            [
              .classes("pause"), .init("x", start), .init("y", Self.top - 6), .init("width", max(2, end - start)),
              .init("height", height - Self.top), .init("fill", "#8c959f"), .init("fill-opacity", "0.18"),
            ]),
        ])
    }
  }

  /// What happened on the target: a stroke a landing, a cross a conflict.
  private var target: [HTML] {
    let y = targetTop + 4
    let marks = report.waits.compactMap { wait -> HTML? in
      guard let end = wait.end, wait.outcome == .landed || wait.outcome == .conflicted else { return nil }
      let x = x(end)
      let d = wait.outcome == .landed ? "M\(n(x)) \(n(y))V\(n(y + 18))" : "M\(n(x - 4)) \(n(y + 5))l8 8m0 -8l-8 8"
      let path = HTML.element(
        "path",
        [
          .init("d", d), .classes("mark t-\(wait.outcome.tone.rawValue)"), .init("fill", "none"),
          .init("stroke", wait.outcome.tone.colours.stroke), .init("stroke-width", "2.5"),
        ])
      return linked(wait.ticket, "\(title(wait.ticket)): \(wait.outcome.word)", [path])
    }
    return [line(Self.left, y + 18, Self.left + width, y + 18, "grid"), text(report.target.clipped(to: 11), x: 8, y: y + 14, "soft")]
      + marks
  }

  // MARK: Pieces

  private func n(_ value: Double) -> String { HTML.Attribute.number(value) }

  private func title(_ ticket: TicketID) -> String {
    let title = report.rows.first { $0.ticket == ticket }?.title ?? ""
    return title.isEmpty || title == ticket.rawValue ? ticket.shown : "\(ticket.shown) \(title)"
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) -> HTML {
    .element(
      "path", [.init("d", "M\(n(x1)) \(n(y1))L\(n(x2)) \(n(y2))"), .classes(kind), .init("fill", "none"), .init("stroke", "#d0d7de")])
  }

  private func text(_ text: String, x: Double, y: Double, _ kind: String) -> HTML {
    .element("text", [.init("x", x), .init("y", y), .classes(kind)], text)
  }

  private func linked(_ ticket: TicketID, _ words: String, _ parts: [HTML]) -> HTML {
    let label = HTML.element("title", [], words)
    if let link = link(ticket) { return .element("a", [.href(link)], [label] + parts) }
    return .element("g", [], [label] + parts)
  }
}
