import Platform
import Support
import Testing

@Suite("Typed in any place")
struct RepositoryPlaceTests {
  @Test("in a subfolder")
  func subfolder() async throws { try await Habitat(folder: "old").lands() }

  @Test("in a linked worktree: it lands on the branch of the main one, whose queue it is")
  func linkedWorktree() async throws {
    let habitat = Habitat(
      folder: "../linked",
      prepare: { try await $0.git("worktree", "add", "--quiet", "-b", "side", $0.root.path.appending("linked").string) })
    try await habitat.lands { scenario async throws in
      #expect(try await scenario.git("status", "--porcelain", in: scenario.root.path.appending("linked")) == "")
      #expect(try await scenario.isCheckedOutRight())
    }
  }

  @Test("with git -C, git -c, GIT_DIR and an alias", arguments: ["-C", "-c", "GIT_DIR", "alias"])
  func otherWays(_ way: String) async throws {
    let habitat = Habitat()
    for engine in way == "-C" || way == "alias" ? ["auto"] : ["git"] {
      let scenario = try await habitat.make()
      let worker = try scenario.worker(Habitat.edits)
      let options = "--auto --parallel=3 --schedule=batch --worker '\(worker)'"
      let repository = scenario.path.string
      let command =
        switch way {
        case "-C": "cd / && git -C '\(repository)/old' -c sageStream.engine=\(engine) sage-stream \(options)"
        case "-c": "git -c sageStream.engine=\(engine) -c sageStream.worker='\(worker)' sage-stream --auto --parallel=3 --schedule=batch"
        case "GIT_DIR": "cd / && GIT_DIR='\(repository)/.git' git -c sageStream.engine=\(engine) sage-stream \(options)"
        default: "cd old && git -c alias.go='sage-stream --auto --parallel=3' -c sageStream.engine=\(engine) go --worker '\(worker)'"
        }
      let answer = try await scenario.shell(command)
      #expect(answer.status == 0, "\(answer.error)")
      let invariants = Invariants(scenario: scenario, mine: Habitat.own)
      #expect(try await Set(invariants.landed()) == ["A", "B", "C"])
      try await invariants.check()
      #expect(try await scenario.isCheckedOutRight())
    }
  }

