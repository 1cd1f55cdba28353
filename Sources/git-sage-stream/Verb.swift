import ArgumentParser
import Git
import Platform
import SageStream
import Synchronization
import Terminal

/// What `git sage-stream <verb>` does: parse (the stored properties), call the engine, render.
protocol Verb: ParsableCommand {
  /// - Returns: the exit status (DESIGN section 9).
  func perform(in scene: Scene) async throws(Failure) -> Int32
}

/// Where a command was typed.
final class Scene: Sendable {
  let environment: [String: String]
  private let progress = Mutex(MovedSoFar.nothing)

  init(environment: [String: String]) { self.environment = environment }

  /// How far the command has come, for the words of a failure.
  var moved: MovedSoFar {
    get { progress.withLock { $0 } }
    set { progress.withLock { $0 = newValue } }
  }

  var folder: FilePath {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return FilePath(platformString: path)
  }

  func project(index: String? = nil) async throws(Failure) -> Project {
    try await Project.open(from: folder, environment: environment, index: index)
  }

  /// A run for one verb, which shows on standard error what it does beside, and for whom it waits.
  func run(_ project: Project) -> SageStream.Run {
    let progress = Mutex(ProgressLines(style: style(of: .messages, in: project), detail: .quiet))
    let show = RunShow.Waiting()
    return SageStream.Run(
      verbOn: project, observer: { event in Screen.messages.show(progress.withLock { $0.lines(for: event) }) },
      waiting: { show.waits(for: $0, secondsLeft: $1) })
  }

  /// Colour for a stream, as this repository's configuration has it.
  func style(of screen: Screen, in project: Project) -> Style { style(of: screen, in: project.configuration) }

  func style(of screen: Screen, in configuration: GitConfiguration) -> Style {
    Style(
      command: configuration.string("color.sageStream"), userInterface: configuration.string("color.ui"),
      environment: environment, isTerminal: screen.isTerminal)
  }
}
