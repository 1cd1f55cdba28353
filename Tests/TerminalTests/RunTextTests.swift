import Git
import SageStream
import Terminal
import Testing
import Tickets

@Suite("A run as a person sees it")
struct RunTextTests {
  /// Four tickets: one lands, one conflicts, one fails, one is held.
  private func sample() throws -> SampleRun {
    var run = try SampleRun()
    try run.begins(["A-1", "A-2", "B-1", "a b"], workers: 2)
    try run.starts("A-1", "Rename the fetcher", worker: 1)
    try run.starts("A-2", "Add a retry\u{1B}[2J", worker: 2)
    try run.lands("A-1", seconds: 62.04, excluded: [TreePath(".sage/x.json")])
    run.add(
      .conflicted(
        ticket: "A-2", branch: .branch("sage/A-2"), report: "/state/conflicts/A-2.json", paths: [TreePath("src/a.swift")], with: ["A-1"]))
    run.add(.deferred(Deferred(ticket: "A-2", category: "conflict", message: "clashes with A-1", isFailure: false)))
    run.add(.throttled(attempt: run.attempt("B-1"), retryAfterSeconds: 4, workers: 1))
    try run.starts("B-1", "B-1", worker: 1, attempt: 2)
    run.add(
      .deferred(
        Deferred(
          ticket: "B-1", category: "worker_failed", message: "it ended with status 3", branch: .branch("sage/B-1"),
          log: "/state/B-1.2/log", isFailure: true)))
    try run.starts("a b", "Sweep", worker: 2)
    run.add(.held(ticket: "a b", reason: "you are working on src/b.swift"))
    run.add(.warning("A-2: it changed the shared configuration"))
    return run
  }

  private func lines(_ run: SampleRun, _ detail: ProgressLines.Detail = .everything) -> (lines: [String], fold: RunFold) {
    var progress = ProgressLines(style: .plain, detail: detail)
    return (run.events.flatMap { progress.lines(for: $0) }, progress.fold)
  }

