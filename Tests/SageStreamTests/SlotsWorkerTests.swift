import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

@Suite("Slots: running a worker")
struct SlotsWorkerTests {
  @Test("The worker's environment: SAGE_* variables, of GIT_* only what DESIGN section 7 lets pass, standard input empty, own session")
  func environment() async throws {
    let test = try await SlotScenario()
    let report = try await test.work("env > env.txt; cat > stdin.txt; echo $$ > pid.txt; ps -o sid= -p $$ > sid.txt") {
      $0.conflictFile = "/conflicts/T-1.json"
    }
    let tip = try #require(report.outcome.submission).tip
    let lines = Set(try await test.git("show", "\(tip):env.txt").split(separator: "\n").map(String.init))
    let folder = report.log.removingLastComponent()
    let slot = try await test.slot()
    for line in [
      "SAGE_RUN_ID=\(test.keeper.run)", "SAGE_TICKET_ID=T-1", "SAGE_TICKET_TITLE=Do T-1", "SAGE_TICKET_FILE=\(folder)/ticket.json",
      "SAGE_PROMPT_FILE=\(folder)/prompt.md", "SAGE_WORKTREE=\(slot.path)", "SAGE_BASE=\(test.base)", "SAGE_ATTEMPT=1", "SAGE_SLOT=1",
      "SAGE_PORT_BASE=20100", "SAGE_RESULT_FILE=\(folder)/result.json", "SAGE_CONFLICT_FILE=/conflicts/T-1.json", "GIT_TERMINAL_PROMPT=0",
      "GIT_EDITOR=true", "GIT_CEILING_DIRECTORIES=\(slot.path.removingLastComponent())", "PWD=\(slot.path)", "GIT_CONFIG_NOSYSTEM=1",
    ] { #expect(lines.contains(line)) }
    #expect(lines.filter { $0.hasPrefix("GIT_DIR") || $0.hasPrefix("GIT_WORK_TREE") || $0.hasPrefix("GIT_INDEX") }.isEmpty)
    #expect(try await test.git("show", "\(tip):stdin.txt") == "")
    let pid = try await test.git("show", "\(tip):pid.txt")
    #expect(try await test.git("show", "\(tip):sid.txt").drop { $0 == " " } == pid[...])
    #expect(try File.read(folder.appending("ticket.json")) == SlotScenario.ticket("T-1").rawJSON)
  }

  @Test(
    "Exit statuses",
    arguments: [
      ("exit 75", "throttled"), ("exit 125", "not applicable"), ("exit 126", "cannot run"), ("no-such-command-anywhere", "cannot run"),
      ("exit 3", "worker_failed"), ("kill -9 $$", "worker_killed"), ("exit 0", "no change"),
      (#"echo '{"status":"deferred","reason":"later"}' > $SAGE_RESULT_FILE"#, "not applicable"),
      (#"echo x > x; echo '{"status":"failed","reason":"no luck"}' > $SAGE_RESULT_FILE"#, "worker_reported_failure"),
      (#"echo '{"status":"completed"}' > $SAGE_RESULT_FILE; exit 1"#, "worker_failed"),
      ("echo x > x; echo nonsense > $SAGE_RESULT_FILE", "submitted"), ("echo x > x; ln -s /dev/zero $SAGE_RESULT_FILE", "submitted"),
    ])
  func exits(command: String, outcome: String) async throws {
    let test = try await SlotScenario()
    let report = try await test.work(command)
    #expect(report.outcome.name == outcome)
    let exited = test.facts.compactMap { if case .workerExited(_, 1, let status, _, _) = $0 { status } else { nil } }
    #expect(exited.count == 1)
    try await test.expectCleanStart()
  }

  @Test(
    "A failing worker's commits are anchored and its uncommitted work is salvaged on top of them, untracked files included, ignored ones not"
  )
  func failedWorkIsSalvaged() async throws {
    let test = try await SlotScenario()
    let report = try await test.work(
      "echo c > c; git add c; git commit -qm half; echo u > u; echo e >> src/a.txt; mkdir build; echo i > build/i; exit 1")
    let salvage = try #require(report.salvage)
    #expect(salvage.rawValue == "refs/sage-stream/salvage/T-1/\(test.keeper.run).1")
    #expect(try await test.changed(salvage.rawValue) == ["c", "src/a.txt", "u"])
    let attempt = "refs/sage-stream/attempts/T-1/\(test.keeper.run).1"
    #expect(try await test.git("rev-parse", "\(salvage)^") == test.git("rev-parse", attempt))
    #expect(try await test.git("log", "-1", "--format=%s", attempt) == "half")
    #expect(try await report.parkable?.hex == test.git("rev-parse", salvage.rawValue))
    #expect(test.facts.contains { if case .salvageWritten(let attempt, salvage) = $0 { attempt.number == 1 } else { false } })
    try await test.expectCleanStart()
  }

  @Test("Salvage needs no identity")
  func salvageWithoutIdentity() async throws {
    let test = try await SlotScenario()
    try AtomicFile.write(Array("[user]\n\tuseConfigOnly = true\n".utf8), to: test.scenario.root.path.appending("home/.gitconfig"))
    let report = try await test.work("echo u > u; exit 1")
    #expect(try await test.changed(try #require(report.salvage).rawValue) == ["u"])
    let harvest = try await test.work("echo v > v")
    #expect(harvest.outcome.failure?.category == .harvest)
    #expect(try await test.changed(try #require(harvest.salvage).rawValue) == ["v"])
  }

  @Test("The timeout ends a worker that ignores TERM, its group, and what it put into the background; its work is salvaged")
  func timeout() async throws {
    // The next ticket, too, has to be done in that time.
    let test = try await SlotScenario { $0.timeout = .seconds(3) }
    let report = try await test.work(
      "trap '' TERM; echo u > u; mkdir build; (trap '' TERM; exec sleep 1000) & echo $! > build/pid; while :; do sleep 1000; done")
    #expect(report.outcome.failure?.category == .timeout)
    #expect(try await test.changed(try #require(report.salvage).rawValue) == ["u"])
    let slot = try await test.slot()
    let pid = try #require(try File.readText(slot.path.appending("build/pid")).flatMap { Int32($0.dropLast()) })
    #expect(ProcessIdentity(of: pid) == nil)
    try await test.expectCleanStart()
  }

  @Test("A worker that ends on TERM within the grace is a timeout all the same")
  func politeTimeout() async throws {
    let test = try await SlotScenario {
      $0.timeout = .milliseconds(300)
      $0.grace = .seconds(60)
    }
    let report = try await test.work("trap 'echo bye > bye; exit 0' TERM; sleep 1000 & wait")
    #expect(report.outcome.failure?.category == .timeout)
    #expect(try await test.changed(try #require(report.salvage).rawValue) == ["bye"])
  }

  @Test("Silence longer than the idle timeout ends a worker, output keeps it alive")
  func idle() async throws {
    let test = try await SlotScenario { $0.idleTimeout = .seconds(2) }
    let silent = try await test.work("echo started; sleep 1000")
    #expect(silent.outcome.failure?.message == "the worker was silent for 2 s (sageStream.idleTimeout)")
    let busy = try await test.work("for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 0.25; done; echo x > x")
    #expect(busy.outcome.name == "submitted")
  }

  @Test("A request to stop ends the worker, saves its work, and blames nobody; so does cancelling the task")
  func stop() async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    for cancels in [false, true] {
      let fifo = test.scenario.root.path.appending("fifo-\(cancels)")
      mkfifo(fifo.string, 0o600)
      let stop = StopRequest()
      let working = Task { try await test.work("echo u > u; echo ready > '\(fifo)'; sleep 1000", in: slot, stop: stop) }
      await waitForLine(fifo)
      if cancels { working.cancel() } else { stop.make() }
      let report = try await working.value
      #expect(report.outcome.name == "interrupted")
      #expect(try await test.changed(try #require(report.salvage).rawValue) == ["u"])
      try await test.expectCleanStart()
    }
    let never = StopRequest()
    never.make()
    #expect(try await test.work("echo x > ran", in: slot, stop: never).outcome.name == "interrupted")
  }

  @Test("What a worker left in the background, even in a session of its own, is dead before its work is looked at")
  func background() async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    let report = try await test.work(
      "sleep 1000 & echo $! > a.log; setsid sh -c 'echo $$ > b.log; echo go > go.log; exec sleep 1000' & while ! [ -s go.log ]; do sleep 0.01; done; echo x > x",
      in: slot)
    #expect(report.outcome.name == "submitted")
    for file in ["a.log", "b.log"] {
      let pid = try #require(try File.readText(slot.path.appending(file)).flatMap { Int32($0.dropLast()) })
      #expect(ProcessIdentity(of: pid) == nil)
    }
    #expect(report.slotIsUsable)
  }

  @Test("A worker that closes its output, or leaves it to a child that goes on writing, is waited for and no longer")
  func outputs() async throws {
    let test = try await SlotScenario()
    #expect(try await test.work("exec >/dev/null 2>&1; sleep 0.3; echo x > x").outcome.name == "submitted")
    #expect(try await test.work("setsid sh -c 'cd /; exec yes' & echo y > y").outcome.name == "submitted")
  }

  @Test("A slot in which somebody else's process works is left alone, and another name is taken")
  func somebodyElse() async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    let fifo = test.scenario.root.path.appending("fifo")
    mkfifo(fifo.string, 0o600)
    let shell = Task {
      try await test.scenario.run("/bin/sh", ["-c", "cat '\(fifo)' >/dev/null"], in: slot.path)
    }
    // Opening for writing waits until the other side reads, so the process is there then.
    let line = try await blocking { try FileDescriptor.open(fifo, .writeOnly) }
    let report = try await test.work("echo x > x", in: slot)
    #expect(report.outcome.name == "submitted")
    #expect(!report.slotIsUsable)
    let other = try await test.slot()
    #expect(other.path.lastComponent?.string == "slot-1-2")
    try line.close()
    _ = try await shell.value
    #expect(try await test.slot() == slot)
  }

  @Test("Of a long output the log keeps beginning and end within its limit, and the worker is never held up (SAGE_STREAM_OUTPUT, in bytes)")
  func longOutput() async throws {
    let bytes = getenv("SAGE_STREAM_OUTPUT").flatMap { Int(String(cString: $0)) } ?? 30_000_000
    let test = try await SlotScenario { $0.logLimit = 100_000 }
    let report = try await test.work("echo first; yes | head -c \(bytes); echo last")
    let log = try #require(try File.readText(report.log))
    #expect(log.utf8.count < 110_000)
    #expect(log.hasPrefix("first\ny\n"))
    #expect(log.hasSuffix("y\nlast\n"))
    #expect(log.contains("bytes of output left out here, see sageStream.logLimit]"))
    #expect(try Folder.names(in: report.log.removingLastComponent()).count == 3)
  }

  @Test("A short log is all of the output, standard error included, in order")
  func shortOutput() async throws {
    let test = try await SlotScenario()
    let report = try await test.work("echo one; echo two >&2; echo three")
    #expect(try File.readText(report.log) == "one\ntwo\nthree\n")
  }

  @Test("Ticket text is data: it reaches the worker through files and variables and is never run")
  func dataIsNeverCode() async throws {
    let id = "a;touch pwned"
    let test = try await SlotScenario()
    let report = try await test.work(
      #"printf %s "$SAGE_TICKET_ID|$SAGE_TICKET_TITLE" > seen"#, on: id, fields: #""title":"$(touch pwned) `touch pwned`","type":"bug""#)
    let tip = try #require(report.outcome.submission).tip
    #expect(try await test.git("show", "\(tip):seen") == "a;touch pwned|$(touch pwned) `touch pwned`")
    #expect(try await test.changed(tip) == ["seen"])
  }

  @Test("Odd ids are no obstacle", arguments: ["../../x", "-rf", "a b", "HEAD", "refs/heads/x", "x.lock", "é", "@", "a~1", "a..b"])
  func oddIDs(id: String) async throws {
    let test = try await SlotScenario()
    let report = try await test.work("echo x > x; echo y > y; git add y; git commit -qm y", on: id)
    let submission = try #require(report.outcome.submission)
    #expect(try await test.git("rev-parse", submission.anchor.rawValue) == submission.tip.hex)
    #expect(report.log.starts(with: test.keeper.runFolder))
    #expect(try Folder.names(in: test.keeper.runFolder).count == 2)
  }

  @Test("A worker calls git in its slot and cannot get out of the worktree root by accident")
  func ceiling() async throws {
    let test = try await SlotScenario()
    let report = try await test.work("rm .git; git rev-parse --show-toplevel > top.txt 2>&1; exit 0")
    let aside = try #require(test.asides.first)
    #expect(try File.readText(aside.appending("top.txt"))?.hasPrefix("fatal: not a git repository") == true)
    #expect(report.outcome.failure?.category == .brokenWorktree)
  }
}

/// Waits until somebody writes a line into a FIFO.
func waitForLine(_ fifo: FilePath) async {
  _ = try? await blocking {
    let descriptor = try FileDescriptor.open(fifo, .readOnly)
    return try descriptor.closeAfter { try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { try descriptor.read(into: $0) } }
  }
}

/// Runs a call that blocks on a thread of its own.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    let work = BlockingWork { continuation.resume(with: Swift.Result { try body() }) }
    var thread = pthread_t()
    let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
      if let raw { Unmanaged<BlockingWork>.fromOpaque(raw).takeRetainedValue().body() }
      return nil
    }
    pthread_create(&thread, nil, start, Unmanaged.passRetained(work).toOpaque())
    pthread_detach(thread)
  }
}

private final class BlockingWork: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
