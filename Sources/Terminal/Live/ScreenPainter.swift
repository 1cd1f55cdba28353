import Platform

/// Turns frames into the bytes that bring a terminal from one to the next. It keeps what it has drawn; it never reads the terminal.
///
/// Between two frames the cursor stands below the last line, visible, with nothing switched on: whoever kills or stops us leaves a terminal on
/// which the next prompt just follows. What is above a frame is never touched, so the scrollback stays whole.
struct ScreenPainter {
  private let reflows: Bool
  private var shown: [FrameLine] = []
  private var columns = 0

  /// - Parameter reflows: whether the terminal breaks lines anew when it gets narrower.
  init(reflows: Bool) { self.reflows = reflows }

  /// What to write, all at once; empty where nothing changes.
  ///
  /// - Parameter log: lines that stay for good, above the frame.
  mutating func paint(_ frame: [FrameLine], log: [String] = [], size: TerminalSize) -> String {
    let up = rowsUp(size)
    let isSame = log.isEmpty && size.columns == columns && frame.count == shown.count && !shown.isEmpty
    defer {
      shown = frame
      columns = size.columns
    }
    if isSame { return changes(to: frame) }
    var text = Self.begin + Self.up(up)
    text += "\r\u{1B}[J"
    for line in log { text += line + "\r\n" }
    text += Self.noWrap
    for line in frame { text += line.painted + "\r\n" }
    return text + Self.wrap + Self.end
  }

  /// Takes the frame away; `log` stands in its place.
  mutating func clear(log: [String] = [], size: TerminalSize) -> String {
    if shown.isEmpty && log.isEmpty { return "" }
    let up = rowsUp(size)
    shown = []
    return Self.begin + Self.up(up) + "\r\u{1B}[J" + log.map { $0 + "\r\n" }.joined() + Self.end
  }

  /// Leaves the frame where it is; the next one is drawn below whatever others write meanwhile.
  mutating func abandon() { shown = [] }

  private func changes(to frame: [FrameLine]) -> String {
    guard let first = frame.indices.first(where: { frame[$0] != shown[$0] }) else { return "" }
    var text = Self.begin + Self.up(frame.count - first) + "\r" + Self.noWrap
    for place in first..<frame.count {
      if frame[place] != shown[place] { text += frame[place].painted + "\u{1B}[K" }
      text += "\r\n"
    }
    return text + Self.wrap + Self.end
  }

  /// How many rows the frame takes now: a terminal that has become narrower has broken its lines.
  private func rowsUp(_ size: TerminalSize) -> Int {
    let rows = shown.reduce(0) { rows, line in
      guard reflows, size.columns < columns, line.width > size.columns else { return rows + 1 }
      return rows + (line.width + size.columns - 1) / size.columns
    }
    return min(rows, max(0, size.rows - 1))
  }

  private static func up(_ rows: Int) -> String { rows > 0 ? "\u{1B}[\(rows)A" : "" }

  // Synchronised output (the terminal shows the whole or nothing); those that do not know it ignore it.
  private static let begin = "\u{1B}[?2026h"
  private static let end = "\u{1B}[?2026l"
  // A line that a terminal takes for wider than we do must not break.
  private static let noWrap = "\u{1B}[?7l"
  private static let wrap = "\u{1B}[?7h"
}
