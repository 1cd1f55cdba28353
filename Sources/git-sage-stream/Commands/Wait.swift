import ArgumentParser
import Git
import Platform
import SageStream
import Terminal
import Tickets

/// Returns when a run has come to something.
struct WaitCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "wait", abstract: "Wait until no run goes on, a ticket has landed, or one conflicts.")

  @Argument(help: .init("Wait for this ticket; without one for any. One that begins with a dash stands after --.", valueName: "id"))
  var ticket: String?
  @Option(help: .init("What to wait for: idle (default), landed or conflict.", valueName: "idle|landed|conflict"))
  var until: String?
  @Option(help: .init("Give up after this long, with status 75: 90, 90s, 30m, 2h.", valueName: "duration"))
  var timeout: String?
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let goal = try goal()
    var limit: Duration?
    if let timeout {
      guard let duration = Duration(gitText: timeout), duration > .zero else {
        throw .usage("--timeout is a duration such as 90, 90s, 30m or 2h, not '\(timeout)'")
      }
      limit = duration
    }
    let project = try await scene.project(index: queue.path)
    if let ticket {
      let queue = try project.loadQueue()
      if queue.index[TicketID(ticket)] == nil { throw queue.unknown(TicketID(ticket)) }
    }
    let outcome = try await project.wait(for: goal, atMost: limit)
    Screen.output.show(WaitText.result(outcome))
    Screen.messages.show(WaitText.message(outcome))
    switch outcome {
    case .reached: return 0
    case .missed: return 1
    case .timedOut: return 75
    }
  }

  private func goal() throws(Failure) -> WaitGoal {
    let id = ticket.map { TicketID($0) }
    switch until ?? (id == nil ? "idle" : "landed") {
    case "idle" where id == nil: return .idle
    case "idle": throw .usage("--until=idle waits for the run, not for a ticket")
    case "landed": return .landed(id)
    case "conflict": return .conflict(id)
    case let other: throw .usage("--until is idle, landed or conflict, not '\(other)'")
    }
  }
}
