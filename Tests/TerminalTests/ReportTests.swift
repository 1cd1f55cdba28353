import Git
import Platform
import SageStream
import Testing
import Tickets

@testable import Terminal

@Suite("What a run did")
struct ReportTests {
  private static let attack = "</title><script>alert(1)</script>|`x`"

  /// Two workers: A-1 lands, A-2 conflicts with it, B-1 is throttled and then fails, C-1 is held, D-1 goes on.
  private func sample() throws -> SampleRun {
    var run = try SampleRun()
    try run.begins(["A-1", "A-2", "B-1", "C-1", "D-1", "Z-9"], workers: 2)
    try run.starts("A-1", "Rename", worker: 1)
    try run.starts("A-2", Self.attack, worker: 2)
    run.add(
      .workerExited(
        attempt: run.attempt("A-1"), slot: 1, status: 0, seconds: 62,
        usage: WorkerUsage(inputTokens: 1_234_567, outputTokens: 89, costUSD: 0.5)))
    run.add(.submissionAnchored(try submission(run, "A-1"), slot: 1))
    run.add(.workerExited(attempt: run.attempt("A-2"), slot: 2, status: 0, seconds: 3, usage: WorkerUsage(costUSD: 0.003)))
    run.add(.submissionAnchored(try submission(run, "A-2"), slot: 2))
    try run.lands("A-1", seconds: 62)
    run.add(
      .conflicted(
        ticket: "A-2", branch: .branch("sage/A-2"), report: "/state/conflicts/A-2.json", paths: [TreePath("a.txt")], with: ["A-1"]))
    run.add(.deferred(Deferred(ticket: "A-2", category: "conflict", message: "conflicts", isFailure: false)))
    try run.starts("B-1", "Third", worker: 1)
    run.add(.throttled(attempt: run.attempt("B-1"), retryAfterSeconds: 4, workers: 1))
    try run.starts("B-1", "Third", worker: 1, attempt: 2)
    run.add(.workerExited(attempt: run.attempt("B-1", 2), slot: 1, status: 3, seconds: 1, usage: WorkerUsage()))
    run.add(
      .deferred(
        Deferred(
          ticket: "B-1", category: "worker_failed", message: "status 3, password=hunter22", branch: .branch("sage/B-1"), isFailure: true)))
    try run.starts("C-1", "Fourth", worker: 2)
    run.add(.submissionAnchored(try submission(run, "C-1"), slot: 2))
    run.add(.held(ticket: "C-1", reason: "you are working on a.txt"))
    try run.starts("D-1", "Fifth", worker: 1)
    run.add(.warning("C-1: it changed the shared configuration"))
    return run
  }

  private func submission(_ run: SampleRun, _ ticket: TicketID) throws -> Submission {
    Submission(
      attempt: run.attempt(ticket), base: try commit("a"), tip: try commit("b"), anchor: RefName("refs/sage-stream/attempts/\(ticket)/1"),
      message: "m")
  }