  @Test("under a path with spaces, quotes and letters of other alphabets")
  func oddPath() async throws {
    try await Habitat(name: #"a 'b" $(c) ünï 日本"#, folder: "old").lands { _ = try await $0.isCheckedOutRight() }
  }

  @Test("in a repository inside another one: the outer one stays as it is")
  func nested() async throws {
    let habitat = Habitat(
      name: "outer/inner",
      begin: { scenario in
        let outer = scenario.path.removingLastComponent()
        try await scenario.git("init", "--quiet", "--template=", outer.string)
        try await scenario.git("commit", "--quiet", "--allow-empty", "-m", "Outer", in: outer)
      })
    try await habitat.lands { scenario async throws in
      let outer = scenario.path.removingLastComponent()
      #expect(try await scenario.git("log", "--format=%s", in: outer) == "Outer")
      #expect(try await scenario.git("for-each-ref", "--format=%(refname)", in: outer) == "refs/heads/main")
      #expect(try await scenario.git("worktree", "list", in: outer).split(separator: "\n").count == 1)
    }
  }

  @Test("in a worktree of a bare repository, onto a branch: the queue is that worktree's")
  func bareWithWorktree() async throws {
    let habitat = Habitat(
      arguments: ["--onto", "main"], hasOwnWork: false, place: { $0.root.path.appending("tree") }, prepare: Self.makeBare)
    try await habitat.lands { scenario async throws in
      let tree = scenario.root.path.appending("tree")
      #expect(try await scenario.git("status", "--porcelain", in: tree) == "")
      #expect(try await scenario.isCheckedOutRight(in: tree))
      #expect(try await scenario.git("show", "main:.sage/tickets/index.json", in: tree).contains("COMPLETED"))
    }
  }

  @Test("in a bare repository itself, with --onto and --index")
  func bareWithIndex() async throws {
    let habitat = Habitat(
      arguments: ["--onto", "main", "--index", "../tree/.sage/tickets/index.json"], hasOwnWork: false,
      differing: [Scenario.queuePath], place: { $0.root.path.appending("bare.git") }, prepare: Self.makeBare)
    try await habitat.lands { scenario async throws in
      // A queue named by --index belongs to no checkout: it is edited where it lies.
      let tree = scenario.root.path.appending("tree")
      #expect(try File.readText(tree.appending(Scenario.queuePath))?.contains("COMPLETED") == true)
    }
  }

  @Test("a bare repository without --onto, or without a queue, is refused")
  func bareRefused() async throws {
    let inTree = Habitat(hasOwnWork: false, place: { $0.root.path.appending("tree") }, prepare: Self.makeBare)
    try await inTree.isRefused("this repository is bare, so no checked out branch says where to land")
    let inside = Habitat(
      arguments: ["--onto", "main"], hasOwnWork: false, place: { $0.root.path.appending("bare.git") }, prepare: Self.makeBare)
    try await inside.isRefused("this repository is bare, so there is no work tree to read the ticket queue from")
  }

  @Test("a detached HEAD, an unknown branch and a branch without a commit are refused")
  func noTarget() async throws {
    try await Habitat(prepare: { try await $0.git("checkout", "--quiet", "--detach") })
      .isRefused("HEAD is detached, so no checked out branch says where to land")
    try await Habitat(arguments: ["--onto", "nowhere"]).isRefused("there is no branch 'nowhere' to land on")
    try await Habitat(prepare: { try await $0.git("switch", "--quiet", "--orphan", "unborn") })
      .isRefused("branch unborn has no commit yet, so there is nothing to land on")
  }

  @Test("a target that is a symbolic reference: what it names moves")
  func symbolicTarget() async throws {
    let habitat = Habitat(
      arguments: ["--onto", "trunk"], prepare: { try await $0.git("symbolic-ref", "refs/heads/trunk", "refs/heads/main") })
    try await habitat.lands { scenario async throws in
      #expect(try await scenario.git("symbolic-ref", "refs/heads/trunk") == "refs/heads/main")
      #expect(try await scenario.id(of: "trunk") == scenario.id(of: "main"))
    }
  }

  @Test("somebody else's repository is refused in git's own words, and works once safe.directory allows it", .enabled(if: getuid() == 0))
  func safeDirectory() async throws {
    let giveAway: @Sendable (Scenario) async throws -> Void = { scenario in
      _ = try await scenario.run("chown", ["-R", "4711", scenario.path.string])
    }
    try await Habitat(hasOwnWork: false, prepare: giveAway).isRefused("dubious ownership")
    for allowed in ["*", "the path"] {
      let habitat = Habitat(
        hasOwnWork: false,
        prepare: { scenario in
          try await scenario.git("config", "--global", "safe.directory", allowed == "*" ? "*" : scenario.path.string)
          try await giveAway(scenario)
        })
      try await habitat.lands { scenario async throws in #expect(try await scenario.git("status", "--porcelain") == "") }
    }
  }

  /// Turns the scenario's repository into `bare.git` with one worktree, `tree`, that has main checked out.
  private static let makeBare: @Sendable (Scenario) async throws -> Void = { scenario in
    let bare = scenario.root.path.appending("bare.git")
    try await scenario.git("clone", "--quiet", "--bare", scenario.path.string, bare.string)
    try await scenario.git("remote", "remove", "origin", in: bare)
    try await scenario.git("config", "core.logAllRefUpdates", "true", in: bare)
    try await scenario.git("worktree", "add", "--quiet", scenario.root.path.appending("tree").string, "main", in: bare)
  }
}
