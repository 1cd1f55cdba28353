import Platform
import SageStream
import Synchronization
import Terminal

/// What a person or a script sees of a run while it goes on.
///
/// The engine's observer only queues events; a task of our own writes them, so a reader that is slow (or a terminal stopped with Ctrl-S)
/// never holds up a landing.
final class RunShow: Sendable {
  private let events: AsyncStream<Event>.Continuation
  private let writer: Task<RunFold, Never>
  private let waiting = Waiting()
  private let asJSON: Bool
  private let results: Style

  init(asJSON: Bool, detail: ProgressLines.Detail, messages: Style, results: Style) {
    let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
    events = continuation
    self.asJSON = asJSON
    self.results = results
    writer = Task {
      var progress = ProgressLines(style: messages, detail: asJSON ? .quiet : detail)
      for await event in stream {
        let lines = progress.lines(for: event)
        if asJSON { Screen.output.show(event.json.serialized()) } else { Screen.messages.show(lines) }
      }
      return progress.fold
    }
  }

  func take(_ event: Event) { events.yield(event) }

  func waits(for holder: LockHolder?, secondsLeft: Int) { waiting.waits(for: holder, secondsLeft: secondsLeft) }

  /// Another run has the lock: says so at once, and then every ten seconds.
  final class Waiting: Sendable {
    private let hasWaited = Mutex(false)

    func waits(for holder: LockHolder?, secondsLeft: Int) {
      let isNews = hasWaited.withLock { hasWaited in
        defer { hasWaited = true }
        return !hasWaited
      }
      if isNews || secondsLeft % 10 == 0 { Screen.messages.show(ProgressLines.waiting(for: holder, secondsLeft: secondsLeft)) }
    }
  }

  /// Waits until all is written, then shows the summary; with `--json` the last event was it.
  func finish(_ summary: RunSummary) async {
    events.finish()
    let fold = await writer.value
    // Progress and summary are two streams; on a terminal they stand below each other.
    if !asJSON, Screen.messages.isTerminal, Screen.output.isTerminal { Screen.messages.show("") }
    if !asJSON { Screen.output.show(SummaryText(summary, fold: fold, style: results).lines) }
  }

  /// Waits until all is written and tells how far the run had come.
  func stop() async -> MovedSoFar {
    events.finish()
    let fold = await writer.value
    return fold.start == nil ? .nothing : .landed(fold.landed.count, on: fold.target)
  }
}
