import ArgumentParser
import Platform
import SageStream
import Terminal
import Tickets

/// Shows what clashed with what.
struct ConflictsCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "conflicts", abstract: "Show the tickets that conflicted: with which landed ticket, where, and what to type next.")

  @Argument(help: .init("Only this ticket; one that begins with a dash stands after --.", valueName: "id"))
  var ticket: String?
  @OptionGroup var queue: QueueFlag
  @Flag(name: .customLong("json"), help: "Write the reports as one JSON object.")
  var asJSON = false

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: queue.path)
    let reports = try reports(in: project)
    if reports.isEmpty, !asJSON, let ticket = ticket.map({ TicketID($0) }), let entry = try project.loadQueue().index[ticket],
      let reason = entry.deferReason, entry.state == .deferred
    {
      // Set aside, but for another reason, which says where to look.
      Screen.output.show(ConflictText.none(of: ticket, reason: reason))
      return 0
    }
    if asJSON {
      Screen.output.show(ConflictText.json(reports).serialized(pretty: true))
    } else {
      // Where no branch says what the target is, the reports are still worth reading.
      let target = (try? await project.target(onto: nil))?.short ?? "the target"
      Screen.output.show(ConflictText(reports, target: target, style: scene.style(of: .output, in: project)).lines)
    }
    return 0
  }

  private func reports(in project: Project) throws(Failure) -> [ConflictReport] {
    // Every report is read and the right one picked: that works even while the queue, which names the files, cannot be read.
    let store = ConflictStore(stateFolder: project.stateFolder, name: TicketNames([]).name(of:))
    let reading: ConflictStore.Reading
    do throws(Errno) { reading = try store.all() } catch { throw .fileSystem(path: store.folder, error) }
    Screen.messages.show(reading.warnings.map { "warning: \($0.harmless())" })
    guard let ticket = ticket.map({ TicketID($0) }) else { return reading.reports }
    let found = reading.reports.filter { $0.ticket == ticket }
    if found.isEmpty {
      let queue = try project.loadQueue()
      if queue.index[ticket] == nil { throw queue.unknown(ticket) }
    }
    return found
  }
}
