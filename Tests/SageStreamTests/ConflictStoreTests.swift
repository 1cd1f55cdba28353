import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

@Suite struct ConflictStoreTests {
  private let commit = CommitID(hex: String(repeating: "1", count: 40))

  private func report(_ ticket: TicketID, seconds: Int = 1_800_000_000) throws -> ConflictReport {
    let commit = try #require(commit)
    let landed = LandedChange(
      ticket: "A-1", commit: commit, subject: "Say \"hello\"", author: "Zoë", time: WallTime(seconds: 1_799_999_999))
    let users = LandedChange(ticket: nil, commit: commit, subject: "", author: "", time: WallTime(seconds: 0))
    let side = ConflictHunk.Side(start: 3, count: 2, lines: ["a\r", "\u{1b}[31m<b>"])
    return ConflictReport(
      ticket: ticket, title: "A <b>title</b> with \"quotes\"", branch: .branch("sage/C-3"), base: commit, onto: commit, commit: commit,
      run: ConflictLab.run, attempt: 2, time: WallTime(seconds: seconds), log: FilePath("/tmp/a log"),
      others: ["A-1": "First", "a/../b": "odd"],
      paths: [
        ConflictedFile(
          path: TreePath(bytes: [0x66, 0xe9]), oursPath: TreePath("\"x"), type: "content", message: "CONFLICT (content): ...",
          hunks: [
            ConflictHunk(base: side, ours: side, theirs: side, landedBy: landed, landedByAll: [users, landed], note: "cut"),
            ConflictHunk(base: side, ours: side, theirs: side, landedBy: nil),
          ], landedBy: landed, note: "one of two"),
        ConflictedFile(path: TreePath("a\nb\\c"), type: "modify/delete", message: "m", landedBy: users),
      ])
  }

  private func store(in folder: TemporaryFolder) -> ConflictStore {
    ConflictStore(stateFolder: folder.path) { $0.rawValue.replacing("/", with: "%2F") }
  }

  @Test func aReportIsReadAsItWasWritten() throws {
    let report = try report("C-3")
    let read = ConflictReport(json: try JSON(parsing: report.json.serialized(pretty: true)))
    #expect(read == report)
    #expect(report.json["schema_version"]?.int == 1)
    #expect(report.json["paths"]?.array?.first?["path"]?.string == #""f\351""#)
    #expect(report.json["paths"]?.array?.last?["path"]?.string == "a\nb\\c")
    #expect(report.json["branch"]?.string == "sage/C-3")
    #expect(report.json["paths"]?.array?.first?["hunks"]?.array?.first?["landed_by"]?["ticket"]?.string == "A-1")
    #expect(report.json["paths"]?.array?.first?["hunks"]?.array?.last?["landed_by"]?.isNull == true)
    #expect(report.json["paths"]?.array?.last?["landed_by"]?["ticket"]?.isNull == true)
  }

  @Test func anotherSchemaIsRefused() throws {
    guard case .object(var object) = try report("C-3").json else { return }
    object["schema_version"] = 2
    #expect(ConflictReport(json: .object(object)) == nil)
  }

  @Test func reportsAreKeptByTicketAndListedByTime() throws {
    let folder = try TemporaryFolder()
    let store = store(in: folder)
    #expect(try store.all().reports.isEmpty)
    #expect(try store.report(for: "C-3") == nil)
    try store.write(report("C-3", seconds: 1_800_000_100))
    try store.write(report("x/y", seconds: 1_800_000_000))
    #expect(try store.all().reports.map(\.ticket) == ["x/y", "C-3"])
    #expect(try store.report(for: "x/y") == report("x/y", seconds: 1_800_000_000))
    try store.write(report("C-3", seconds: 1_700_000_000))
    #expect(try store.all().reports.map(\.ticket) == ["C-3", "x/y"])
    try store.remove("C-3")
    try store.remove("C-3")
    #expect(try store.all().reports.map(\.ticket) == ["x/y"])
  }

  @Test func aDamagedFileCostsAWarningAndNotTheOthers() throws {
    let folder = try TemporaryFolder()
    let store = store(in: folder)
    try store.write(report("C-3"))
    try AtomicFile.write(Array("{\"schema_version\":1".utf8), to: store.path(of: "D-4"))
    try AtomicFile.write([], to: store.folder.appending("E-5.json.tmp.123"))
    try Folder.create(store.folder.appending("F-6.json"))
    let reading = try store.all()
    #expect(reading.reports.map(\.ticket) == ["C-3"])
    #expect(reading.warnings.count == 2)
    #expect(reading.warnings.first?.contains("D-4.json") == true)
    #expect(try store.report(for: "D-4") == nil)
  }
}
