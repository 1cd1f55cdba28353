import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

/// Every test lands through libgit2 and through git alone, and both ways must leave the same references with the same commits.
@Suite("Landing")
struct LandingTests {
  @Test("a ticket lands with its commits, its state and its trailers in one move of the target")
  func landsWhole() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(engine: engine)
      let before = try await scenario.repository.id(of: "main")
      let submission = try await scenario.submission(
        "A-1", [("Add x", ["x.txt": "x\n"]), ("Change a", ["a.txt": "ONE\ntwo\nthree\n"])])
      let results = try await scenario.land(submission)
      #expect(results["A-1"]?.isLanded == true)
      let log = try await scenario.repository.git(
        "log", "--format=%s|%(trailers:key=Sage-Ticket,valueonly,separator=%x2C)", "\(before)..main")
      #expect(log == "Change a|A-1\nAdd x|A-1")
      #expect(
        try await scenario.repository.git("reflog", "show", "main", "--format=%gs").split(separator: "\n").first == "sage-stream: land A-1")
      #expect(try scenario.state(of: "A-1") == .completed)
      #expect(try await scenario.repository.git("status", "--porcelain", "--untracked-files=all") == "")
      #expect(try scenario.repository.read("x.txt") == "x\n")
      #expect(try await scenario.repository.git("show", "main:.sage/tickets/index.json").contains("\"COMPLETED\""))
      try await scenario.repository.fsck()
      return scenario
    }
  }

  @Test("submissions that wait together land as one chain with one move of the target")
  func groupCommit() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(engine: engine)
      let first = try await scenario.submission("A-1", [("x", ["x.txt": "x\n"])])
      let second = try await scenario.submission("A-2", [("y", ["y.txt": "y\n"])])
      let results = try await scenario.land(first, second)
      #expect(results.values.filter(\.isLanded).count == 2)
      #expect(try await scenario.repository.git("reflog", "show", "main", "--format=%gs").split(separator: "\n").count == 2)
      #expect(try await scenario.repository.git("status", "--porcelain") == "")
      #expect(try scenario.state(of: "A-2") == .completed)
      return scenario
    }
  }

  @Test("with a limit the target moves once for each so many tickets, one after the other", arguments: [1, 2])
  func limited(limit: Int) async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(configuration: ["sageStream.landLimit": "\(limit)"], engine: engine)
      let first = try await scenario.submission("A-1", [("x", ["x.txt": "x\n"]), ("more", ["x.txt": "xx\n"])])
      let second = try await scenario.submission("A-2", [("y", ["y.txt": "y\n"])])
      let third = try await scenario.submission("A-3", [("z", ["b.txt": nil])])
      let results = try await scenario.land(first, second, third)
      #expect(results.values.filter(\.isLanded).count == 3)
      let reasons = try await scenario.repository.git("reflog", "show", "main", "--format=%gs").split(separator: "\n").dropLast()
      #expect(
        reasons.reversed()
          == (limit == 1
            ? ["sage-stream: land A-1", "sage-stream: land A-2", "sage-stream: land A-3"]
            : ["sage-stream: land A-1 A-2", "sage-stream: land A-3"]))
      let log = try await scenario.repository.git("reflog", "show", "main", "--format=%H")
      let tips = log.split(separator: "\n").reversed().map(String.init)
      let landed = scenario.events.compactMap { event in if case .landed(let landed) = event.fact { landed } else { nil } }
      let places = limit == 1 ? [0, 1, 2] : [0, 0, 1]
      #expect(landed.map(\.from.hex) == places.map { tips[$0] })
      #expect(landed.map(\.to.hex) == places.map { tips[$0 + 1] })
      #expect(try await scenario.repository.git("status", "--porcelain", "--untracked-files=all") == "")
      #expect(try scenario.state(of: "A-3") == .completed)
      #expect(try await scenario.repository.git("show", "\(tips[1]):.sage/tickets/index.json").contains("COMPLETED"))
      return scenario
    }
  }

  @Test("a conflict is parked with a report and never stops the others")
  func conflictIsParked() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(engine: engine)
      let first = try await scenario.submission("A-1", [("one", ["a.txt": "1\ntwo\nthree\n"])])
      let second = try await scenario.submission("A-2", [("uno", ["a.txt": "uno\ntwo\nthree\n"])])
      let third = try await scenario.submission("A-3", [("y", ["y.txt": "y\n"])])
      let results = try await scenario.land(first, second, third)
      #expect(results["A-1"]?.isLanded == true)
      #expect(results["A-2"]?.isConflicted == true)
      #expect(results["A-3"]?.isLanded == true)
      #expect(try await scenario.repository.id(of: "sage/A-2") == second.tip.hex)
      guard case .conflicted(_, let report) = results["A-2"] else { return scenario }
      #expect(report.paths.map(\.type) == ["content"])
      #expect(report.clashes.map(\.ticket) == ["A-1"])
      #expect(try await scenario.repository.git("status", "--porcelain") == "")
      return scenario
    }
  }

  @Test("paths that the user is working on hold a submission until they are free")
  func heldThenLanded() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(engine: engine)
      try scenario.repository.write("a.txt", "mine\n")
      let first = try await scenario.submission("A-1", [("one", ["a.txt": "1\ntwo\nthree\n"])])
      let second = try await scenario.submission("A-2", [("y", ["y.txt": "y\n"])])
      let results = try await scenario.land(first, second)
      #expect(results["A-1"]?.isHeld == true)
      #expect(results["A-2"]?.isLanded == true)
      #expect(try scenario.repository.read("a.txt") == "mine\n")
      let staging = try await scenario.repository.git("show", "refs/sage-stream/staging/main:a.txt")
      #expect(staging == "1\ntwo\nthree")
      try await scenario.repository.git("checkout", "--", "a.txt")
      let later = try await scenario.land()
      #expect(later["A-1"]?.isLanded == true)
      #expect(try scenario.repository.read("a.txt") == "1\ntwo\nthree\n")
      #expect(try await scenario.repository.tryGit(["rev-parse", "--verify", "-q", "refs/sage-stream/staging/main"]).status != 0)
      return scenario
    }
  }

  @Test(
    "the user's post-index-change hook finds all of the index",
    arguments: [nil, ".hooks", "/absolute", "/later"] as [String?])
  func indexHook(_ setting: String?) async throws {
    try await bothWays { engine in
      let elsewhere = try TemporaryFolder()
      let value = setting?.hasPrefix("/") == true ? elsewhere.path.string : setting
      let isLate = setting == "/later"
      let scenario = try await LandingScenario(
        configuration: value.flatMap { isLate ? nil : ["core.hooksPath": $0] } ?? [:], engine: engine)
      if isLate, let value { try await scenario.repository.git("config", "core.hooksPath", value) }
      let folder = scenario.repository.path.pushing(FilePath(value ?? ".git/hooks"))
      try Folder.create(folder)
      let seen = scenario.repository.path.appending(".git/seen")
      let submission = try await scenario.submission("A-1", [("one", ["a.txt": "1\n", "new.txt": "new\n"])])
      try await scenario.repository.git("config", "core.excludesFile", scenario.repository.path.appending(".git/ignored").string)
      try scenario.repository.write(".git/ignored", ".hooks/\n")
      try File.write(
        Array("#!/bin/sh\ngit ls-files >>'\(seen)'\necho end >>'\(seen)'\n".utf8), to: folder.appending("post-index-change"),
        permissions: FilePermissions(rawValue: 0o755))
      #expect(try await scenario.land(submission)["A-1"]?.isLanded == true)
      let listings = try #require(try File.readText(seen)).split(separator: "end\n")
      #expect(!listings.isEmpty)
      #expect(listings.allSatisfy { $0.contains("b.txt\n") && $0.contains("dir/c.txt\n") }, "\(listings)")
      return scenario
    }
  }

  @Test("sparse rules that the checkout does not follow yet hide nothing from the index alone")
  func sparseRules() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(
        files: ["dir/.gitattributes": "* text\n", "dir/c.txt": "c\n"], configuration: ["core.sparseCheckout": "true"], engine: engine)
      let submission = try await scenario.submission("A-1", [("one", ["dir/c.txt": "C\n"])])
      try scenario.repository.write(".git/info/sparse-checkout", "/*\n!/dir/.gitattributes\n")
      #expect(try await scenario.land(submission)["A-1"]?.isLanded == true)
      #expect(try await scenario.repository.git("status", "--porcelain") == "")
      #expect(try await scenario.repository.git("ls-files", "-v", "dir") == "S dir/.gitattributes\nH dir/c.txt")
      return scenario
    }
  }

  @Test("an ignored file in the way of an added path holds the submission and keeps every byte")
  func ignoredFileInTheWay() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(files: ["a.txt": "a\n", ".gitignore": "build/\n*.log\n"], engine: engine)
      try scenario.repository.write("out.log", "precious\n")
      let submission = try await scenario.submission(
        "A-1", [("log", ["out.log": "theirs\n"])])
      #expect(try await scenario.land(submission)["A-1"]?.isHeld == true)
      #expect(try scenario.repository.read("out.log") == "precious\n")
      return scenario
    }
  }

  @Test("a queue that is not tracked is edited in place and never committed")
  func untrackedQueue() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(isQueueTracked: false, engine: engine)
      let submission = try await scenario.submission("A-1", [("x", ["x.txt": "x\n"])])
      #expect(try await scenario.land(submission)["A-1"]?.isLanded == true)
      #expect(try scenario.state(of: "A-1") == .completed)
      #expect(try await scenario.repository.git("ls-files", ".sage") == "")
      return scenario
    }
  }

  @Test("a locally modified queue never holds a landing: it is edited in place")
  func dirtyQueue() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(engine: engine)
      try scenario.repository.write(".sage/tickets/index.json", LandingScenario.queue.replacing("First", with: "Primero"))
      let submission = try await scenario.submission("A-1", [("x", ["x.txt": "x\n"])])
      #expect(try await scenario.land(submission)["A-1"]?.isLanded == true)
      #expect(try scenario.state(of: "A-1") == .completed)
      #expect(try await !scenario.repository.git("show", "main:.sage/tickets/index.json").contains("COMPLETED"))
      #expect(try await scenario.repository.git("status", "--porcelain") == " M .sage/tickets/index.json")
      return scenario
    }
  }

  @Test("a target that is checked out nowhere moves by the reference alone")
  func notCheckedOut() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(engine: engine)
      let submission = try await scenario.submission("A-1", [("x", ["x.txt": "x\n"])])
      try await scenario.repository.checkout(new: "elsewhere")
      #expect(try await scenario.land(submission)["A-1"]?.isLanded == true)
      #expect(try await scenario.repository.show("main:x.txt") == "x\n")
      #expect(try scenario.repository.read("x.txt") == nil)
      return scenario
    }
  }

  @Test("changes under excluded paths are dropped, and a ticket that changed nothing else is no change")
  func excluded() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(engine: engine)
      let both = try await scenario.submission(
        "A-1", [("x", ["x.txt": "x\n", ".sage/notes.md": "n\n"])])
      let only = try await scenario.submission("A-2", [("notes", [".sage/more.md": "n\n"])])
      let results = try await scenario.land(both, only)
      guard case .landed(let landed) = results["A-1"] else { Issue.record("not landed"); return scenario }
      #expect(landed.excluded == [TreePath(".sage/notes.md")])
      if case .noChange = results["A-2"] {} else { Issue.record("\(String(describing: results["A-2"]))") }
      #expect(try await scenario.repository.tryGit(["cat-file", "-e", "main:.sage/notes.md"]).status != 0)
      return scenario
    }
  }

  @Test("a submission that picks to nothing lands one empty commit with the trailers")
  func alreadyThere() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(engine: engine)
      let submission = try await scenario.submission("A-1", [("x", ["x.txt": "x\n"])])
      try scenario.repository.write("x.txt", "x\n")
      let tip = try await scenario.repository.commit("The user was faster")
      #expect(try await scenario.land(submission)["A-1"]?.isLanded == true)
      #expect(try await scenario.repository.git("diff", "--stat", tip, "main", "--", ":!.sage") == "")
      #expect(try await scenario.repository.git("log", "-1", "--format=%(trailers:key=Sage-Ticket,valueonly)", "main") == "A-1\n")
      return scenario
    }
  }

  @Test("deferrals of a folded queue are one commit at the end, without a ticket's trailer")
  func deferralsAtTheEnd() async throws {
    try await bothWays { engine in
      let scenario = try await LandingScenario(engine: engine)
      let reason = DeferReason(category: "worker_failed", message: "exit 1", deferredAt: "2026-11-22T00:00:00Z")
      try await scenario.lander.record([TicketChange(ticket: "A-1", state: .deferred, deferReason: reason, time: "2026-11-22T00:00:00Z")])
      #expect(try scenario.state(of: "A-1") == .unprocessed)
      try await scenario.lander.recordOwed()
      #expect(try scenario.state(of: "A-1") == .deferred)
      #expect(
        try await scenario.repository.git(
          "log", "-1", "--format=%s|%(trailers:key=Sage-Ticket,valueonly)|%(trailers:key=Sage-Run,valueonly,separator=)", "main")
          == "Defer A-1||\(scenario.run)")
      #expect(try await scenario.repository.git("status", "--porcelain") == "")
      return scenario
    }
  }

  /// Runs the body for each engine in a repository of its own and compares every branch and every reference of ours.
  private func bothWays(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (Settings.Engine) async throws -> LandingScenario
  ) async throws {
    var references: [String] = []
    for engine in [Settings.Engine.libgit2, .git] {
      let repository = try await body(engine).repository
      references.append(
        try await repository.git("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/sage-stream"))
    }
    #expect(references.first == references.last, sourceLocation: sourceLocation)
  }
}

