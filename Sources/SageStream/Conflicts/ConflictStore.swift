import Platform
import Tickets

/// The conflict reports of a repository, one file a ticket: `conflicts/<ticket>.json` in the state folder.
public struct ConflictStore: Sendable {
  /// Reports, and a sentence for each file that could not be read as one.
  public struct Reading: Sendable {
    /// In the order of time.
    public var reports: [ConflictReport] = []
    public var warnings: [String] = []
  }

  public let folder: FilePath
  private let name: @Sendable (TicketID) -> String

  /// - Parameter name: gives the file name of a ticket (DESIGN section 7, Names), without an extension.
  public init(stateFolder: FilePath, name: @escaping @Sendable (TicketID) -> String) {
    folder = stateFolder.appending("conflicts")
    self.name = name
  }

  /// The store of a project, with names that tell the tickets of the queue, and those that have reports, apart.
  public init(for reports: [ConflictReport], in project: Project, _ index: TicketIndex?) {
    self.init(stateFolder: project.stateFolder, names: TicketNames((index?.tickets.map(\.id) ?? []) + reports.map(\.ticket)))
  }

  init(stateFolder: FilePath, names: TicketNames) { self.init(stateFolder: stateFolder) { names.name(of: $0) } }

  /// Where a ticket's report is, or would be.
  public func path(of ticket: TicketID) -> FilePath { folder.appending(name(ticket) + ".json") }

  /// Where the page of a ticket's report is, once it has been asked for; the page of all reports for nil. Names of tickets have no `+`
  /// but before sixteen digits.
  public func page(of ticket: TicketID?) -> FilePath { folder.appending((ticket.map(name) ?? "+all") + ".html") }

  /// Writes a report in place of an earlier one of the same ticket.
  @discardableResult
  public func write(_ report: ConflictReport) throws(Errno) -> FilePath {
    try Folder.create(folder, permissions: FilePermissions(rawValue: 0o700))
    let path = path(of: report.ticket)
    try AtomicFile.write(Array((report.json.serialized(pretty: true) + "\n").utf8), to: path)
    try removePages(of: report.ticket)
    return path
  }

  /// The report of a ticket, or nil where there is none that can be read.
  public func report(for ticket: TicketID) throws(Errno) -> ConflictReport? {
    guard let bytes = try File.read(path(of: ticket)), let report = Self.report(from: bytes), report.ticket == ticket else { return nil }
    return report
  }

  /// All reports there are. A damaged file costs a warning and never the others.
  public func all() throws(Errno) -> Reading {
    var reading = Reading()
    guard try FileStatus.of(folder) != nil else { return reading }
    let names = try Folder.names(in: folder).filter { $0.suffix(5) == Array(".json".utf8)[...] }
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let path = folder.appending(bytes: name)
      do {
        guard let bytes = try File.read(path) else { continue }
        if let report = Self.report(from: bytes) {
          reading.reports.append(report)
        } else {
          reading.warnings.append("\(path.string) is not a conflict report of this version; remove it, or retry the ticket")
        }
      } catch {
        reading.warnings.append("\(path.string) cannot be read: \(error)")
      }
    }
    reading.reports.sort { ($0.time, $0.ticket) < ($1.time, $1.ticket) }
    return reading
  }

  /// Forgets a ticket's report; none there is fine.
  public func remove(_ ticket: TicketID) throws(Errno) {
    if try FileStatus.of(folder) == nil { return }
    try File.remove(path(of: ticket))
    try removePages(of: ticket)
  }

  /// Pages tell of what was: one that is out of date goes.
  private func removePages(of ticket: TicketID) throws(Errno) {
    for page in [page(of: ticket), page(of: nil)] { try File.remove(page) }
  }

  private static func report(from bytes: [UInt8]) -> ConflictReport? {
    (try? JSON(parsing: bytes)).flatMap { ConflictReport(json: $0) }
  }
}
