import Platform
import SageStream
import Tickets

/// The page of a run's report, and the pages of its conflicts, to which it leads.
public struct ReportPages: Sendable {
  public let file: FilePath
  public let page: Page

  /// Writes the pages of the conflicts; that of the report is the caller's to write.
  ///
  /// - Throws: `Failure.fileSystem`.
  public init(_ report: RunReport, in project: Project, queue: Queue?) throws(Failure) {
    file = RunReport.page(of: report.run, in: project)
    let store = ConflictStore(stateFolder: project.stateFolder) { $0.rawValue }
    let reports: [ConflictReport]
    do throws(Errno) { reports = try store.all().reports } catch { throw .fileSystem(path: store.folder, error) }
    let named = ConflictStore(for: reports, in: project, queue?.index)
    let conflicted = Set(report.rows.lazy.filter { $0.outcome == .conflicted }.map(\.ticket))
    var pages: [TicketID: FilePath] = [:]
    for conflict in reports where conflicted.contains(conflict.ticket) && conflict.run == report.run {
      let place = named.page(of: conflict.ticket)
      let logs = ConflictPage.logs(of: [conflict])
      try PageFile.write(
        ConflictPage([conflict], target: report.target, queue: queue?.index, logs: logs, file: place).page, to: place)
      pages[conflict.ticket] = place
    }
    page = ReportPage(report, queue: queue, file: file, conflicts: pages).page
  }
}
