import Git
import Platform
import Support
import Testing

@testable import SageStream

@Suite("validate: what parallel runs need")
struct ExaminationTests {
  private static let queue = #"{"tickets":[{"id":"A","state":"UNPROCESSED"},{"id":"B","state":"UNPROCESSED","dependencies":["A"]}]}"#

  private func scenario(_ queue: String = ExaminationTests.queue) async throws -> Scenario {
    let scenario = try await Scenario()
    try scenario.write(".sage/tickets/index.json", queue)
    try scenario.write(".sage/workflow-mode", "TICKET_BASED\n")
    try scenario.write("tools/do.sh", "exit 0\n", permissions: 0o755)
    try scenario.write("tools/text.sh", "exit 0\n")
    try await scenario.commit("Base")
    return scenario
  }

  private func examine(_ scenario: Scenario, _ wish: Examination.Wish = .init(worker: "true"), in folder: FilePath? = nil) async
    -> Examination
  {
    await Examination(from: folder ?? scenario.path, environment: scenario.environment, index: nil, wish: wish)
  }

  /// What is not fine: subjects with their outcomes.
  private func findings(_ examination: Examination) -> [String] {
    examination.prerequisites.filter { $0.outcome != .ok }.map { "\($0.subject.rawValue) \($0.outcome.rawValue)" }
  }

  private func fact(_ subject: Prerequisite.Subject, _ examination: Examination) -> Prerequisite.Fact? {
    examination.prerequisites.last { $0.subject == subject }?.fact
  }

