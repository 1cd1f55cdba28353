import ArgumentParser
import Platform
import SageStream
import Terminal

/// Shows the latest run, from wherever it is typed.
struct StatusCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the latest run: its workers, what waits, what landed, what was set aside.")

  @Flag(help: "Go on showing it, run after run, until Ctrl-C.")
  var watch = false
  @Flag(name: .customLong("json"), help: "Write the status as one JSON object; with --watch one a line, whenever it changes.")
  var asJSON = false

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project()
    if watch {
      if asJSON { try await Watching.status(of: project) } else { try await Watching.run(of: project, in: scene) }
    }
    let status = try RunStatus.latest(of: project)
    if asJSON {
      Screen.output.show((status?.json ?? StatusText.noRun).serialized(pretty: true))
    } else {
      Screen.output.show(StatusText(status, now: .now, style: scene.style(of: .output, in: project)).lines)
    }
    return 0
  }
}
