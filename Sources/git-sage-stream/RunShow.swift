import Platform
import SageStream
import Synchronization
import Terminal
import Tickets

/// What a person or a script sees of a run while it goes on.
///
/// The engine's observer only queues events; `RunDisplay` writes them on a thread of its own, so a reader that is slow (or a terminal stopped
/// with Ctrl-S) never holds up a landing.
final class RunShow: Sendable {
  private enum Input: Sendable {
    case event(Event)
    /// All that came before has been shown.
    case mark(CheckedContinuation<Void, Never>)
  }

  private let inputs: AsyncStream<Input>.Continuation
  private let writer: Task<Void, Never>
  private let clock: Task<Void, Never>?
  private let waiting = Waiting()
  private let display: RunDisplay
  private let asJSON: Bool
  private let running = Mutex<[TicketID: ProcessIdentity]>([:])
  private let results: Style

  init(_ form: RunDisplay.Form, display: RunDisplay, results: Style) {
    let (stream, continuation) = AsyncStream.makeStream(of: Input.self)
    inputs = continuation
    if case .events = form { asJSON = true } else { asJSON = false }
    self.results = results
    self.display = display
    writer = Task {
      for await input in stream {
        switch input {
        case .event(let event): await display.take(event)
        case .mark(let reached): reached.resume()
        }
      }
    }
    clock = form.isLive ? Task { await display.runClock() } : nil
  }

  func take(_ event: Event) {
    switch event.fact {
    case .workerStarted(let start): running.withLock { $0[start.attempt.ticket] = start.process }
    case .workerExited(let attempt, _, _, _, _): running.withLock { $0[attempt.ticket] = nil }
    default: break
    }
    inputs.yield(.event(event))
  }

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

  /// Calls `body` while nothing of ours is drawn on the terminal.
  func lendingTerminal<Value: Sendable>(_ body: () async -> Value) async -> Value {
    // What has happened before the question stands above it.
    await withCheckedContinuation { reached in
      if case .terminated = inputs.yield(.mark(reached)) { reached.resume() }
    }
    await display.lend()
    let value = await body()
    await display.takeBack()
    return value
  }

  /// Stops this process as Ctrl-Z does, and its workers, which the terminal does not reach; goes on when it is continued.
  func suspend() async {
    await display.leave()
    let workers = running.withLock { Array($0.values) }
    for worker in workers { worker.signal(SIGSTOP, group: true) }
    Suspension.stop()
    for worker in workers { worker.signal(SIGCONT, group: true) }
    await display.takeBack()
  }

  /// Waits until all is written, then shows the summary; with `--json` the last event was it.
  ///
  /// - Parameter earlier: how fast the runs before were.
  func finish(_ summary: RunSummary, earlier: (RunID?) -> Velocity?) async {
    let fold = await end()
    // Progress and summary are two streams; on a terminal they stand below each other.
    if !asJSON, Screen.messages.isTerminal, Screen.output.isTerminal { Screen.messages.show("") }
    if !asJSON { Screen.output.show(SummaryText(summary, fold: fold, style: results, earlier: earlier(fold.figures.state.run)).lines) }
  }

  /// Waits until all is written and tells how far the run had come.
  func stop() async -> MovedSoFar {
    let fold = await end()
    return fold.start == nil ? .nothing : .landed(fold.landed.count, on: fold.target)
  }

  private func end() async -> RunFold {
    inputs.finish()
    await writer.value
    clock?.cancel()
    await display.finish()
    return await display.fold
  }
}

extension RunDisplay {
  /// Ten frames a second at most, until the task is cancelled.
  nonisolated func runClock() async {
    while !Task.isCancelled {
      await tick()
      try? await Task.sleep(for: .milliseconds(100))
    }
  }
}

/// Questions while a display is on the terminal.
struct LendingPrompter: Prompter {
  let prompter: TerminalPrompter
  let show: RunShow

  func ask(_ question: Question) async -> Answer {
    let prompter = prompter
    return await show.lendingTerminal { await prompter.ask(question) }
  }
}
