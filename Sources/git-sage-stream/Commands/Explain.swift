import ArgumentParser
import Planning
import SageStream
import Terminal
import Tickets

/// Says why a ticket can be worked on, or cannot.
struct ExplainCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say whether a ticket is READY or BLOCKED, with the whole chain of what blocks it.")

  @Argument(help: .init("The ticket; one that begins with a dash stands after --.", valueName: "id"))
  var ticket: String
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    try await Self.show(TicketID(ticket), index: queue.path, in: scene)
  }

  /// Also what `--explain ID` does.
  static func show(_ ticket: TicketID, index: String?, in scene: Scene) async throws(Failure) -> Int32 {
    let queue = try await scene.project(index: index).loadQueue()
    // Cycles fail fast, with the path spelled out; then no chain of blockers would end.
    if let refusal = queue.refusal { throw refusal }
    guard let explanation = queue.graph.explanation(of: ticket, Progress()) else { throw queue.unknown(ticket) }
    Screen.output.show(explanation.lines.map { $0.harmless() })
    return 0
  }
}
