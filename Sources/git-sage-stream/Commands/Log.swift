import ArgumentParser
import SageStream
import Terminal
import Tickets

/// Lists what has happened, and what is kept.
struct LogCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List the runs, the saved work and the worktrees that were set aside, or one ticket's attempts; or follow the workers.")

  @Argument(help: .init("Only this ticket; one that begins with a dash stands after --.", valueName: "id"))
  var ticket: String?
  @Flag(name: [.customShort("f"), .customLong("follow")], help: "Show what its worker writes, or what all write, as they write it.")
  var follows = false
  @OptionGroup var queue: QueueFlag
  @Flag(name: .customLong("json"), help: "Write it as one JSON object.")
  var asJSON = false

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: queue.path)
    let id = ticket.map { TicketID($0) }
    if follows {
      if asJSON { throw .usage("--follow and --json exclude each other; git sage-stream --json writes events as they happen") }
      if let id {
        let queue = try project.loadQueue()
        if queue.index[id] == nil { throw queue.unknown(id) }
      }
      try await Following(project: project, ticket: id, style: scene.style(of: .output, in: project)).follow()
      return 0
    }
    var log = try await RunLog.read(project)
    if let id {
      log = log.only(id)
      if log.attempts.isEmpty, log.saved.isEmpty {
        let queue = try project.loadQueue()
        if queue.index[id] == nil { throw queue.unknown(id) }
      }
    }
    if asJSON {
      Screen.output.show(log.json.serialized(pretty: true))
    } else {
      Screen.output.show(LogText(log, of: id, style: scene.style(of: .output, in: project)).lines)
    }
    return 0
  }
}
