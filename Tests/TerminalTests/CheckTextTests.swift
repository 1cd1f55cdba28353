import Git
import Platform
import SageStream
import Testing
import Tickets

@testable import Terminal

@Suite("What a person sees of checks")
struct CheckTextTests {
  private func finished(
    _ tickets: [TicketID], _ verdict: CheckVerdict, cached: Bool = false, flaky: Bool = false
  ) throws -> CheckFinished {
    CheckFinished(
      tickets: tickets, commit: try commit("c"), tree: try #require(TreeID(hex: String(repeating: "d", count: 40))), verdict: verdict,
      seconds: cached ? 0 : 12, isCached: cached, slot: 65, log: "/state/check-1.log", isFlaky: flaky)
  }

  @Test("progress: what is checked, and what it came to")
  func progress() throws {
    var run = try SampleRun()
    try run.begins(["A-1", "A-2", "A-3"], workers: 2)
    try run.starts("A-2", "Add login", worker: 1)
    run.add(
      .checkStarted(
        CheckStarted(
          tickets: ["A-1", "A-2"], commit: try commit("c"), tree: try #require(TreeID(hex: String(repeating: "d", count: 40))), slot: 66,
          process: ProcessIdentity(pid: 1, startTime: "1"), log: "/l")))
    run.add(.checkFinished(try finished(["A-1", "A-2"], .red(status: 2))))
    run.add(.checkFinished(try finished(["A-1"], .green)))
    run.add(.checkFinished(try finished(["A-2"], .green, cached: true)))
    run.add(
      .validated(
        ValidationFinished(
          attempt: run.attempt("A-2"), task: "t", command: "make\ntest", isPassed: false, status: 1, seconds: 2, log: "/v")))
    var progress = ProgressLines(style: .plain)
    expectScreen(
      Array(run.events.flatMap { progress.lines(for: $0) }.dropFirst(2)),
      """
      checking  A-2  Add login  (on top of A-1, check-2)
      red       A-2  Add login  (on top of A-1, 12.0 s, the check failed with exit status 2)
      passed    A-1  (12.0 s)
      passed    A-2  Add login  (known from before)
      invalid   A-2  Add login  (make test, 2.0 s, status 1)
      """)
    #expect(progress.fold.checks == RunFold.CheckCount(ran: 2, seconds: 24, known: 1, flaky: 0))
  }

  @Test("the summary says what checking cost and what it did not have to")
  func summary() throws {
    var fold = RunFold()
    var run = try SampleRun()
    run.add(.checkFinished(try finished(["A-1"], .red(status: 1))))
    run.add(.checkFinished(try finished(["A-1"], .green, flaky: true)))
    run.add(.checkFinished(try finished(["A-2"], .green, cached: true)))
    for event in run.events { fold.take(event) }
    let lines = SummaryText(RunSummary(), fold: fold, style: .plain).lines
    #expect(lines.contains("2 checks in 24.0 s, 1 verdict known from before, 1 flaky"))
  }

  @Test("trust shows each command word for word, with nothing that a terminal would obey")
  func trust() throws {
    let queue = try queue(
      #"{"id":"A-1","tasks":[{"validation_script":"make \u001b[2J x\nthen this"}]},{"id":"A-2","tasks":[{"validation_script":"true"}]},{"id":"A-3","tasks":[{"validation_script":"true"}]}"#
    )
    let list = TrustList(queue.index.tickets, consent: Consent(["true"]))
    expectScreen(
      TrustText(list, isDryRun: false, style: .plain).lines,
      #"""
      new    make \u{1B}[2J x  (A-1)
             then this
      known  true  (A-2 and A-3)

      consent recorded for 1 new command: from now on they run after the workers of these tickets, in their worktrees
      """#)
    #expect(TrustText(TrustList([], consent: Consent()), isDryRun: false, style: .plain).lines.count == 1)
  }
}
