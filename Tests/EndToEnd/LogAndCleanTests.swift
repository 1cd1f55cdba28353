import Platform
import Support
import Testing
import Tickets

@Suite("log and clean: what is kept, and what may go")
struct LogAndCleanTests {
  /// A lands, B fails with work, then a second run has nothing to do.
  private func twoRuns() async throws -> Scenario {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"first"},{"id":"B","title":"second"}"#)
    let worker = try scenario.worker("echo $SAGE_TICKET_ID >$SAGE_TICKET_ID.txt; [ $SAGE_TICKET_ID = A ] || exit 3")
    #expect(try await scenario.sage("--auto", "--worker", worker).status == 1)
    #expect(try await scenario.sage("--auto", "--worker", worker).status == 0)
    return scenario
  }

  private func references(_ scenario: Scenario) async throws -> [String] {
    try await scenario.git("for-each-ref", "--format=%(refname)", "refs/sage-stream", "refs/heads/sage").split(separator: "\n")
      .map { $0.split(separator: ".").first.map(String.init) ?? "" }.map { $0.replacing(/\d{8}T\d{6}-[0-9a-f]{4}/, with: "RUN") }
  }

  @Test("log lists runs and saved work, and a ticket's attempts with log and references; so does --json")
  func log() async throws {
    let scenario = try await twoRuns()
    let log = try await scenario.sage("log")
    let lines = log.output.split(separator: "\n").map(String.init)
    #expect(log.status == 0 && lines[0].hasSuffix("  main  finished") && lines[1].hasSuffix("  main  finished: 1 landed, 1 set aside"))
    #expect(log.output.contains("\nsaved work\n") && log.output.contains("refs/sage-stream/salvage/B/"))
    let ticket = try await scenario.sage("log", "B").output
    #expect(ticket.hasPrefix("attempt 1  run ") && ticket.contains("  failed: ") && ticket.contains("  ref: refs/sage-stream/salvage/B/"))
    let parked = try await scenario.git("rev-parse", "--short=10", "sage/B")
    #expect(ticket.hasSuffix("\nref: refs/heads/sage/B  \(parked)\n"))
    let path = try #require(ticket.split(separator: "\n").first { $0.hasPrefix("  log: ") }?.dropFirst(7))
    #expect(try FileStatus.of(FilePath(String(path))) != nil)
    let json = try JSON(parsing: Array(try await scenario.sage("log", "--json").output.utf8))
    #expect(json["schema_version"]?.int == 1 && json["runs"]?.array?.count == 2)
    #expect(json["attempts"]?.array?.compactMap { $0["ticket"]?.string } == ["A", "B"])
    #expect(try await scenario.sage("log", "Z").status == 129)
  }

  @Test("clean removes what has landed and keeps what has not; --dry-run says the same and changes nothing")
  func clean() async throws {
    let scenario = try await twoRuns()
    let before = try await references(scenario)
    #expect(before.contains("refs/sage-stream/attempts/A/RUN"))
    let everything = try scenario.everything()
    let dry = try await scenario.sage("clean", "--dry-run")
    #expect(dry.status == 0)
    #expect(try scenario.everything() == everything)
    let clean = try await scenario.sage("clean")
    #expect(clean.status == 0, "\(clean.error)")
    func said(_ text: String, _ word: String) -> [String] {
      text.split(separator: "\n").filter { $0.hasPrefix(word) }.map { String($0.dropFirst(word.count)) }.sorted()
    }
    #expect(said(dry.output, "would remove ") == said(clean.output, "removed "))
    #expect(said(dry.output, "kept ") == said(clean.output, "kept "))
    #expect(try await references(scenario) == before.filter { $0 != "refs/sage-stream/attempts/A/RUN" })
    #expect(try await scenario.git("worktree", "list").split(separator: "\n").count == 1)
    #expect(try FileStatus.of(scenario.root.path.appending("repository.sage-stream")) == nil)
    #expect(clean.output.contains("(saved work that has not landed)") && clean.output.contains("kept refs/heads/sage/B "))
    #expect(try await scenario.sage("retry", "B", "--from-salvage").status == 0, "what is kept is of use")
    #expect(try await scenario.sage("--auto", "--worker", "true").status == 0)
    #expect(try scenario.read("B.txt") == "B\n")
  }

  @Test("only --older-than removes what has not landed, and only what is older")
  func olderThan() async throws {
    let scenario = try await twoRuns()
    #expect(try await scenario.sage("clean", "--older-than", "1h").status == 0)
    #expect(try await references(scenario).contains("refs/sage-stream/salvage/B/RUN"))
    #expect(try await scenario.sage("clean", "--older-than", "2100-01-01").status == 0)
    #expect(try await references(scenario) == [])
    for bad in ["soon", "-1d", "1x", "2026-13"] {
      #expect(try await scenario.sage("clean", "--older-than=\(bad)").status == 129, "\(bad)")
    }
    #expect(try await scenario.sage("status").output.contains("finished"), "the newest run stays")
  }

  @Test("work that lies in a slot is saved before its worktree goes")
  func slotWithWork() async throws {
    let scenario = try await twoRuns()
    let slot = scenario.root.path.appending("repository.sage-stream/slot-1")
    try AtomicFile.write(Array("left here\n".utf8), to: slot.appending("left.txt"))
    #expect(try await scenario.sage("clean").status == 0)
    #expect(try FileStatus.of(slot) == nil)
    let saved = try await scenario.git("for-each-ref", "--format=%(refname)", "refs/sage-stream/salvage").split(separator: "\n").map(
      String.init)
    var found = 0
    for reference in saved where (try? await scenario.git("show", "\(reference):left.txt")) == "left here" { found += 1 }
    #expect(found == 1)
  }

  @Test("what was taken back is not taken for landed")
  func undone() async throws {
    let scenario = try await twoRuns()
    #expect(try await scenario.sage("undo").status == 0)
    #expect(try await scenario.sage("clean").status == 0)
    #expect(try await references(scenario).contains("refs/sage-stream/attempts/A/RUN"))
  }

  @Test(
    "killed at any step, it can be typed again",
    arguments: [
      "clean.slot.saved", "clean.slot.forgotten", "clean.slot.removed", "clean.ref.removed", "clean.run.forgotten", "clean.run.removed",
    ])
  func killed(point: String) async throws {
    let scenario = try await twoRuns()
    #expect(try await scenario.sage("--auto", "--worker", "true").status == 0)
    #expect(try await scenario.sage("clean", setting: ["GIT_SAGE_STREAM_FAILPOINT": "\(point)=kill"]).status > 128)
    #expect(try await scenario.sage("clean").status == 0)
    #expect(try await !references(scenario).contains("refs/sage-stream/attempts/A/RUN"))
    #expect(try await references(scenario).contains("refs/sage-stream/salvage/B/RUN"))
    #expect(try await scenario.git("worktree", "list").split(separator: "\n").count == 1)
    try await scenario.fsck()
  }

  @Test("killed after a conflict's report, or a worktree that was set aside, went: it can be typed again")
  func killedLater() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"},{"id":"C"}"#)
    // A and B clash; C makes a repository inside its worktree, which is set aside whole.
    let worker = try scenario.worker(
      "echo $SAGE_TICKET_ID >clash; [ $SAGE_TICKET_ID != C ] || { git init -q inner && git -C inner commit -q --allow-empty -m Inner; }")
    #expect(try await scenario.sage("--auto", "--parallel=3", "--schedule=batch", "--worker", worker).status == 1)
    let root = scenario.root.path.appending("repository.sage-stream")
    func asides() throws -> [String] {
      guard try FileStatus.of(root) != nil else { return [] }
      return try Folder.names(in: root).map { String(decoding: $0, as: UTF8.self) }.filter { $0.contains(".aside-") }
    }
    let reports = scenario.path.appending(".git/sage-stream/conflicts")
    #expect(try asides().count == 1 && Folder.names(in: reports).count == 1)
    // The user has settled the conflict by hand; its report is of no use any more.
    try scenario.write(Scenario.queuePath, (try scenario.read(Scenario.queuePath) ?? "").replacing("DEFERRED", with: "COMPLETED"))
    for point in ["clean.report.removed", "clean.aside.removed"] {
      let killed = try await scenario.sage(
        "clean", "--older-than=2100-01-01", setting: ["GIT_SAGE_STREAM_FAILPOINT": "\(point)=kill"])
      #expect(killed.status > 128, "\(point): \(killed.output)\(killed.error)")
      try await scenario.fsck()
    }
    #expect(try await scenario.sage("clean", "--older-than=2100-01-01").status == 0)
    #expect(try asides() == [] && Folder.names(in: reports) == [])
    #expect(try await scenario.git("worktree", "list").split(separator: "\n").count == 1)
    #expect(try await Invariants(scenario: scenario).findings() == [])
  }
}
