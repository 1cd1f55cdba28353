import Platform
import SageStream

/// The live display of one run on one terminal: what is known, what is drawn, and the difference.
///
/// Drawing is asked for by a clock, never by an event, so ten events in a moment are one frame.
struct LiveScreen {
  private let screen: Screen
  private let traits: TerminalTraits
  private let style: Style
  private var state = LiveState()
  private var painter: ScreenPainter
  private var forecast: Forecast
  private var tails: [Int: OutputTail] = [:]
  private var pending: [String] = []
  private var hasNews = true
  private var lastSecond = 0
  private var lastSize: TerminalSize?
  private var ticks = 0
  private var progress: ProgressReport

  init(on screen: Screen, traits: TerminalTraits, style: Style, queue: Queue?, usualSeconds: Double?) {
    self.screen = screen
    self.traits = traits
    self.style = style
    painter = ScreenPainter(reflows: traits.reflows)
    forecast = Forecast(queue: queue, usualSeconds: usualSeconds)
    progress = ProgressReport(isSupported: traits.showsProgress)
  }

  /// - Parameter lines: what is to stand above the frame for good.
  mutating func take(_ event: Event, lines: [String]) {
    state.take(event)
    pending += lines
    hasNews = true
    tails = tails.filter { state.seats[$0.key] != nil }
    for (slot, seat) in state.seats { if tails[slot]?.log != seat.log { tails[slot] = seat.log.map { OutputTail($0) } } }
  }

  /// Draws what has changed since the last call; called ten times a second, which is the most that it draws.
  mutating func tick(now: WallTime = .now) {
    ticks += 1
    guard screen.isForeground else {
      // A job in the background leaves the terminal to whoever is in front: lines, as from any other job, and no frame.
      painter.abandon()
      write(lines: takePending())
      return
    }
    // Five times a second is as often as anybody reads a last line of output.
    if ticks % 2 == 0 { for slot in tails.keys where tails[slot]?.refresh() == true { hasNews = true } }
    let size = TerminalSize(of: screen.descriptor) ?? TerminalSize(columns: 80, rows: 24)
    guard hasNews || now.seconds != lastSecond || size != lastSize else { return }
    hasNews = false
    lastSecond = now.seconds
    lastSize = size
    forecast.update(state, now: now)
    var frame = LiveFrame(state: state, now: now, size: size)
    frame.outputs = tails.mapValues(\.line).filter { !$0.value.isEmpty }
    frame.remaining = forecast.remaining(state, now: now)
    frame.secondsFromUTC = localSecondsFromUTC(at: now)
    frame.style = style
    frame.isUnicode = traits.isUnicode
    let lines = state.run == nil ? [] : frame.lines
    write(painter.paint(lines, log: takePending(), size: size) + progress.update(state))
  }

  /// Takes the frame away and leaves the log: before a question, and at the end.
  mutating func clear() {
    let size = TerminalSize(of: screen.descriptor) ?? TerminalSize(columns: 80, rows: 24)
    write(painter.clear(log: takePending(), size: size) + progress.end())
    hasNews = true
  }

  /// The terminal is about to be somebody else's: the frame stays where it is.
  mutating func abandon() {
    painter.abandon()
    write(progress.end())
    hasNews = true
  }

  private mutating func takePending() -> [String] {
    defer { pending = [] }
    return pending
  }

  private func write(lines: [String]) { screen.show(lines) }

  private func write(_ text: String) { screen.write(text) }
}
