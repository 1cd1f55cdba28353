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
  @OptionGroup var page: PageFlags
  @Flag(name: .customLong("json"), help: "Write the reports as one JSON object.")
  var asJSON = false

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    if asJSON, page.isWanted { throw .usage("--json and --html exclude each other") }
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
      return 0
    }
    // Where no branch says what the target is, or the queue cannot be read, the reports are still worth reading.
    let target = (try? await project.target(onto: nil))?.short ?? "the target"
    let index = try? project.loadQueue().index
    if page.isWanted {
      let file = ConflictStore(for: reports, in: project, index).page(of: ticket.map { TicketID($0) })
      let logs = ConflictPage.logs(of: reports)
      let conflicts = ConflictPage(reports, target: target, queue: index, logs: logs, file: file)
      try await scene.show(conflicts.page, at: file, opens: page.opens, in: project)
    } else {
      await scene.show(
        ConflictText(reports, target: target, queue: index, style: scene.style(of: .output, in: project)).lines, in: project)
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
