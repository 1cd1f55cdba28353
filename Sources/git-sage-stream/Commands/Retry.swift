import ArgumentParser
import SageStream
import Terminal
import Tickets

/// Makes a ticket work again.
struct RetryCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Make a DEFERRED ticket work again; the next run, or the one that goes on, takes it.")

  @Argument(help: .init("The ticket; one that begins with a dash stands after --.", valueName: "id"))
  var ticket: String
  @Flag(name: .customLong("from-salvage"), help: "Start the next attempt with the work that is saved of the last one.")
  var fromSalvage = false
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: queue.path)
    let id = TicketID(ticket)
    do throws(Failure) {
      Screen.output.show(VerbText.retried(try await scene.run(project).retry(id, fromSalvage: fromSalvage)))
      return 0
    } catch {
      guard case .locked = error else { throw error }
      let queue = try project.loadQueue()
      if queue.index[id] == nil { throw queue.unknown(id) }
      return try await scene.ask(.retry(id, fromSalvage: fromSalvage), project)
    }
  }
}