  private func report() throws -> RunReport {
    let run = try sample()
    return RunReport(run: run.id, events: run.events, now: try #require(run.events.last).time)
  }

  private func theQueue() throws -> Queue {
    try queue(
      #"{"id":"A-1"},{"id":"A-2","dependencies":["A-1"]},{"id":"B-1"},{"id":"C-1"},{"id":"D-1"},{"id":"Z-9"},{"id":"OLD","state":"COMPLETED"}"#
    )
  }

  @Test("each ticket ends once, each attempt has its span, each submission its wait")
  func fold() throws {
    let report = try report()
    // The process of the sample is not alive.
    #expect(report.state == .dead)
    #expect(report.rows.map(\.outcome) == [.landed, .conflicted, .failed, .held, .died, .notStarted])
    #expect(report.rows.map(\.attempts) == [1, 1, 2, 1, 1, 0])
    #expect(report.spans.map(\.outcome) == [.landed, .conflicted, .throttled, .failed, .held, .died])
    #expect(report.waits.map(\.outcome) == [.landed, .conflicted, .held])
    #expect(report.spans.allSatisfy { ($0.end ?? report.endTime) >= $0.start })
    #expect(report.usage == WorkerUsage(inputTokens: 1_234_567, outputTokens: 89, costUSD: 0.503))
    #expect(report.throttled == 1)
  }

  @Test("the critical path goes by what the tickets took")
  func criticalPath() throws { #expect(try report().criticalPath(in: theQueue()) == ["A-1", "A-2"]) }

  @Test("for the terminal")
  func text() throws {
    expectScreen(
      ReportText(try report(), queue: try theQueue(), style: .plain).lines,
      #"""
      run 20261122T195400-3f2a on main: died, begun 2026-11-22T19:54:01Z
      6 tickets, 2 workers, flow
      landed 1, conflict 1, failed 1, held 1, died 1, not started 1
      wall time 19.0 s, work 69.0 s, speedup 3.6, throttled 1 attempt, tokens 1.2M in, 89 out, cost $0.50
      critical path, 65.0 s: A-1 -> A-2

      landed         A-1       62.0 s  bbbbbbbbbb  Rename
      conflict       A-2        3.0 s              </title><script>alert(1)</script>|`x`  (with A-1 in a.txt)
      failed         B-1        1.0 s              Third  (status 3, password=[redacted], 2 attempts)
      held           C-1                           Fourth  (you are working on a.txt)
      died           D-1                           Fifth
      not started    Z-9
      warning: C-1: it changed the shared configuration
      """#)
  }

  @Test("a finished run is measured by what kept it from being shorter, as its summary was")
  func efficiency() throws {
    var run = try sample()
    var summary = RunSummary()
    (summary.wallSeconds, summary.workSeconds, summary.criticalSeconds, summary.workers) = (80, 69, 65, 2)
    run.add(.runFinished(summary))
    let lines = ReportText(RunReport(run: run.id, events: run.events, now: try #require(run.events.last).time), queue: nil, style: .plain)
      .lines
    #expect(lines.contains { $0.contains("wall time 80.0 s") && $0.contains("efficiency 81 % of the longest chain, 65.0 s") }, "\(lines)")
  }

  @Test("in Markdown no title means anything")
  func markdown() throws {
    let text = ReportMarkdown(try report(), queue: try theQueue()).text
    #expect(text.hasPrefix("# Run 20261122T195400-3f2a on main\n\ndied, begun 2026-11-22T19:54:01Z: landed 1, conflict 1"))
    #expect(text.contains("| A-1 | Rename | landed | 62.0 s | bbbbbbbbbb | 1.2M in, 89 out | $0.50 |\n"))
    #expect(
      text.contains(
        #"| A-2 | &lt;/title\>&lt;script\>alert(1)&lt;/script\>\|\`x\` | conflict with A-1: in a.txt | 3.0 s |  |  | $0.00 |"#))
    #expect(text.contains("```mermaid\nflowchart LR\n"))
    #expect(!text.contains("hunter22"))
  }

  @Test("as a page: figures, the timeline, the graph, each ticket with its links, and nothing of an agent's as an element")
  func page() throws {
    let file = FilePath("/state/report.html")
    let text = ReportPage(try report(), queue: try theQueue(), file: file, conflicts: ["A-2": "/state/conflicts/A-2.html"]).page.text
    for part in [
      "Run 20261122T195400-3f2a on main", "landed 1", "1.2M in, 89 out", "Critical path", "worker 1", "worker 2", "to land",
      "href=\"#t-1\"",
      "<tr id=\"t-1\">", "href=\"./A-1.1/log\"", "href=\"./conflicts/A-2.html\"", "you are working on a.txt", "not started",
      "password=[redacted]", "it changed the shared configuration", ">OLD</text>",
    ] { #expect(text.contains(part), "\(part)") }
    for part in ["<script", "http:", "https:", "src=", "hunter22"] { #expect(!text.contains(part), "\(part)") }
    #expect(text.ranges(of: "<svg").count == 2)
  }

  @Test("the timeline shows checks, pauses and what waited for approval")
  func marks() throws {
    var run = try SampleRun()
    try run.begins(["A-1"], workers: 1)
    try run.starts("A-1", "First", worker: 1)
    run.add(.submissionAnchored(try submission(run, "A-1"), slot: 1))
    run.add(.awaitsReview(ticket: "A-1"))
    run.add(.answered(RequestAnswer(request: "1", verb: "pause", isDone: true, sentence: "paused")))
    run.add(.approved(ticket: "A-1"))
    let tree = try #require(TreeID(hex: String(repeating: "c", count: 40)))
    run.add(
      .checkStarted(
        CheckStarted(
          tickets: ["A-1"], commit: try commit("b"), tree: tree, slot: 900, process: ProcessIdentity(pid: 1, startTime: "1"), log: "/log")))
    run.add(
      .checkFinished(
        CheckFinished(
          tickets: ["A-1"], commit: try commit("b"), tree: tree, verdict: .red(status: 1), seconds: 1, isCached: false, slot: 900)))
    run.add(.answered(RequestAnswer(request: "2", verb: "continue", isDone: true, sentence: "goes on")))
    let report = RunReport(run: run.id, events: run.events, now: try #require(run.events.last).time)
    let text = ReportPage(report, queue: nil, file: "/state/report.html", conflicts: [:]).page.text
    for part in [
      "A-1 First waited 2.0 s for somebody&#39;s approval", "A-1: the check failed with exit status 1, 1.0 s", ">checks</text>",
      "paused: nothing was started", "then the checks", "While it is grey nothing was started.",
    ] { #expect(text.contains(part), "\(part)") }
  }

  @Test("a run that has only begun, and one whose queue is gone, have a page")
  func begun() throws {
    var run = try SampleRun()
    try run.begins(["A-1"], workers: 1)
    let report = RunReport(run: run.id, events: run.events, now: WallTime(seconds: 0))
    let text = ReportPage(report, queue: nil, file: "/state/report.html", conflicts: [:]).page.text
    #expect(text.contains("The queue cannot be read"))
    #expect(!text.contains("<svg"))
  }

  @Test("a clock as it stands on the axis", arguments: [(0.0, 60.0, "0:00"), (65, 5, "1:05"), (3725, 600, "1:02:05"), (0.5, 0.1, "0.5 s")])
  func clock(seconds: Double, step: Double, expected: String) { #expect(Timeline.clock(seconds, step: step) == expected) }
}
