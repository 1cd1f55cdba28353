import ArgumentParser
import SageStream
import Terminal
import Tickets

/// Shows one ticket.
struct ShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one ticket: state, dependencies, text, why it was set aside.")

  @Argument(help: .init("The ticket; one that begins with a dash stands after --.", valueName: "id"))
  var ticket: String
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: queue.path)
    let queue = try project.loadQueue()
    guard let found = queue.index[TicketID(ticket)] else { throw queue.unknown(TicketID(ticket)) }
    Screen.output.show(TicketText(found, style: scene.style(of: .output, in: project)).lines)
    return 0
  }
}
