import Platform
import Tickets

/// One line for each slot.
extension LiveFrame {
  func slotLines(limit: Int) -> [FrameLine] {
    guard state.workers > 0, limit > 0 else { return [] }
    let busy = state.seats.keys.sorted()
    let idle = (1...max(state.workers, busy.last ?? 1)).filter { state.seats[$0] == nil }
    let layout = Layout(self)
    // Those that do something come first in a terminal that is too low for all.
    if busy.count + idle.count <= limit {
      return (busy + idle).sorted().map { number in
        state.seats[number].map { line(number, $0, layout) } ?? idleLine(number, layout)
      }
    }
    let hasRest = busy.count + (idle.isEmpty ? 0 : 1) > limit
    let shown = busy.prefix(hasRest ? limit - 1 : busy.count)
    var lines = shown.compactMap { number in state.seats[number].map { line(number, $0, layout) } }
    var rest = FrameLine(limit: columns)
    let more = busy.count - shown.count
    let words = [more > 0 ? "\(more) more working" : nil, idle.isEmpty ? nil : "\(idle.count) idle"].compactMap { $0 }
    rest.add(words.joined(separator: glyphs.separator).fitted(to: columns, ellipsis: glyphs.ellipsis), style.faint)
    if lines.count < limit { lines.append(rest) }
    return lines
  }

  /// Where the columns begin and how wide they are, the same for all slots.
  struct Layout {
    let number: Int
    let ticket: Int
    let title: Int
    let phase: Int
    let elapsed: Int
    let output: Int

    init(_ frame: LiveFrame) {
      let seats = frame.state.seats.values
      number = String(max(frame.state.workers, 1)).count
      let isNarrow = frame.columns < 80
      ticket = min(isNarrow ? 12 : 20, max(5, seats.map { CharacterWidth.of($0.ticket.shown) }.max() ?? 5))
      phase = max(7, seats.map(\.phase.rawValue.count).max() ?? 7)
      elapsed = max(4, seats.map { frame.clock(frame.now - $0.since).count }.max() ?? 4)
      let gaps = isNarrow ? 5 : 9
      let rest = max(0, frame.columns - number - ticket - phase - elapsed - gaps)
      let titles = seats.map { CharacterWidth.of(LiveFrame.title($0)) }.max() ?? 0
      title = min(titles, max(rest * 2 / 5, min(rest, 8)), 60)
      output = rest - title
    }
  }

  private func line(_ number: Int, _ seat: LiveState.Seat, _ layout: Layout) -> FrameLine {
    var line = FrameLine(limit: columns)
    let gap = columns < 80 ? 1 : 2
    line.add(String(number).aligned(to: layout.number), style.faint)
    line.add(" ")
    var column = line.width
    func cell(_ text: String, _ width: Int, _ paint: (String) -> String = { $0 }) {
      line.move(to: column)
      line.add(text.fitted(to: width, ellipsis: glyphs.ellipsis), paint)
      column += width + gap
    }
    cell(seat.ticket.shown, layout.ticket, style.strong)
    if layout.title > 0 { cell(Self.title(seat), layout.title) }
    cell(seat.phase.rawValue, layout.phase, seat.phase == .working ? style.name : style.warning)
    cell(clock(now - seat.since).aligned(to: layout.elapsed), layout.elapsed)
    if let output = outputs[number], layout.output > 4 { cell(glyphs.output + output, layout.output, style.faint) }
    return line
  }

  private func idleLine(_ number: Int, _ layout: Layout) -> FrameLine {
    var line = FrameLine(limit: columns)
    line.add(String(number).aligned(to: layout.number), style.faint)
    line.add(" ")
    line.add("idle", style.faint)
    return line
  }

  static func title(_ seat: LiveState.Seat) -> String { seat.title == seat.ticket.rawValue ? "" : seat.title.harmless() }
}