  @Test("a repository in order: every subject is looked at, nothing is found, and nothing is changed")
  func inOrder() async throws {
    let scenario = try await scenario()
    let objects = try await scenario.git("count-objects")
    let examination = await examine(scenario)
    #expect(findings(examination) == [])
    #expect(
      examination.prerequisites.map(\.subject) == [
        .git, .libgit2, .queue, .objects, .merges, .checkouts, .commits, .target, .operations, .identity, .signing, .worker, .worktrees,
        .disk,
        .workflow, .locks, .leftOvers,
      ])
    #expect(examination.parallelism?.ready == 1 && !examination.hasErrors)
    #expect(try await scenario.git("status", "--porcelain") == "")
    #expect(try FileStatus.of(scenario.path.appending(".git/sage-stream")) == nil)
    #expect(try await scenario.git("count-objects") == objects)
  }

  @Test("a queue that cannot be read hides no prerequisite, and a repository that is none does not hide the queue")
  func brokenParts() async throws {
    let scenario = try await scenario("{")
    let broken = await examine(scenario)
    #expect(findings(broken) == ["queue error"] && broken.prerequisites.count == 17 && broken.queue == nil && broken.hasErrors)
    try scenario.write("elsewhere/.sage/tickets/index.json", Self.queue)
    try Folder.removeTree(scenario.path.appending(".git"))
    let outside = await examine(scenario, in: scenario.path.appending("elsewhere"))
    #expect(findings(outside) == ["repository error"])
    #expect(outside.prerequisites.map(\.subject) == [.git, .libgit2, .repository, .queue])
    #expect(outside.queue?.index.tickets.count == 2)
  }

  @Test("every setting that is wrong is named at once")
  func settings() async throws {
    let scenario = try await scenario()
    for (key, value) in [("timeout", "soon"), ("engine", "steam"), ("parallel", "65")] {
      try await scenario.git("config", "sageStream.\(key)", value)
    }
    let examination = await examine(scenario)
    #expect(findings(examination) == ["configuration error", "configuration error", "configuration error"])
    #expect(examination.prerequisites.count == 20)
  }

  @Test(
    "a worker command that cannot be started",
    arguments: [
      ("nobody-has-this --go", Prerequisite.WorkerProgram.notFound("nobody-has-this")), ("if true", .syntax("")),
      ("tools/none.sh", .notInTree("tools/none.sh")),
      ("./tools/text.sh x", .notExecutable("tools/text.sh")), ("/nowhere/x", .notFound("/nowhere/x")),
    ])
  func badWorkers(line: String, expected: Prerequisite.WorkerProgram) async throws {
    let scenario = try await scenario()
    let examination = await examine(scenario, .init(worker: line))
    guard case .worker(line, let program) = fact(.worker, examination) else { return #expect(Bool(false)) }
    if case .syntax = expected, case .syntax(let message) = program {
      #expect(message.contains("yntax"))
    } else {
      #expect(program == expected)
    }
    #expect(findings(examination) == ["worker error"])
  }

  @Test("workers that can be started, or of which only a shell could tell")
  func goodWorkers() async throws {
    let scenario = try await scenario()
    for line in ["tools/do.sh", "./tools/do.sh --fast", "A=1 B='x y' tools/do.sh <in", "cd src && x", "\"$TOOL\" run", "{ echo; }"] {
      #expect(findings(await examine(scenario, .init(worker: line))) == [], "\(line)")
    }
    #expect(findings(await examine(scenario, .init())) == ["worker warning"])
    try await scenario.git("config", "sageStream.setup", "make tools")
    #expect(findings(await examine(scenario, .init(worker: "tools/made.sh"))) == ["worker warning"])
  }

  @Test("a rebase of the target is an error, a merge a warning, a cherry-pick elsewhere is nobody's business")
  func operations() async throws {
    let scenario = try await scenario()
    try await scenario.git("worktree", "add", "-q", "-b", "other", "../other")
    try AtomicFile.write(Array("\n".utf8), to: scenario.path.appending(".git/worktrees/other/CHERRY_PICK_HEAD"))
    #expect(findings(await examine(scenario)) == [])
    let merge = scenario.path.appending(".git/MERGE_HEAD")
    try AtomicFile.write(Array("\(try await scenario.id(of: "HEAD"))\n".utf8), to: merge)
    #expect(findings(await examine(scenario)) == ["operations warning"])
    try File.remove(merge)
    try scenario.write("more.txt", "more\n")
    try await scenario.commit("More")
    _ = try await scenario.run("git", ["rebase", "-i", "HEAD~1"], setting: ["GIT_SEQUENCE_EDITOR": "sed -i s/pick/edit/"])
    let examination = await examine(scenario, .init(worker: "true", onto: "main"))
    #expect(findings(examination) == ["operations error"])
    guard case .operation(.rebase, _, stopsLanding: true) = fact(.operations, examination) else { return #expect(Bool(false)) }
  }

  @Test("no branch to land on, one that is not there, and a branch called sage")
  func targets() async throws {
    let scenario = try await scenario()
    #expect(findings(await examine(scenario, .init(worker: "true", onto: "none"))) == ["target error"])
    try await scenario.git("checkout", "-q", "--detach")
    #expect(findings(await examine(scenario)) == ["target error"])
    try await scenario.git("checkout", "-q", "main")
    try await scenario.branch("sage")
    #expect(findings(await examine(scenario)) == ["target error"])
  }

  @Test("nobody to commit as, and a key that cannot sign; the trial leaves no object behind")
  func identity() async throws {
    let scenario = try await scenario()
    let objects = try await scenario.git("count-objects")
    try await scenario.git("config", "commit.gpgSign", "true")
    try await scenario.git("config", "gpg.format", "ssh")
    try await scenario.git("config", "user.signingKey", "/nowhere/key")
    #expect(findings(await examine(scenario)) == ["signing error"])
    let key = scenario.root.path.appending("key").string
    guard try await scenario.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]).status == 0 else { return }
    try await scenario.git("config", "user.signingKey", key)
    #expect(findings(await examine(scenario)) == [])
    try await scenario.git("config", "commit.gpgSign", "false")
    try await scenario.git("config", "user.useConfigOnly", "true")
    try await scenario.git("config", "--global", "--unset-all", "user.email")
    #expect(findings(await examine(scenario)) == ["identity error"])
    #expect(try await scenario.git("count-objects") == objects)
  }

  @Test("a workflow mode that is absent is a warning, another one an error")
  func workflowMode() async throws {
    let scenario = try await scenario()
    try scenario.write(".sage/workflow-mode", "TRADITIONAL\n")
    #expect(findings(await examine(scenario)) == ["workflow-mode error"])
    try scenario.remove(".sage/workflow-mode")
    #expect(findings(await examine(scenario)) == ["workflow-mode warning"])
  }

  @Test("locks: a fresh one is a warning, an old one an error, one of a dead run of ours a warning")
  func locks() async throws {
    let scenario = try await scenario()
    let lock = scenario.path.appending(".git/index.lock")
    try AtomicFile.write([], to: lock)
    // A lock that is fresh however long this test takes.
    _ = try await scenario.run("touch", ["-d", "2100-01-01", lock.string])
    #expect(findings(await examine(scenario)) == ["locks warning"])
    _ = try await scenario.run("touch", ["-d", "2020-01-01", lock.string])
    #expect(findings(await examine(scenario)) == ["locks error"])
    let run = try #require(RunID("20261122T195400-3f2a"))
    try AtomicFile.write(Array(IndexLock.content(of: run).utf8), to: lock)
    let examination = await examine(scenario)
    #expect(findings(examination) == ["locks warning"], "it is said once")
    guard case .lock(let found) = fact(.locks, examination) else { return #expect(Bool(false)) }
    #expect(found.run == run)
  }

  @Test("left-overs: half-made and missing worktrees, temporary files, a run that died, a turned core.bare")
  func leftOvers() async throws {
    let scenario = try await scenario()
    let slots = scenario.root.path.appending("repository.sage-stream")
    try await scenario.git("worktree", "add", "-q", "--detach", slots.appending("slot-1").string)
    try AtomicFile.write(Array("initializing\n".utf8), to: scenario.path.appending(".git/worktrees/slot-1/locked"))
    try await scenario.git("worktree", "add", "-q", "--detach", slots.appending("slot-2").string)
    try Folder.removeTree(slots.appending("slot-2"))
    try scenario.write(".sage/tickets/index.json.tmp.999999999", "{")
    let run = try #require(RunID("20261122T195400-3f2a"))
    let folder = scenario.path.appending(".git/sage-stream/runs/\(run)")
    try Folder.create(folder)
    let journal = try Journal(run: run, folder: folder) { _ in }
    try journal.append(
      .runStarted(
        RunStarted(
          process: ProcessIdentity(pid: 999_999_999, startTime: "1"), target: .branch("main"),
          tip: try #require(CommitID(hex: try await scenario.id(of: "HEAD"))), workers: 1, worker: "true", schedule: .flow, tickets: [],
          index: "/x")))
    let found = await examine(scenario).prerequisites.compactMap { prerequisite -> LeftOver? in
      if case .leftOver(let leftOver) = prerequisite.fact { leftOver } else { nil }
    }
    #expect(
      found == [
        .deadRun(run, isInLanding: false), .lockedWorktree(slots.appending("slot-1")), .missingWorktree(slots.appending("slot-2")),
        .temporaryFile(scenario.path.appending(".sage/tickets/index.json.tmp.999999999")),
      ])
    try await scenario.git("config", "core.bare", "true")
    guard case .leftOver(.bareFlag) = await examine(scenario).prerequisites.first(where: { $0.subject == .leftOvers })?.fact else {
      return #expect(Bool(false))
    }
  }

  @Test("disk is measured from the checkout; too little is an error, less than twice as much a warning")
  func disk() async throws {
    let scenario = try await scenario()
    try scenario.write("large.bin", String(repeating: "x", count: 1 << 20))
    try await scenario.commit("Large")
    guard case .disk(var need) = fact(.disk, await examine(scenario, .init(worker: "true", workers: .count(2)))) else {
      return #expect(Bool(false))
    }
    #expect(need.workers == 2 && need.files == 5 && need.bytes == (1 << 20) + 4 * 4096)
    need.workers = 4
    need.existing = 1
    for (free, outcome) in [(3, Prerequisite.Outcome.warning), (2, .error), (6, .ok)] {
      need.space = FileSystemSpace(free: free * need.bytes, freeFiles: nil)
      #expect(need.outcome == outcome)
    }
    need.space = FileSystemSpace(free: .max, freeFiles: 14)
    #expect(need.outcome == .error)
  }

  @Test("a place for worktrees that cannot be written to", .enabled(if: geteuid() != 0, "root writes everywhere"))
  func worktreeRoot() async throws {
    let scenario = try await scenario()
    try await scenario.git("config", "sageStream.worktreeRoot", "/proc/none")
    #expect(findings(await examine(scenario)) == ["worktrees error"])
  }

  @Test("what libgit2 cannot do goes through git, and says why; an engine that cannot be is an error")
  func engines() async throws {
    let scenario = try await scenario()
    let tip = try await scenario.id(of: "HEAD")
    try AtomicFile.write(Array("\(tip)\n".utf8), to: scenario.path.appending(".git/shallow"))
    guard case .way(.gitBecause("the history is shallow")) = fact(.objects, await examine(scenario)) else { return #expect(Bool(false)) }
    try await scenario.git("config", "sageStream.engine", "libgit2")
    #expect(findings(await examine(scenario)) == ["objects error"])
    try await scenario.git("config", "sageStream.engine", "git")
    try await scenario.git("config", "merge.ours.driver", "true")
    let examination = await examine(scenario)
    guard case .way(.chosen(.git)) = fact(.objects, examination) else { return #expect(Bool(false)) }
    guard case .way(.merges(drivers: ["ours"])) = fact(.merges, examination) else { return #expect(Bool(false)) }
  }

  @Test("the first program of a line for the shell")
  func shellLines() {
    let lines: [(String, String?)] = [
      ("make x", "make"), ("  A=1 B=\"$C d\" tool", "tool"), ("'my tool' x", "my tool"), ("a\\ b", "a b"), ("a;b", "a"), ("(a)", nil),
      ("$X", nil), ("`x`", nil), ("A=$(b) c", nil), ("if a; then b; fi", nil), ("<in cat", nil), ("", nil), ("A=1", nil), ("'open", nil),
      ("env X=1 y", "env"), ("\"a$b\"", nil), ("~/x", nil), ("=x y", "=x"), ("1A=2 x", "1A=2"),
    ]
    for (line, program) in lines { #expect(ShellLine.program(of: line) == program, "\(line)") }
  }
}
