import Git
import Platform
import SageStream
import Testing
import Tickets

@testable import Terminal

@Suite("The live display")
struct LiveFrameTests {
  /// Nine tickets, three workers: one landed, one conflicted, one held, one waits to land, two run, one is throttled.
  private func sample() throws -> SampleRun {
    var run = try SampleRun()
    try run.begins(["A-1", "A-2", "A-3", "A-4", "A-5", "A-6", "A-7", "A-8", "A-9"], workers: 3)
    try run.starts("A-1", "Rename the fetcher", worker: 1)
    try run.starts("A-2", "修复登录表单的错误处理并添加测试用例", worker: 2)
    try run.starts("A-3", "Evil \u{1B}[2J\u{202E} title that is longer than anybody would ever want it to be in a single line", worker: 3)
    run.add(
      .workerExited(
        attempt: run.attempt("A-1"), slot: 1, status: 0, seconds: 4,
        usage: WorkerUsage(inputTokens: 12_400, outputTokens: 950, costUSD: 0.425)))
    try run.submits("A-1", worker: 1)
    try run.lands("A-1", seconds: 0.1)
    try run.starts("A-4", "Clash", worker: 1)
    run.add(
      .conflicted(
        ticket: "A-4", branch: .branch("sage/A-4"), report: "/state/conflicts/A-4.json", paths: [TreePath("src/a.swift")], with: ["A-1"]))
    try run.starts("A-5", "Hold me", worker: 1)
    run.add(.held(ticket: "A-5", reason: "you are working on src/b.swift"))
    try run.starts("A-6", "Wait for it", worker: 1)
    try run.submits("A-6", worker: 1)
    try run.starts("A-7", "Throttle me", worker: 1)
    run.add(.throttled(attempt: run.attempt("A-7"), retryAfterSeconds: 90, workers: 2))
    return run
  }

  private func frame(_ run: SampleRun, columns: Int, rows: Int = 24) throws -> LiveFrame {
    var state = LiveState()
    for event in run.events { state.take(event) }
    let last = try #require(run.events.last)
    var frame = LiveFrame(state: state, now: last.time.advanced(by: 61), size: TerminalSize(columns: columns, rows: rows))
    frame.outputs = [2: "编译 src/module_12.swift and then some more of it", 3: "step 4"]
    frame.remaining = 250
    return frame
  }

