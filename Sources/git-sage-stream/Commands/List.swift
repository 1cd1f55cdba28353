import ArgumentParser
import SageStream
import Terminal

/// Lists the tickets.
struct ListCommand: Verb {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tickets with their states, one a line.")

  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: queue.path)
    await scene.show(TicketListText(try project.loadQueue().graph, style: scene.style(of: .output, in: project)).lines, in: project)
    return 0
  }
}
