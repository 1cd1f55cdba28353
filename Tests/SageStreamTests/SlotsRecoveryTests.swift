import Git
import Platform
import Support
import Synchronization
import Testing
import Tickets

@testable import SageStream

@Suite("Slots: opening, adopting, recovering, closing")
struct SlotsRecoveryTests {
  @Test("A new slot is a full checkout of the base beside the repository, its HEAD detached, and main knows nothing of it")
  func new() async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    #expect(slot.path == test.root.appending("slot-1"))
    #expect(try await test.git("rev-parse", "HEAD", in: slot.path) == test.base.hex)
    #expect(try await test.git("branch", "--show-current", in: slot.path) == "")
    #expect(try await test.git("status", "--porcelain", in: slot.path) == "")
    #expect(try await test.git("branch", "--format=%(refname:short)") == "main")
    #expect(try await test.git("status", "--porcelain") == "")
    #expect(try await test.slot() == slot, "it is adopted from then on")
    #expect(test.facts.filter { if case .slotCreated = $0 { true } else { false } }.count == 1)
  }

  @Test("Eight slots opened at once are eight worktrees")
  func many() async throws {
    let test = try await SlotScenario()
    let slots = try await withThrowingTaskGroup(of: Slot.self) { group in
      for number in 1...8 { group.addTask { try await test.slot(number) } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(Set(slots.map(\.gitFolder)).count == 8)
    #expect(try await test.git("worktree", "list").split(separator: "\n").count == 9)
    #expect(test.keeper.existingSlots().map(\.number) == Array(1...8))
  }

  @Test("Where files can be cloned the next slot shares those of the one before, but for what has changed there since")
  func cloning() async throws {
    let cloned = Mutex<[FilePath: UInt64]>([:])
    let test = try await SlotScenario(
      arrange: { scenario in
        try scenario.write("run", "#!/bin/sh\n", permissions: 0o755)
        try scenario.link("link", to: "README")
        try await scenario.commit("modes")
      },
      clone: { (source, target) throws(Errno) in
        let isCopied = try FileCopy.copy(source, to: target)
        let inode = try FileStatus.of(target)?.inode
        cloned.withLock { $0[target] = inode }
        return isCopied
      })
    let first = try await test.slot(1)
    // As if it had taken long to fill: what is as young as the index is not certain to be unchanged.
    _ = try await test.scenario.run("touch", ["-d", "@4000000000", first.gitFolder.appending("index").string])
    test.keeper.noteFilled(first, with: test.base)
    try AtomicFile.write(Array("changed\n".utf8), to: first.path.appending("src/b.txt"))
    let second = try await test.slot(2)
    let shared = cloned.withLock { $0 }
    #expect(
      Set(shared.keys) == Set([".gitignore", "README", "run", "src/a.txt"].map { second.path.appending(TreePath($0)) }),
      "no link, and not what has changed")
    for (path, inode) in shared {
      #expect(try FileStatus.of(path)?.inode == inode, "git has not written \(path) again")
    }
    #expect(try await test.git("status", "--porcelain", in: second.path) == "")
    #expect(try File.readText(second.path.appending("src/b.txt")) == "b\n")
    try await test.expectCleanStart(in: second)
  }

  @Test("The setup command runs once in each new slot; one that fails is an error that names its log")
  func setup() async throws {
    let test = try await SlotScenario { $0.setup = "echo $SAGE_SLOT $SAGE_PORT_BASE >> build.log" }
    let slot = try await test.slot(2)
    try await test.work("cat build.log > seen", in: slot)
    #expect(try await test.slot(2) == slot)
    #expect(try File.readText(slot.path.appending("build.log")) == "2 20200\n")
    let failing = try await SlotScenario { $0.setup = "echo sorry; exit 3" }
    do throws(SageStream.Failure) {
      _ = try await failing.keeper.open(number: 1, at: failing.base)
      Issue.record("it must fail")
    } catch {
      guard case .refused(let reason, _) = error else { throw error }
      #expect(reason.contains("ended with status 3") && reason.contains("slot-1.setup.log"))
    }
    #expect(try File.readText(failing.keeper.runFolder.appending("slot-1.setup.log")) == "sorry\n")
  }

  @Test("What somebody did in a slot between two attempts is saved before the slot is reset")
  func betweenAttempts() async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    try await test.work("true", in: slot)
    try AtomicFile.write(Array("mine\n".utf8), to: slot.path.appending("mine"))
    try await test.scenario.git("commit", "--allow-empty", "-qm", "somebody's", in: slot.path)
    let id = try await test.git("rev-parse", "HEAD", in: slot.path)
    try await test.expectCleanStart(in: slot)
    #expect(try await !test.git("for-each-ref", "--contains", id, "refs/sage-stream").isEmpty)
    #expect(try await test.git("show", "refs/sage-stream/salvage/T-1/\(test.keeper.run).1:mine") == "mine")
  }

  @Test("So is what somebody wrote in the moment between two attempts, or it stays", arguments: ["new", "renamed", "edited"])
  func momentBetweenAttempts(_ kind: String) async throws {
    let test = try await SlotScenario(arrange: { scenario in
      try scenario.write("edited", "1\n")
      try scenario.write("renamed", "1\n")
      try await scenario.commit("files")
    })
    let slot = try await test.slot()
    try test.scenario.write(kind == "edited" ? kind : "main-only", "2\n")
    let next = try #require(CommitID(hex: await test.scenario.commit("landed")))
    try await test.work("echo x > x", in: slot)
    let place = slot.path.appending(kind)
    if kind == "edited" {
      // In place, and the next base changes the same file.
      let descriptor = try FileDescriptor.open(place, .writeOnly, options: [.truncate])
      _ = try descriptor.closeAfter { try descriptor.writeAll("mine\n".utf8) }
    } else {
      try AtomicFile.write(Array("mine\n".utf8), to: place)
    }
    let report = try await test.work("git status --porcelain > status; git rev-parse HEAD > head", on: "NEXT", in: slot, base: next)
    let tip = try #require(report.outcome.submission).tip
    #expect(try await test.git("show", "\(tip):head") == next.hex)
    #expect(try await test.git("show", "\(tip):status") == "?? status")
    #expect(try await test.git("show", "refs/sage-stream/salvage/T-1/\(test.keeper.run).1:\(kind)") == "mine")
  }

  @Test(
    "Recovery kills the surviving worker, anchors its commits and salvages the rest under the attempt's own name; twice is as good as once")
  func afterCrash() async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    // What a run leaves that is killed while its worker runs: a marker, a worker, and half the work.
    let attempt = Attempt(ticket: "T-9", run: test.keeper.run, number: 3)
    try AttemptMarker(attempt: attempt, base: test.base, headLogSize: HeadLog.size(slot.gitFolder)).write(slot)
    try await test.scenario.git("checkout", "-q", "-b", "mine", in: slot.path)
    try await test.scenario.git("commit", "--allow-empty", "-qm", "half", in: slot.path)
    let half = try await test.git("rev-parse", "HEAD", in: slot.path)
    try AtomicFile.write(Array("u\n".utf8), to: slot.path.appending("u"))
    try AtomicFile.write([], to: slot.gitFolder.appending("index.lock"))
    let identity = Mutex<ProcessIdentity?>(nil)
    let fifo = test.scenario.root.path.appending("fifo")
    mkfifo(fifo.string, 0o600)
    let process = WorkerProcess(
      command: .shell("trap '' TERM; echo > '\(fifo)'; while :; do sleep 1000; done"), folder: slot.path,
      environment: test.keeper.commandEnvironment(slot), promptFile: nil, log: test.root.appending("log"), logLimit: 1000,
      grace: .seconds(1))
    let worker = Task { try await process.run(stop: StopRequest()) { started in identity.withLock { $0 = started } } }
    await waitForLine(fifo)
    let salvage = try await test.keeper.settleAfterCrash(slot, worker: identity.withLock { $0 }, fallback: test.base)
    #expect(try await worker.value.exit == .signal(SIGKILL))
    #expect(salvage?.rawValue == "refs/sage-stream/salvage/T-9/\(test.keeper.run).3")
    #expect(try await test.git("show", "\(try #require(salvage)):u") == "u")
    #expect(try await test.git("rev-parse", "refs/sage-stream/attempts/T-9/\(test.keeper.run).3") == half)
    #expect(try await test.git("rev-parse", "mine") == half)
    #expect(try await test.git("status", "--porcelain", in: slot.path) == "")
    #expect(try await test.git("branch", "--show-current", in: slot.path) == "")
    let references = try await test.git("for-each-ref")
    try await test.keeper.settleAfterCrash(slot, fallback: test.base)
    #expect(try await test.git("for-each-ref") == references)
    try await test.expectCleanStart(in: slot)
  }

  @Test("A folder that is no worktree of ours is set aside; one of another repository is left alone")
  func inTheWay() async throws {
    let test = try await SlotScenario()
    try Folder.create(test.root.appending("slot-1"))
    try AtomicFile.write(Array("precious\n".utf8), to: test.root.appending("slot-1/file"))
    #expect(try await test.slot(1).path == test.root.appending("slot-1"))
    #expect(try File.readText(try #require(test.asides.first).appending("file")) == "precious\n")
    #expect(test.keeper.setAsideWorktrees() == test.asides)
    let other = try await Scenario()
    try await other.commit("other")
    try await other.git("worktree", "add", "-q", "--detach", test.root.appending("slot-2").string)
    #expect(try await test.slot(2).path == test.root.appending("slot-2-2"))
    #expect(try await other.git("status", "--porcelain", in: test.root.appending("slot-2")) == "")
  }

  @Test("A slot whose folder the user deleted gets a new worktree, and what only its git folder knew is anchored")
  func folderDeleted() async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    try await test.scenario.git("commit", "--allow-empty", "-qm", "only here", in: slot.path)
    let id = try await test.git("rev-parse", "HEAD", in: slot.path)
    try Folder.removeTree(slot.path)
    #expect(try await test.slot().path == slot.path)
    #expect(try await !test.git("for-each-ref", "--contains", id, "refs/sage-stream").isEmpty)
    #expect(try await test.git("worktree", "list").split(separator: "\n").count == 2)
  }

  @Test("A worktree that was being made when git was killed is taken over or replaced")
  func halfMade() async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    try AtomicFile.write(Array("initializing".utf8), to: slot.gitFolder.appending("locked"))
    #expect(try await test.slot() == slot)
    #expect(try File.read(slot.gitFolder.appending("locked")) == nil)
    try File.remove(slot.gitFolder.appending("HEAD"))
    let next = try await test.slot()
    #expect(next.path == slot.path)
    #expect(try await test.git("status", "--porcelain", in: next.path) == "")
  }

  @Test("A registration that its maker did not live to finish is no obstacle to git, and goes", arguments: 1...4)
  func halfRegistered(steps: Int) async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    // In the order in which they are written, the last ones not yet there; and the folder of the worktree still empty.
    let files = ["commondir", "HEAD", "gitdir"]
    for file in files.dropFirst(steps - 1) + ["index", "logs/HEAD"] { try File.remove(slot.gitFolder.appending(file)) }
    try AtomicFile.write(Array("initializing\n".utf8), to: slot.gitFolder.appending("locked"))
    try Folder.removeTree(slot.path)
    try Folder.create(slot.path)
    #expect(try await test.git("worktree", "list").split(separator: "\n").count == (steps == 4 ? 2 : 1))
    #expect(try await test.slot() == slot, "nothing of the half-made one is left")
    #expect(try Folder.names(in: slot.gitFolder.removingLastComponent()).count == 1)
    #expect(try await test.git("status", "--porcelain", in: slot.path) == "")
  }

  @Test("Closing a slot saves what it holds, then removes worktree and registration")
  func close() async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    try AtomicFile.write(Array("u\n".utf8), to: slot.path.appending("u"))
    try await test.keeper.close(slot, fallback: test.base)
    #expect(try FileStatus.of(slot.path) == nil)
    #expect(try await test.git("worktree", "list").split(separator: "\n").count == 1)
    #expect(try await test.git("for-each-ref", "--format=%(refname)", "refs/sage-stream/salvage").split(separator: "\n").count == 1)
  }

  @Test("Files that another base no longer ignores are saved and removed before the next worker starts")
  func otherBase() async throws {
    let test = try await SlotScenario()
    try await test.work("mkdir build; echo cache > build/out; echo l > x.log")
    try test.scenario.write(".gitignore", "*.log\n")
    let base = try #require(CommitID(hex: await test.scenario.commit("fewer rules")))
    let report = try await test.work("ls > seen", on: "T-2", base: base)
    #expect(try await test.git("show", "\(try #require(report.outcome.submission).tip):seen") == "README\nseen\nsrc\nx.log")
    #expect(try await test.git("show", "refs/sage-stream/salvage/T-1/\(test.keeper.run).1:build/out") == "cache")
  }

  @Test("`copy` and .worktreeinclude bring files that git ignores at base, anew for each attempt, and they are never harvested")
  func copies() async throws {
    let test = try await SlotScenario {
      $0.copy = ["*.env.log", "src/a.txt", "/keys"]
    } arrange: { scenario in
      try scenario.write(".gitignore", "build/\n*.log\n")
      try scenario.write(".worktreeinclude", "build/\n")
      try await scenario.commit("include")
      try scenario.write("local.env.log", "secret 1\n", permissions: 0o600)
      try scenario.write("build/cache/x", "cached\n")
      try scenario.write("keys", "not ignored\n")
      try scenario.write("src/a.txt", "the user's edit\n")
      try scenario.link("link.env.log", to: "README")
    }
    let first = try await test.work(
      "cat local.env.log build/cache/x src/a.txt > seen; ls keys >> seen 2>/dev/null; readlink link.env.log >> seen; echo tampered > local.env.log; git add -f local.env.log"
    )
    let tip = try #require(first.outcome.submission).tip
    #expect(try await test.git("show", "\(tip):seen") == "secret 1\ncached\none\ntwo\nthree\nREADME")
    #expect(try await test.changed(tip) == ["seen"])
    try test.scenario.write("local.env.log", "secret 2\n")
    let second = try await test.work("cat local.env.log > seen", on: "T-2")
    #expect(try await test.git("show", "\(try #require(second.outcome.submission).tip):seen") == "secret 2")
    #expect(try test.scenario.read("local.env.log") == "secret 2\n")
  }

  @Test("In a SHA-256 repository, with an index of version 4, all of it holds")
  func sha256() async throws {
    let test = try await SlotScenario(initOptions: ["--object-format=sha256"], useGit: true)
    _ = try await test.git("config", "index.version", "4")
    let report = try await test.work("git update-index --assume-unchanged src/a.txt; echo hidden > src/a.txt; echo x > x")
    #expect(try await test.changed(try #require(report.outcome.submission).tip) == ["src/a.txt", "x"])
    try await test.expectCleanStart()
  }

  @Test(
    "Beside a sparse checkout a slot is full; with sparse=inherit it is as sparse, and what is not there is not deleted",
    arguments: [false, true])
  func sparseMain(inherits: Bool) async throws {
    let test = try await SlotScenario {
      $0.inheritsSparseCheckout = inherits
    } arrange: { scenario in
      try scenario.write("other/file", "other\n")
      try await scenario.commit("other")
      try await scenario.git("sparse-checkout", "set", "--cone", "src")
    }
    let report = try await test.work("ls > seen; echo new > src/new")
    let tip = try #require(report.outcome.submission).tip
    #expect(try await test.changed(tip) == ["seen", "src/new"])
    #expect(try await test.git("show", "\(tip):seen").contains("other") == !inherits)
    let next = try await test.work("ls > seen", on: "T-2")
    #expect(try await test.git("show", "\(try #require(next.outcome.submission).tip):seen").contains("other") == !inherits)
  }

  @Test("Line ends and filters of the repository are the slot's too, and do not pass for changes")
  func filters() async throws {
    let test = try await SlotScenario(arrange: { scenario in
      try await scenario.git("config", "core.autocrlf", "true")
      try await scenario.git("config", "filter.up.smudge", "tr a-z A-Z")
      try await scenario.git("config", "filter.up.clean", "tr A-Z a-z")
      try scenario.write(".gitattributes", "*.up filter=up -text\n")
      try scenario.write("word.up", "word")
      try await scenario.commit("attributes")
    })
    #expect(try await test.work("grep -q WORD word.up && grep -q \"$(printf 'one\\r')\" src/a.txt").outcome.name == "no change")
    let report = try await test.work("printf MORE >> word.up; printf 'four\\r\\n' >> src/a.txt")
    let tip = try #require(report.outcome.submission).tip
    #expect(try await test.git("show", "\(tip):word.up") == "wordmore")
    #expect(try await test.git("show", "\(tip):src/a.txt") == "one\ntwo\nthree\nfour")
  }

  @Test("A worktree whose links are relative paths, as newer versions of git write them, is adopted")
  func relativeLinks() async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    let name = try #require(slot.gitFolder.lastComponent).string
    try AtomicFile.write(Array("gitdir: ../../repository/.git/worktrees/\(name)\n".utf8), to: slot.path.appending(".git"))
    try AtomicFile.write(Array("../../../../slots/slot-1/.git\n".utf8), to: slot.gitFolder.appending("gitdir"))
    #expect(try await test.slot() == slot)
  }

  @Test("A worker that outlived its run is ended even where its slot is gone")
  func orphan() async throws {
    let test = try await SlotScenario()
    let fifo = test.scenario.root.path.appending("fifo")
    mkfifo(fifo.string, 0o600)
    let (starts, start) = AsyncStream.makeStream(of: ProcessIdentity.self)
    let process = WorkerProcess(
      command: .shell("echo > '\(fifo)'; exec sleep 1000"), folder: test.main, environment: .worker(from: test.scenario.environment),
      promptFile: nil, log: test.scenario.root.path.appending("log"), logLimit: 1000, grace: .seconds(1))
    let worker = Task { try await process.run(stop: StopRequest()) { start.yield($0) } }
    await waitForLine(fifo)
    var identities = starts.makeAsyncIterator()
    let identity = try #require(await identities.next())
    let started = WorkerStarted(
      attempt: Attempt(ticket: "T-1", run: test.keeper.run, number: 1), title: "", slot: 1, base: test.base,
      process: identity, log: "/log")
    #expect(try await test.keeper.recover(started) == [])
    #expect(try await worker.value.exit == .signal(SIGKILL))
  }
}
