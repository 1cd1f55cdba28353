import Git
import Planning
import Platform
import SageStream
import Terminal
import Testing
import Tickets

@Suite("A failure says what happened, whether main moved, and what to type")
struct FailureTextTests {
  private let file: FilePath = "/repo/.sage/tickets/index.json"

  private func expect(
    _ failure: Failure, _ status: Int32, _ screen: String, after progress: MovedSoFar = .nothing,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let text = FailureText(failure, after: progress)
    expectScreen(text.lines, screen, sourceLocation: sourceLocation)
    #expect(text.exitStatus == status, sourceLocation: sourceLocation)
  }

  @Test("no repository")
  func noRepository() {
    expect(
      .git(.notARepository(message: "fatal: not a git repository (or any of the parent directories): .git")), 128,
      """
      fatal: not a git repository (or any of the parent directories): .git; nothing was changed
      hint: cd into a repository, or: git -C FOLDER sage-stream
      """)
  }

  @Test("a failed git command is shown with git's own words")
  func gitCommand() {
    expect(
      .git(.commandFailed(arguments: ["read-tree", "-m", "a b"], status: 128, message: "fatal: bad tree\nmore")), 128,
      """
      fatal: git failed with status 128: bad tree; nothing was changed
        git read-tree -m 'a b'
        more
      hint: git sage-stream validate looks at all that a run needs
      """)
  }

  @Test("a run that fails says how many tickets had landed before")
  func progress() {
    expect(
      .fileSystem(path: "/x", .noSpace), 128,
      """
      fatal: /x: no space left on device; nothing has landed on main
      hint: df /x shows how full it is; type the command again when there is room
      """, after: .landed(0, on: "main"))
    expect(
      .fileSystem(path: "/x", .noSpace), 128,
      """
      fatal: /x: no space left on device; 3 tickets had landed on trunk before, whole and safe
      hint: df /x shows how full it is; type the command again when there is room
      """, after: .landed(3, on: "trunk"))
  }

  @Test("an unknown ticket names those that look like it")
  func unknownTicket() {
    expect(
      .unknownTicket("a-1", similar: ["A-1", "A-10"]), 129,
      """
      error: the queue has no ticket a-1; nothing was changed
      hint: did you mean A-1 and A-10?
      hint: git sage-stream list shows all tickets
      """)
  }

