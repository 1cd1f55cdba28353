import ArgumentParser
import Planning
import SageStream
import Terminal

/// Says everything that is wrong with the queue.
struct ValidateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Print every error and warning about the queue; the exit status is 1 where a run would refuse it.")

  @OptionGroup var queue: QueueFlag
  @Flag(name: .customLong("json"), help: "Write the findings as one JSON object.")
  var asJSON = false
  @Flag(name: .customLong("repair"), help: "First mend what killed processes have left behind.")
  var repairs = false

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    if repairs {
      let mended = try await SageStream.Run.repair(from: scene.folder, environment: scene.environment, index: queue.path) { scene.run($0) }
      // With --json standard output holds the findings alone.
      (asJSON ? Screen.messages : Screen.output).show(VerbText.mended(mended))
    }
    let project = try await scene.project(index: queue.path)
    let queue = try project.loadQueue()
    let tickets = queue.index.tickets.count
    let workable = queue.graph.workable(Progress()).count
    if asJSON {
      Screen.output.show(FindingsText.json(queue.findings, tickets: tickets, workable: workable).serialized(pretty: true))
    } else {
      let style = scene.style(of: .output, in: project)
      Screen.output.show(FindingsText(queue.findings, tickets: tickets, workable: workable, style: style).lines)
    }
    return queue.findings.contains { $0.severity == .error } ? 1 : 0
  }
}
