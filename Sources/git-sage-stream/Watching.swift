import Platform
import SageStream
import Terminal
import Tickets

/// Looking at runs from another terminal until somebody presses Ctrl-C.
enum Watching {
  /// `status --watch`: the live display of whichever run goes on, or its lines where there is no terminal.
  static func run(of project: Project, in scene: Scene) async throws(Failure) -> Never {
    let style = scene.style(of: .output, in: project)
    let form = RunDisplay.Form(asJSON: false, isQuiet: false, environment: scene.environment, screen: .output)
    let follower = try RunFollower(project)
    var updates = try follower.news()
    if follower.current == nil {
      Screen.output.show(StatusText(try RunStatus.latest(of: project), now: .now, style: style).lines)
      updates = []
    }
    while true {
      // A display for each run: it begins with nothing.
      let display = RunDisplay(
        form, style: style, queue: form.isLive ? try? project.loadQueue() : nil,
        usualSeconds: Velocity.ofEarlierRuns(project)?.medianSeconds, screen: .output)
      for case .event(let event) in updates { await display.takeSilently(event) }
      let clock = form.isLive ? Task { await display.runClock() } : nil
      if follower.current != nil, !form.isLive {
        Screen.output.show(StatusText(try RunStatus.latest(of: project), now: .now, style: style).lines)
      }
      try await follow(follower, until: { $0 == nil }, began: follower.current != nil, display)
      clock?.cancel()
      await display.finish()
      Screen.output.show(StatusText(try RunStatus.latest(of: project), now: .now, style: style).lines)
      updates = []
    }
  }

  /// Shows events until the run that goes on, or the next one, is over.
  private static func follow(
    _ follower: RunFollower, until isDone: (RunID?) -> Bool, began: Bool, _ display: RunDisplay
  ) async throws(Failure) {
    var hasBegun = began
    while true {
      if hasBegun, isDone(follower.current) { return }
      await follower.wait()
      for case .event(let event) in try follower.news() {
        hasBegun = true
        await display.take(event)
      }
    }
  }

  /// `status --watch --json`: the status whenever it has changed, at most ten times a second.
  static func status(of project: Project) async throws(Failure) -> Never {
    let follower = try RunFollower(project)
    _ = try follower.news()
    var last = ""
    while true {
      let line = (try RunStatus.latest(of: project)?.json ?? StatusText.noRun).serialized()
      if line != last { Screen.output.show(line) }
      last = line
      try? await Task.sleep(for: .milliseconds(100))
      await follower.wait()
      _ = try follower.news()
    }
  }
}