  @Test("an unknown component names those there are")
  func unknownComponent() {
    expect(
      .unknownComponent("x\u{1B}[2J", known: ["api", "ui"]), 129,
      #"""
      error: no ticket of the queue belongs to a component 'x\u{1B}[2J'; nothing was changed
      hint: the components are api and ui
      """#)
  }

  @Test("no worker: the agents on PATH and the line to type")
  func noWorker() {
    expect(
      .noWorker(agentsOnPath: ["claude", "cursor-agent"]), 128,
      """
      fatal: no worker is configured, so there is nobody to do a ticket; nothing was changed
      hint: on PATH: claude and cursor-agent
      hint: git config sageStream.worker claude
      hint: git config sageStream.worker cursor-agent
      """)
    expect(
      .noWorker(agentsOnPath: []), 128,
      """
      fatal: no worker is configured, so there is nobody to do a ticket; nothing was changed
      hint: none of the agents known to us is on PATH; any command or script can be a worker
      hint: git config sageStream.worker ./work.sh
      """)
  }

  @Test("a worker command that cannot run blames no ticket")
  func workerCannotRun() {
    expect(
      .workerCannotRun(command: "./nowhere.sh", status: 127, message: "/bin/sh: 1: ./nowhere.sh: not found"), 128,
      """
      fatal: the worker command cannot run (status 127): ./nowhere.sh; nothing has landed on main
        /bin/sh: 1: ./nowhere.sh: not found
      hint: a program in it was not found; no ticket was blamed for that
      hint: git config sageStream.worker COMMAND, or --worker COMMAND
      """, after: .landed(0, on: "main"))
  }

  @Test("an agent that is not installed, one that refuses, one that does not know how it was called")
  func agents() {
    expect(
      .agentNotFound(name: "amp", program: "amp"), 128,
      """
      fatal: the worker is the agent amp, and amp is not on PATH; nothing has landed on main
      hint: git sage-stream worker list shows the agents that are
      hint: git config sageStream.worker NAME, or --worker NAME-OR-COMMAND
      """, after: .landed(0, on: "main"))
    expect(
      .agentRefused(name: "claude", message: "Invalid API key\u{1B}[2J", login: "claude, then /login"), 128,
      #"""
      fatal: claude refused to work; no ticket was blamed for that; nothing has landed on main
        Invalid API key\u{1B}[2J
      hint: claude, then /login
      hint: then the same command again; git sage-stream worker show claude has what it needs
      """#, after: .landed(0, on: "main"))
    expect(
      .workerCannotRun(command: "codex exec", status: 2, message: "error: unexpected argument '--x'"), 128,
      """
      fatal: the worker command cannot run (status 2): codex exec; nothing has landed on main
        error: unexpected argument '--x'
      hint: it does not know how it was called; no ticket was blamed for that
      hint: git sage-stream worker probe shows which option
      """, after: .landed(0, on: "main"))
  }

  @Test("a missing queue, an unreadable one, one that is no JSON")
  func queues() throws {
    expect(
      .queueMissing(file), 128,
      """
      fatal: there is no ticket queue at /repo/.sage/tickets/index.json; nothing was changed
      hint: git sage-stream --index PATH reads a queue that is somewhere else
      hint: git sage-stream demo shows all of it in a scratch repository
      """)
    expect(
      .queueUnreadable(file, .permissionDenied), 128,
      """
      fatal: the ticket queue /repo/.sage/tickets/index.json cannot be read: permission denied; nothing was changed
      hint: ls -ld /repo/.sage/tickets/index.json shows who may do that
      """)
    expect(
      .queueInvalid(file, .noTickets), 128,
      """
      fatal: the ticket queue /repo/.sage/tickets/index.json cannot be used: not a ticket queue: it has no "tickets" array; \
      nothing was changed
      hint: correct the file, then: git sage-stream validate
      """)
  }

  @Test("every failure says whether something moved, and what to type")
  func form() throws {
    let path: FilePath = "/r/x"
    let run = try #require(RunID("20261122T195400-3f2a"))
    let all: [Failure] = [
      .git(.notARepository(message: "")), .git(.gitTooOld(found: "1", needed: "2")), .git(.notStarted(executable: "git", reason: "x")),
      .git(.commandFailed(arguments: ["x"], status: 1, message: "")), .git(.library(operation: "x", code: -1, category: 1, message: "x")),
      .git(.staleReference(.branch("main"))), .git(.lockedReference(.branch("main"))),
      .git(.referenceInTheWay(.branch("a"), by: .branch("b"))), .git(.badSetting(key: "a.b", value: "x", message: "x")),
      .git(.identityUnknown(message: "x")), .git(.missingObject("x")), .git(.unexpectedOutput(command: "x", output: "x")),
      .git(.fileSystem(path: "/x", reason: "x")), .fileSystem(path: path, .ioError), .usage("x"), .unknownTicket("A", similar: []),
      .unknownComponent("x", known: []), .unknownBranch("x"), .bareWithoutTarget, .noWorkTreeForQueue, .unbornTarget(.branch("main")),
      .detachedWithoutTarget, .operationInProgress("merge", path), .noIdentity("x"),
      .badConfiguration(key: "a.b", value: "x", expected: "y"),
      .queueMissing(path), .queueUnreadable(path, .ioError), .queueInvalid(path, .noTickets), .queueRefused(path, []),
      .workflowMode("x"), .otherQueueInterrupted(run, queue: path, tag: "master"), .noWorker(agentsOnPath: []),
      .workerCannotRun(command: "x", status: 127, message: ""), .checkCannotRun(command: "x", status: 127, message: ""),
      .agentNotFound(name: "x", program: "x"), .agentRefused(name: "x", message: "x", login: "x"), .untrustedValidation(["A"], commands: 1),
      .notATerminal, .insideWorker(runID: "x"), .locked(nil, waitedSeconds: 1),
      .unfinishedLanding(target: .branch("main"), tickets: ["A"], hasMoved: true, cause: .notATerminal), .nothingToDo("x"), .refused("x"),
      .refused("x", hint: "y"),
    ]
    for failure in all {
      let text = FailureText(failure)
      let first = text.lines.first ?? ""
      #expect(first.hasPrefix("fatal: ") || first.hasPrefix("error: ") && text.exitStatus == 129, "\(failure)")
      #expect(first.hasSuffix("; nothing was changed") || first.contains("main has moved"), "\(first)")
      #expect(!text.hints.isEmpty, "\(failure)")
    }
  }

  @Test("a refused queue lists eight findings and says where the rest is")
  func findings() throws {
    let tickets = (1...9).map { #"{"id":"A-\#($0)","dependencies":["X-\#($0)"]}"# }.joined(separator: ",")
    let refusal = try #require(try queue(tickets).refusal)
    let text = FailureText(refusal)
    #expect(text.lines.count == 11)
    #expect(text.lines.first == "fatal: the ticket queue /repo/.sage/tickets/index.json has 9 errors; nothing was changed")
    #expect(text.lines[1] == "  A-1 depends on X-1, which does not exist (dependencies)")
    #expect(text.lines[9] == "  and 1 more: git sage-stream validate")
    #expect(text.exitStatus == 128)
  }

  @Test("a cycle is spelled out")
  func cycle() throws {
    let tickets = #"{"id":"A","dependencies":["B"]},{"id":"B","dependencies":["C"]},{"id":"C","dependencies":["A"]}"#
    expect(
      try #require(try queue(tickets).refusal), 128,
      """
      fatal: the ticket queue /repo/.sage/tickets/index.json has 1 error; nothing was changed
        dependency cycle: A -> B -> C -> A
      hint: correct the file, then: git sage-stream validate
      """)
  }

  @Test("a landing that could not be finished says whether main moved, instead of what had landed before")
  func unfinishedLanding() {
    let full = Failure.fileSystem(path: "/r/.git/index", .noSpace)
    let target = RefName.branch("main")
    let hint = "hint: git sage-stream --auto puts it in order first of all; until then leave an index.lock that is there alone"
    expect(
      .unfinishedLanding(target: target, tickets: ["A", "B"], hasMoved: true, cause: full), 128,
      """
      fatal: main has moved, with A and B whole on it, but what follows could not be finished: /r/.git/index: no space left on device
      \(hint)
      """)
    expect(
      .unfinishedLanding(target: target, tickets: ["A"], hasMoved: false, cause: full), 128,
      """
      fatal: main did not move, and its checkout could not be put back as it was before A: /r/.git/index: no space left on device
      \(hint)
      """)
  }

  @Test("the lock of another run is named while it is waited for, with the time left")
  func waiting() {
    let holder = LockHolder(pid: 42, host: "box", since: WallTime(seconds: 1_795_377_240), run: "20261122T195400-3f2a")
    #expect(
      ProgressLines.waiting(for: holder, secondsLeft: 250)
        == "waiting for run 20261122T195400-3f2a (process 42 on box since 2026-11-22T19:54:00Z), 4 min 10 s at most")
  }

  @Test("the lock of another run is named, with status 75")
  func locked() {
    expect(
      .locked(LockHolder(pid: 42, host: "box", since: WallTime(seconds: 1_795_377_240), run: "20261122T195400-3f2a"), waitedSeconds: 300),
      75,
      """
      fatal: run 20261122T195400-3f2a works on this repository (process 42 on box since 2026-11-22T19:54:00Z), \
      and still did after 5 min 00 s; nothing was changed
      hint: git sage-stream status
      hint: git config sageStream.lockTimeout SECONDS sets how long to wait
      """)
    expect(
      .locked(nil, waitedSeconds: 0), 75,
      "fatal: another git sage-stream works on this repository; nothing was changed\nhint: git sage-stream status")
  }

  @Test("where to land: bare, unborn, detached, no such branch")
  func targets() {
    expect(
      .bareWithoutTarget, 128,
      """
      fatal: this repository is bare, so no checked out branch says where to land; nothing was changed
      hint: git sage-stream --onto BRANCH --index PATH
      """)
    expect(
      .unbornTarget(.branch("main")), 128,
      """
      fatal: branch main has no commit yet, so there is nothing to land on; nothing was changed
      hint: git commit --allow-empty -m 'Begin'
      """)
    expect(
      .detachedWithoutTarget, 128,
      """
      fatal: HEAD is detached, so no checked out branch says where to land; nothing was changed
      hint: git switch BRANCH, or: git sage-stream --onto BRANCH
      """)
    expect(
      .unknownBranch("a b"), 129,
      """
      error: there is no branch 'a b' to land on; nothing was changed
      hint: git branch --list shows the branches
      hint: git branch 'a b' makes this one
      """)
  }

  @Test("questions need a terminal")
  func notATerminal() {
    expect(
      .notATerminal, 128,
      """
      fatal: this is not a terminal, and without --auto each ticket is a question to a person; nothing was changed
      hint: git sage-stream --auto
      hint: git sage-stream --dry-run shows what would happen
      """)
  }
}
