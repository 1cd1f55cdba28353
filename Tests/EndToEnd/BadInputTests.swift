import Platform
import Support
import Testing

@Suite("Bad input gets one clear sentence and the right exit status")
struct BadInputTests {
  /// Expects a refusal that leaves every byte where it was.
  private func refuses(
    _ scenario: Scenario, _ arguments: [String], _ status: Int32, _ sentence: String, in folder: FilePath? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let answer = try await scenario.sage(arguments, in: folder)
    #expect(answer.status == status, "\(arguments)", sourceLocation: sourceLocation)
    #expect(answer.errorLines.first == sentence, "\(arguments)", sourceLocation: sourceLocation)
    #expect(answer.output == "", "\(arguments)", sourceLocation: sourceLocation)
  }

  @Test(
    "options that cannot be",
    arguments: [
      (["--auto", "--parallel=0"], "error: --parallel is a number from 1 to 64 or auto, not '0'; nothing was changed"),
      (["--auto", "--parallel=-1"], "error: --parallel is a number from 1 to 64 or auto, not '-1'; nothing was changed"),
      (["--auto", "--parallel=abc"], "error: --parallel is a number from 1 to 64 or auto, not 'abc'; nothing was changed"),
      (["--parallel=65", "--auto"], "error: --parallel is a number from 1 to 64 or auto, not '65'; nothing was changed"),
      (["--auto", "--parallel=+4"], "error: --parallel is a number from 1 to 64 or auto, not '+4'; nothing was changed"),
      (
        ["--parallel=4"],
        "error: --parallel needs --auto, because nobody can answer the questions of several tickets at once; nothing was changed"
      ),
      (["--auto", "--interactive"], "error: --interactive, --semi-auto and --auto exclude each other; nothing was changed"),
      (["--auto", "--timeout=5x"], "error: --timeout is a duration such as 90, 90s, 30m or 2h, not '5x'; nothing was changed"),
      (["--auto", "--schedule=now"], "error: --schedule is flow or batch, not 'now'; nothing was changed"),
      (["--auto", "--limit=-1"], "error: --limit is a number of tickets, not '-1'; nothing was changed"),
      (["--auto", "--worker= "], "error: --worker needs a value that is not empty; nothing was changed"),
      (["--auto", "--check= "], "error: --check needs a value that is not empty; nothing was changed"),
      (["--auto", "--check-undecided=yes"], "error: --check-undecided is land or defer, not 'yes'; nothing was changed"),
      (["--auto", "--worker="], "error: missing value for '--worker <worker>'; nothing was changed"),
      (["--frobnicate"], "error: unknown option '--frobnicate'; nothing was changed"),
      (["--auto", "--limit"], "error: missing value for '--limit <k>'; nothing was changed"),
      (["plam"], "error: 'plam' is not a verb of git sage-stream; did you mean plan?; nothing was changed"),
      (["explain"], "error: missing expected argument '<id>'; nothing was changed"),
    ])
  func options(arguments: [String], sentence: String) async throws {
    try await refuses(try await Scenario(), arguments, 129, sentence)
  }

  @Test("tickets and components that the queue does not have")
  func unknown() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"AUTH-1"},{"id":"UI-1"}"#)
    let worker = try scenario.worker("true")
    let run = ["--auto", "--worker", worker]
    try await refuses(scenario, run + ["--ticket", "auth-01"], 129, "error: the queue has no ticket auth-01; nothing was changed")
    try await refuses(scenario, ["explain", "X"], 129, "error: the queue has no ticket X; nothing was changed")
    try await refuses(
      scenario, run + ["--component", "db"], 129, "error: no ticket of the queue belongs to a component 'db'; nothing was changed")
    #expect(try await scenario.sage("show", "auth-01").errorLines.contains("hint: did you mean AUTH-1?"))
  }

  @Test("hints are advice, and go where the user has switched that off")
  func advice() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"AUTH-1"}"#)
    let sentence = "error: the queue has no ticket X; nothing was changed\n"
    #expect(try await scenario.sage("show", "X").error == sentence + "hint: git sage-stream list shows all tickets\n")
    #expect(try await scenario.sage("show", "X", setting: ["GIT_ADVICE": "0"]).error == sentence)
    try await scenario.git("config", "advice.sageStream", "off")
    #expect(try await scenario.sage("show", "X").error == sentence)
    #expect(try await scenario.sage("plam").error.split(separator: "\n").count == 1)
  }

  @Test("no worker: nothing begins, and the line to type is given")
  func noWorker() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A-1"}"#)
    let answer = try await scenario.sage("--auto", "--quiet")
    #expect(answer.status == 128)
    #expect(answer.errorLines.contains { $0.hasPrefix("fatal: no worker is configured") && $0.hasSuffix("nothing has landed on main") })
    #expect(answer.errorLines.contains { $0.hasPrefix("hint: git config sageStream.worker ") })
  }

  @Test("questions without a terminal")
  func notATerminal() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A-1"}"#)
    try await refuses(
      scenario, [], 128, "fatal: this is not a terminal, and without --auto each ticket is a question to a person; nothing was changed")
  }

  @Test("not a repository")
  func noRepository() async throws {
    let scenario = try await Scenario()
    let sentence = "fatal: not a git repository (or any of the parent directories): .git; nothing was changed"
    for arguments in [["--auto"], ["plan"], ["status"], ["conflicts"], ["list"]] {
      try await refuses(scenario, arguments, 128, sentence, in: scenario.root.path)
    }
  }

  @Test("a bare repository needs to be told where the queue is and where to land")
  func bare() async throws {
    let scenario = try await Scenario(initOptions: ["--bare"])
    try await refuses(
      scenario, ["--auto"], 128,
      "fatal: this repository is bare, so there is no work tree to read the ticket queue from; nothing was changed")
    let index = scenario.root.path.appending("index.json")
    try AtomicFile.write(Array(#"{"tickets":[{"id":"A-1"}]}"#.utf8), to: index)
    try await refuses(
      scenario, ["--auto", "--index", index.string, "--worker", "true"], 128,
      "fatal: this repository is bare, so no checked out branch says where to land; nothing was changed")
  }

  @Test("an unborn and a detached HEAD, and a branch that does not exist")
  func targets() async throws {
    let unborn = try await Scenario()
    try unborn.write(Scenario.queuePath, #"{"tickets":[{"id":"A-1"}]}"#)
    let run = ["--auto", "--worker", "true"]
    try await refuses(unborn, run, 128, "fatal: branch main has no commit yet, so there is nothing to land on; nothing was changed")
    let detached = try await Scenario.with(tickets: #"{"id":"A-1"}"#)
    try await detached.git("checkout", "--quiet", "--detach")
    try await refuses(detached, run, 128, "fatal: HEAD is detached, so no checked out branch says where to land; nothing was changed")
    try await refuses(detached, run + ["--onto", "nope"], 129, "error: there is no branch 'nope' to land on; nothing was changed")
  }
}