  @Test("progress is one line a fact")
  func progress() throws {
    expectScreen(
      lines(try sample()).lines,
      #"""
      4 tickets, 2 workers, landing on main (run 20261122T195400-3f2a)
      started   A-1  Rename the fetcher  (worker 1)
      started   A-2  Add a retry\u{1B}[2J  (worker 2)
      landed    A-1  Rename the fetcher  (2.0 s, bbbbbbbbbb, 1/4, without .sage/x.json)
      conflict  A-2  Add a retry\u{1B}[2J  (with A-1 in src/a.swift, parked on sage/A-2)
      throttled B-1  (again in 4.0 s, at most 1 worker meanwhile)
      started   B-1  (worker 1, attempt 2)
      failed    B-1  (it ended with status 3)
      started   'a b'  Sweep  (worker 2)
      held      'a b'  Sweep  (you are working on src/b.swift)
      warning: A-2: it changed the shared configuration
      """#)
  }

  @Test("quiet progress is only what needs a person")
  func quiet() throws {
    expectScreen(
      lines(try sample(), .quiet).lines,
      #"""
      conflict  A-2  Add a retry\u{1B}[2J  (with A-1 in src/a.swift, parked on sage/A-2)
      failed    B-1  (it ended with status 3)
      held      'a b'  Sweep  (you are working on src/b.swift)
      warning: A-2: it changed the shared configuration
      """#)
  }

  @Test("the summary has a reason, a log and a command for each ticket that did not land")
  func summary() throws {
    var summary = RunSummary()
    summary.landed = ["A-1"]
    summary.conflicted = ["A-2"]
    summary.failed = ["B-1"]
    summary.held = ["a b"]
    summary.unfinished = ["A-2", "B-1", "C-1"]
    summary.throttled = 1
    summary.wallSeconds = 100
    summary.workSeconds = 185
    summary.workers = 2
    expectScreen(
      SummaryText(summary, fold: lines(try sample()).fold, style: .plain).lines,
      #"""
      conflict  A-2  Add a retry\u{1B}[2J
                clashes with A-1 in src/a.swift
                work: branch sage/A-2
                log: /state/A-2.1/log
                next: git sage-stream conflicts A-2

      failed    B-1
                it ended with status 3
                work: branch sage/B-1
                log: /state/B-1.2/log
                next: git sage-stream show B-1

      held      'a b'  Sweep
                you are working on src/b.swift
                next: git sage-stream --auto --limit=0

      not done  C-1
                next: git sage-stream explain C-1

      1 ticket landed on main
      landed 1, conflicted 1, failed 1, deferred 0, held 1, 1 attempt throttled
      wall time 1 min 40 s, work 3 min 05 s: speedup 1.9, efficiency 93 % of 2 workers
      time lost by idle workers: 11.0 s to dependencies, 2.0 s to throttling
      velocity 36.0 tickets an hour, median 2.0 s
      """#)
  }

  @Test("one worker has no speedup to boast of, and nothing to do is said so")
  func small() throws {
    var summary = RunSummary()
    expectScreen(
      SummaryText(summary, fold: RunFold(), style: .plain).lines,
      """
      nothing to do: no ticket is ready and none is held
      landed 0, conflicted 0, failed 0, deferred 0, held 0
      """)
    summary.landed = ["A-1", "A-2"]
    summary.wallSeconds = 2.1
    summary.workSeconds = 2
    var run = try SampleRun()
    try run.begins(["A-1", "A-2"], workers: 1)
    expectScreen(
      SummaryText(summary, fold: lines(run).fold, style: .plain).lines,
      """
      2 tickets landed on main
      landed 2, conflicted 0, failed 0, deferred 0, held 0
      wall time 2.1 s, work 2.0 s
      """)
  }

  @Test("an interrupted run says how to go on")
  func interrupted() throws {
    var run = try SampleRun()
    try run.begins(["A-1"], workers: 1)
    var summary = RunSummary()
    summary.wasInterrupted = true
    summary.unfinished = ["A-1"]
    expectScreen(
      SummaryText(summary, fold: lines(run).fold, style: .plain).lines,
      """
      not done  A-1

      interrupted: nothing landed on main; type the same command again to go on
      landed 0, conflicted 0, failed 0, deferred 0, held 0
      """)
  }

  @Test("the figures of a summary: the shortest possible, what was lost and to what, what it cost, and how fast earlier runs were")
  func figures() throws {
    var run = try SampleRun()
    try run.begins(["A-1", "A-2", "B-1"], workers: 3)
    try run.starts("A-1", "One", worker: 1)
    try run.starts("A-2", "Two", worker: 2)
    // One worker idles because B-1 waits for A-1.
    run.add(
      .workerExited(attempt: run.attempt("A-1"), slot: 1, status: 0, seconds: 60, usage: WorkerUsage(inputTokens: 900, costUSD: 1.239)))
    try run.submits("A-1", worker: 1)
    // Two of them because A-1 has not landed.
    try run.lands("A-1", seconds: 1)
    run.add(.throttled(attempt: run.attempt("A-2"), retryAfterSeconds: 60, workers: 1))
    // And all three because of throttling.
    try run.starts("A-2", "Two", worker: 2, attempt: 2)
    var summary = RunSummary()
    summary.landed = ["A-1"]
    summary.wallSeconds = 100
    summary.workSeconds = 120
    summary.criticalSeconds = 90
    summary.workers = 3
    let earlier = try #require(Velocity([(3600, [60, 70, 200]), (1800, [])]))
    let lines = SummaryText(summary, fold: lines(run).fold, style: .plain, earlier: earlier).lines
    expectScreen(
      Array(lines.suffix(4)),
      """
      wall time 1 min 40 s, work 2 min 00 s: speedup 1.2, efficiency 90 % of the longest chain, 90.0 s
      time lost by idle workers: 9.0 s to dependencies, 2.0 s to landing, 3.0 s to throttling
      used 900 tokens in, $1.24
      velocity 36.0 tickets an hour, median 4.0 s (earlier runs: 3.0 tickets an hour, median 70.0 s)
      """)
  }
}
