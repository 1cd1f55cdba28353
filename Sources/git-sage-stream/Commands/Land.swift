import ArgumentParser
import SageStream
import Terminal
import Tickets

/// Approves finished work.
struct LandCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "land", abstract: "Approve finished work that waits for review (--review), and land it.")

  @Argument(help: .init("The ticket; one that begins with a dash stands after --.", valueName: "id"))
  var ticket: String
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: queue.path)
    let id = TicketID(ticket)
    let text: LandText
    do throws(Failure) { text = LandText(try await scene.run(project).approve(id), of: id) } catch {
      guard case .locked = error else { throw error }
      let queue = try project.loadQueue()
      if queue.index[id] == nil { throw queue.unknown(id) }
      let answer = try await project.ask(.land(id))
      guard answer.outcome != nil else { throw .refused(answer.sentence) }
      text = LandText(answer, of: id)
    }
    Screen.messages.show(text.messages)
    Screen.output.show(text.lines)
    return text.exitStatus
  }
}