  @Test("at 60 columns")
  func narrow() throws {
    expectScreen(
      try frame(try sample(), columns: 60).plainLines,
      #"""
      █▒▒░░░ 1/9 · 3 run · 3 wait · 1 held · 1 aside · ~5 min
      1 idle
      2 A-2   修复登录表单…  working 1:13 │ 编译 src/module_12.s…
      3 A-3   Evil \u{1B}[2… working 1:12 │ step 4
      landing   A-6 waits
      held      A-5  you are working on src/b.swift
      throttled A-7, again in 29s, at most 2 workers meanwhile
      1:15 · work 2:29 · 2.0 at once · 12.4k tokens in, 950 out
      """#)
  }

  @Test("at 100 columns")
  func usual() throws {
    expectScreen(
      try frame(try sample(), columns: 100).plainLines,
      #"""
      ███▒▒▒▒▒░░░░░░ 1/9 landed · 3 running · 3 waiting · 1 held · 1 set aside · about 5 min left (19:59)
      1 idle
      2 A-2    修复登录表单的错误处理并添加…  working  1:13  │ 编译 src/module_12.swift and then some mo…
      3 A-3    Evil \u{1B}[2J\u{202E} title…  working  1:12  │ step 4
      landing   A-6 waits
      held      A-5  you are working on src/b.swift
      throttled A-7, again in 29s, at most 2 workers meanwhile
      1:15 · work 2:29 · 2.0 at once · 12.4k tokens in, 950 out · $0.43
      """#)
  }

  @Test("at 200 columns")
  func wide() throws {
    expectScreen(
      try frame(try sample(), columns: 200).plainLines,
      #"""
      █████████▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░░░░░░░░░ 1/9 landed · 3 running · 3 waiting · 1 held · 1 set aside · about 5 min left (19:59)
      1 idle
      2 A-2    修复登录表单的错误处理并添加测试用例                          working  1:13  │ 编译 src/module_12.swift and then some more of it
      3 A-3    Evil \u{1B}[2J\u{202E} title that is longer than anybody wo…  working  1:12  │ step 4
      landing   A-6 waits
      held      A-5  you are working on src/b.swift
      throttled A-7, again in 29s, at most 2 workers meanwhile
      1:15 · work 2:29 · 2.0 at once · 12.4k tokens in, 950 out · $0.43
      """#)
  }

  @Test("in ASCII, where the terminal shows nothing else")
  func ascii() throws {
    var frame = try frame(try sample(), columns: 72)
    frame.isUnicode = false
    expectScreen(
      frame.plainLines.filter { !$0.contains("A-2") },
      #"""
      ##++---- 1/9, 3 running, 3 waiting, 1 held, 1 set aside, ~5 min left
      1 idle
      3 A-3   Evil \u{1B}[2J\u{2~ working 1:12 | step 4
      landing   A-6 waits
      held      A-5  you are working on src/b.swift
      throttled A-7, again in 29s, at most 2 workers meanwhile
      1:15, work 2:29, 2.0 at once, 12.4k tokens in, 950 out, $0.43
      """#)
  }

  @Test("no line is wider than the terminal, and there are never more than fit", arguments: [8, 20, 37, 60, 79, 80, 133, 300])
  func fits(_ columns: Int) throws {
    for rows in [1, 2, 3, 5, 8, 30] {
      var frame = try frame(try sample(), columns: columns, rows: rows)
      for remaining in [nil, 3.0, 250, 100_000] as [Double?] {
        frame.remaining = remaining
        let lines = frame.lines
        #expect(lines.count <= max(1, rows - 1))
        #expect(lines.allSatisfy { $0.width < columns && $0.width == CharacterWidth.of($0.plain) }, "\(frame.plainLines)")
      }
    }
  }

  @Test("in a low terminal those that work are shown, and the others are counted")
  func low() throws {
    var run = try SampleRun()
    try run.begins((1...30).map { TicketID("A-\($0)") }, workers: 20)
    for number in 1...12 { try run.starts(TicketID("A-\(number)"), "Ticket \(number)", worker: number) }
    let lines = try frame(run, columns: 80, rows: 9).plainLines
    #expect(lines.count == 8)
    #expect(lines[lines.count - 2] == "7 more working · 8 idle")
  }

  @Test("the terminal's own idea of a wide character does not move what stands behind it")
  func columns() throws {
    let line = try #require(try frame(try sample(), columns: 100).lines.first { $0.plain.hasPrefix("2") })
    // Where the phase begins is named, not reached by blanks.
    #expect(line.painted.contains("\u{1B}[K\u{1B}["))
    #expect(line.plain.contains("working"))
  }

  @Test("a paused run and one that stops say so, and count nothing down")
  func paused() throws {
    var run = try sample()
    run.add(.answered(RequestAnswer(request: "1", verb: "pause", isDone: true, sentence: "")))
    #expect(try frame(run, columns: 100).plainLines.contains("paused    git sage-stream continue starts the next tickets"))
    run.add(.stopping(reason: "interrupted"))
    let lines = try frame(run, columns: 100).plainLines
    #expect(lines.contains("stopping  interrupted"))
    #expect(!lines[0].contains("left"))
  }

  @Test("a reopened ticket waits again, and a run that is over shows nobody at work")
  func states() throws {
    var run = try sample()
    var state = LiveState()
    for event in run.events { state.take(event) }
    #expect(state.setAside == ["A-4"] && state.waiting == 3)
    run.add(.reopened(ticket: "A-4", saved: nil))
    run.add(.runFinished(RunSummary()))
    for event in run.events.suffix(2) { state.take(event) }
    #expect(state.setAside.isEmpty && state.waiting == 6 && state.seats.isEmpty)
  }

  @Test(
    "an estimate is rough",
    arguments: [
      (3.0, "5 s"), (52, "55 s"), (58, "1 min"), (250, "5 min"), (3500, "59 min"), (3600, "1 h"), (4300, "1 h 20 min"), (7140, "2 h"),
    ])
  func estimates(_ seconds: Double, _ text: String) { #expect(LiveFrame.rough(seconds) == text) }
}
