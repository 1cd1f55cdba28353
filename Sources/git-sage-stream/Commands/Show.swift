import ArgumentParser
import SageStream
import Terminal
import Tickets

/// Shows one ticket and what was made for it.
struct ShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one ticket: state, dependencies, text, why it was set aside; then its commits and their diff.")

  @Argument(help: .init("The ticket; one that begins with a dash stands after --.", valueName: "id"))
  var ticket: String
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: queue.path)
    let queue = try project.loadQueue()
    let id = TicketID(ticket)
    guard let found = queue.index[id] else { throw queue.unknown(id) }
    let style = scene.style(of: .output, in: project)
    var lines = TicketText(found, style: style).lines
    if let work = try await project.work(of: id) {
      let patch = try await project.patch(of: work, isTerminal: Screen.output.isTerminal)
      lines += WorkText(work, patch: patch, style: style).lines
    }
    await scene.show(lines, in: project)
    return 0
  }
}
