import ArgumentParser
import SageStream
import Terminal

/// Ends an interrupted run instead of resuming it.
struct AbortCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "abort",
    abstract: "End an interrupted run instead of resuming it, or ask the one that goes on to stop; what was finished is kept.")

  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: queue.path)
    do throws(Failure) {
      Screen.output.show(try await scene.run(project).abort().flatMap { VerbText.aborted($0) })
      return 0
    } catch {
      // A run that goes on is asked to stop in order.
      guard case .locked = error else { throw error }
      return try await scene.ask(.abort, project)
    }
  }
}
