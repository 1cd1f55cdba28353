import Tickets

/// The first line: how far the whole run is.
extension LiveFrame {
  var overall: FrameLine {
    let total = state.tickets.count
    let landed = state.landed.count
    let running = state.seats.count + state.landingQueue.count
    var counts = ["\(running) running", "\(state.waiting) waiting"]
    if !state.held.isEmpty { counts.append("\(state.held.count) held") }
    let aside = state.setAside.count
    if aside > 0 { counts.append("\(aside) set aside") }
    let end = ending
    let tight = counts.map { $0.replacing("running", with: "run").replacing("waiting", with: "wait").replacing("set aside", with: "aside") }
    // From the roomiest to the tightest form; the first that fits is it.
    let wide = columns >= 120 ? 40 : 24
    let forms: [(bar: Int, head: String, parts: [String])] = [
      (wide, "\(landed)/\(total) landed", counts + end.long), (14, "\(landed)/\(total) landed", counts + end.long),
      (10, "\(landed)/\(total) landed", counts + end.short), (8, "\(landed)/\(total)", counts + end.short),
      (6, "\(landed)/\(total)", tight + end.tight),
      (0, "\(landed)/\(total)", tight + end.tight), (0, "\(landed)/\(total)", end.tight),
    ]
    for form in forms {
      let text = ([form.head] + form.parts).joined(separator: glyphs.separator)
      let width = form.bar + (form.bar > 0 ? 1 : 0) + CharacterWidth.of(text)
      if width > columns, form.parts != end.tight { continue }
      var line = FrameLine(limit: columns)
      addBar(form.bar, landed: landed, running: running, aside: aside, of: total, to: &line)
      line.add(form.head, style.strong)
      for part in form.parts {
        line.add(glyphs.separator + part, part.hasSuffix("aside") || part.hasSuffix("held") ? style.warning : { $0 })
      }
      return line
    }
    return FrameLine()
  }

  private var ending: (long: [String], short: [String], tight: [String]) {
    guard state.stopping == nil, state.finished == nil else { return ([], [], []) }
    guard let remaining else { return ([], [], []) }
    let time = now.advanced(by: remaining).timeOfDay(secondsFromUTC: secondsFromUTC)
    let rough = Self.rough(remaining)
    return (["about \(rough) left (\(time))"], ["~\(rough) left"], ["~\(rough)"])
  }

  /// An estimate is not to the second: `40 s`, `4 min`, `1 h 20 min`.
  static func rough(_ seconds: Double) -> String {
    if seconds < 55 { return "\(max(5, Int((seconds / 5).rounded(.up)) * 5)) s" }
    let minutes = Int((seconds / 60).rounded(.up))
    if minutes < 60 { return "\(minutes) min" }
    let tens = (minutes % 60 + 9) / 10 * 10
    let hours = minutes / 60 + tens / 60
    return tens % 60 == 0 ? "\(hours) h" : "\(hours) h \(tens % 60) min"
  }

  private func addBar(_ width: Int, landed: Int, running: Int, aside: Int, of total: Int, to line: inout FrameLine) {
    guard width > 0 else { return }
    let whole = max(1, total)
    func cells(_ count: Int) -> Int { min(width, (count * width + whole / 2) / whole) }
    let full = cells(landed)
    let gone = min(width - full, cells(landed + aside) - full)
    var half = min(width - full - gone, cells(landed + aside + running) - full - gone)
    // Work that goes on is seen, however large the queue is.
    if running > 0, half <= 0, full + gone < width { half = 1 }
    half = max(0, half)
    line.add(String(repeating: glyphs.full, count: full), style.good)
    line.add(String(repeating: glyphs.full, count: gone), style.warning)
    line.add(String(repeating: glyphs.half, count: half), style.name)
    line.add(String(repeating: glyphs.empty, count: width - full - gone - half), style.faint)
    line.add(" ")
  }
}
