import Platform
import SageStream

/// What a person or a script sees of a run while it goes on: events as JSON, lines, or a live display.
///
/// It has a thread of its own, so a reader that is slow, or a terminal that was stopped with Ctrl-S, holds up nothing but itself.
public actor RunDisplay {
  public enum Form: Sendable {
    /// Each event as a line of JSON on standard output, and on standard error what needs a person.
    case events
    case lines(ProgressLines.Detail)
    case live(TerminalTraits)

    /// What suits a run whose progress goes to `screen`.
    public init(asJSON: Bool, isQuiet: Bool, environment: [String: String], screen: Screen = .messages) {
      let traits = TerminalTraits(environment: environment, isTerminal: screen.isTerminal)
      self = asJSON ? .events : isQuiet ? .lines(.quiet) : traits.canRedraw ? .live(traits) : .lines(.everything)
    }

    public var isLive: Bool { if case .live = self { true } else { false } }
  }

  private let executor: BlockingExecutor?
  private var progress: ProgressLines
  private var live: LiveScreen?
  private let writesEvents: Bool
  private let screen: Screen
  private let output: Screen
  /// How many have asked for the terminal; nothing is drawn until all have given it back.
  private var guests = 0

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor?.asUnownedSerialExecutor() ?? MainActor.sharedUnownedExecutor
  }

  /// - Parameters:
  ///   - queue: what the estimate of the end is made from; nil for one that knows no dependencies.
  ///   - usualSeconds: what a ticket took in earlier runs.
  public init(
    _ form: Form, style: Style, queue: Queue? = nil, usualSeconds: Double? = nil, screen: Screen = .messages, output: Screen = .output
  ) {
    executor = try? BlockingExecutor()
    self.screen = screen
    self.output = output
    switch form {
    case .events:
      progress = ProgressLines(style: style, detail: .quiet)
      writesEvents = true
    case .lines(let detail):
      progress = ProgressLines(style: style, detail: detail)
      writesEvents = false
    case .live(let traits):
      progress = ProgressLines(style: style, detail: .endings)
      writesEvents = false
      live = LiveScreen(on: screen, traits: traits, style: style, queue: queue, usualSeconds: usualSeconds)
    }
  }

  /// All that the events so far tell.
  public var fold: RunFold { progress.fold }

  public func take(_ event: Event) {
    let lines = progress.lines(for: event)
    if live != nil {
      live?.take(event, lines: lines)
    } else if writesEvents {
      output.show(event.json.serialized())
    } else {
      screen.show(lines)
    }
  }

  /// Takes what happened before anybody looked; no lines are shown of it.
  public func takeSilently(_ event: Event) {
    _ = progress.lines(for: event)
    live?.take(event, lines: [])
  }

  /// Draws what is new. To be called ten times a second; does nothing for a form that is not live.
  public func tick() { if guests == 0 { live?.tick() } }

  /// Gives the terminal to somebody who asks a question; the frame goes, what is in the log stays.
  public func lend() {
    if guests == 0 { live?.clear() }
    guests += 1
  }

  public func takeBack() { guests -= 1 }

  /// Gives the terminal away because this process is about to be stopped; the frame stays where it is.
  public func leave() {
    if guests == 0 { live?.abandon() }
    guests += 1
  }

  /// Takes the frame away for good.
  public func finish() { lend() }
}
