/// Progress for the terminal's tab or the task bar (OSC 9;4, as ConEmu invented it).
struct ProgressReport {
  private let isSupported: Bool
  private var last = ""

  init(isSupported: Bool) { self.isSupported = isSupported }

  /// What to write, empty where it is not supported or nothing has changed.
  mutating func update(_ state: LiveState) -> String {
    guard isSupported, !state.tickets.isEmpty else { return "" }
    let done = state.landed.count + state.setAside.count
    // 1 is normal, 2 an error, 4 paused or a warning.
    let kind = state.isPaused ? 4 : state.setAside.isEmpty ? 1 : 2
    return say("\(kind);\(100 * done / state.tickets.count)")
  }

  /// Takes it away; a terminal would keep it for ever.
  mutating func end() -> String { isSupported && !last.isEmpty && last != "0" ? say("0") : "" }

  private mutating func say(_ what: String) -> String {
    if what == last { return "" }
    last = what
    return "\u{1B}]9;4;\(what)\u{1B}\\"
  }
}
