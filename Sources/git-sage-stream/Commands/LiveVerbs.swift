import ArgumentParser
import SageStream
import Terminal
import Tickets

/// Stops the attempt at one ticket of the run that goes on.
struct CancelCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Stop the attempt at a ticket in the run that goes on; the ticket stays as it is.")

  @Argument(help: .init("The ticket; one that begins with a dash stands after --.", valueName: "id"))
  var ticket: String
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: queue.path)
    let queue = try project.loadQueue()
    if queue.index[TicketID(ticket)] == nil { throw queue.unknown(TicketID(ticket)) }
    return try await scene.ask(.cancel(TicketID(ticket)), project)
  }
}

/// Holds the run that goes on.
struct PauseCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "The run that goes on starts no more tickets; those that run go on.")

  func perform(in scene: Scene) async throws(Failure) -> Int32 { try await scene.ask(.pause, try await scene.project()) }
}

/// Lets a paused run go on.
struct ContinueCommand: Verb {
  static let configuration = CommandConfiguration(commandName: "continue", abstract: "Let a paused run go on.")

  func perform(in scene: Scene) async throws(Failure) -> Int32 { try await scene.ask(.continue, try await scene.project()) }
}

extension Scene {
  /// Asks the run that goes on, and shows what it answers.
  ///
  /// - Throws: `Failure.refused` with its reason where it would not.
  func ask(_ verb: Request.Verb, _ project: Project) async throws(Failure) -> Int32 {
    let answer = try await project.ask(verb)
    guard answer.isDone else { throw .refused(answer.sentence) }
    Screen.output.show(VerbText.answered(answer))
    return 0
  }
}