@Suite("What waits together lands in the order that lands most of it")
struct LandingOrderInLandingTests {
  private func edit(_ lines: [Int: String]) -> String {
    (1...9).map { (lines[$0] ?? "line \($0)") + "\n" }.joined()
  }

  @Test("one that clashes with two others is set aside, though it finished first", arguments: [Settings.Engine.automatic, .git])
  func star(engine: Settings.Engine) async throws {
    let scenario = try await LandingScenario(files: ["f.txt": edit([:])], engine: engine)
    let wide = try await scenario.submission("A-1", [("Wide", ["f.txt": edit([1: "a", 9: "a"])])])
    let top = try await scenario.submission("A-2", [("Top", ["f.txt": edit([1: "b"])])])
    let bottom = try await scenario.submission("B-9", [("Bottom", ["f.txt": edit([9: "c"])])])
    let results = try await scenario.land(wide, top, bottom)
    #expect(results["A-1"]?.isConflicted == true && results["A-2"]?.isLanded == true && results["B-9"]?.isLanded == true)
    #expect(try await scenario.repository.show("main:f.txt") == edit([1: "b", 9: "c"]))
    #expect(try await scenario.repository.git("log", "--format=%s", "-3", "main") == "Bottom\nTop\nStart")
  }

  @Test("where no order lands more, the one that finished first lands")
  func pair() async throws {
    let scenario = try await LandingScenario(files: ["f.txt": edit([:])])
    let first = try await scenario.submission("A-1", [("First", ["f.txt": edit([1: "a"])])])
    let second = try await scenario.submission("A-2", [("Second", ["f.txt": edit([1: "b"])])])
    let third = try await scenario.submission("B-9", [("Third", ["f.txt": edit([1: "c"])])])
    let results = try await scenario.land(first, second, third)
    #expect(results["A-1"]?.isLanded == true && results["A-2"]?.isConflicted == true && results["B-9"]?.isConflicted == true)
  }

  @Test("a dependent is not landed before what it depends on")
  func dependencies() async throws {
    // A-3 depends on A-2 by the queue; A-1 clashes with A-2, and A-2 brings A-3 along.
    let scenario = try await LandingScenario(files: ["f.txt": edit([:])])
    let first = try await scenario.submission("A-1", [("First", ["f.txt": edit([1: "a"])])])
    let third = try await scenario.submission("A-3", [("Third", ["g.txt": "g\n"])])
    let second = try await scenario.submission("A-2", [("Second", ["f.txt": edit([1: "b", 5: "b"])])])
    let other = try await scenario.submission("B-9", [("Other", ["f.txt": edit([1: "a", 9: "x"])])])
    let results = try await scenario.land(first, third, second, other)
    #expect(results["A-3"]?.isLanded == true)
    #expect(results.values.count { $0.isConflicted } >= 1)
    try await scenario.repository.fsck()
  }
}
