import Platform
import Support
import Testing
import Tickets

@Suite("Verbs that read change nothing")
struct ReadingTests {
  private let tickets = #"{"id":"A-1","title":"First"},{"id":"A-2","title":"Second","dependencies":["A-1"]}"#

  @Test(
    "not a byte, in the repository and in the git folder",
    arguments: [
      ["--dry-run"], ["--dry-run", "--parallel=4"], ["plan"], ["plan", "--json"], ["explain", "A-2"], ["--explain", "A-2"], ["validate"],
      ["status"], ["conflicts"], ["list"], ["show", "A-1"], ["--version"], ["-h"],
    ])
  func nothing(arguments: [String]) async throws {
    let scenario = try await Scenario.with(tickets: tickets)
    let before = try scenario.everything()
    #expect(try await scenario.sage(arguments).status == 0)
    #expect(try scenario.everything() == before)
  }

  @Test("the same from a subfolder, from a linked worktree and through git -C")
  func places() async throws {
    let scenario = try await Scenario.with(tickets: tickets)
    try Folder.create(scenario.path.appending("src/deep"))
    let linked = scenario.root.path.appending("linked")
    try await scenario.git("worktree", "add", "--quiet", "-b", "other", linked.string)
    try Folder.removeTree(linked.appending(".sage"))
    let plan = try await scenario.sage("plan").output
    #expect(plan.hasPrefix("2 tickets, 2 can be worked on, 1 of them now\n"))
    #expect(try await scenario.sage("plan", in: scenario.path.appending("src/deep")).output == plan)
    #expect(try await scenario.sage("plan", in: linked).output == plan)
    let elsewhere = try await scenario.shell("cd / && git -C '\(scenario.path.string)' sage-stream plan")
    #expect(elsewhere.output == plan)
  }

  @Test("explain says READY, or BLOCKED with the whole chain")
  func explain() async throws {
    let scenario = try await Scenario.with(tickets: tickets + #",{"id":"A-3","dependencies":["A-2"]}"#)
    #expect(try await scenario.sage("explain", "A-1").output.contains("READY"))
    let blocked = try await scenario.sage("explain", "A-3").output
    #expect(blocked.contains("BLOCKED"))
    #expect(blocked.contains("\n  A-2 ") && blocked.contains("\n    A-1 "))
  }

  @Test("plan --json has the keys of the contract, in their order")
  func planJSON() async throws {
    let scenario = try await Scenario.with(tickets: tickets)
    let json = try JSON(parsing: Array(try await scenario.sage("plan", "--json", "--parallel=3").output.utf8))
    #expect(
      json.object?.members.map(\.key) == [
        "schema_version", "ready", "waves", "blocked", "critical_path", "overlaps", "workers", "warnings",
      ])
    #expect(json["ready"] == ["A-1"])
    #expect(json["waves"] == [["A-1"], ["A-2"]])
    #expect(json["blocked"] == [["ticket": "A-2", "by": ["A-1"]]])
    #expect(json["critical_path"] == ["tickets": ["A-1", "A-2"], "length": 2])
  }

  @Test("--version needs no repository")
  func version() async throws {
    #expect(try await Scenario().sage("--version", in: "/").output == "git-sage-stream 0.1.0\n")
  }

  @Test("a reader that goes away is no error")
  func brokenPipe() async throws {
    let scenario = try await Scenario.with(tickets: (1...3000).map { #"{"id":"A-\#($0)"}"# }.joined(separator: ","))
    let answer = try await scenario.shell("git sage-stream list | head -n 1")
    #expect(answer.output == "A-1     UNPROCESSED  P2\n")
    #expect(answer.error == "")
  }

  @Test("on a terminal `show` goes through git's pager with its diff, in which nothing of a worker's acts on the terminal")
  func pager() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"one"}"#)
    let worker = try scenario.worker(#"printf 'x\033[2Jy\n' >a.txt"#)
    try await scenario.sage("--auto", "--worker", worker)
    let command = "git -c core.pager='sed s/^/P:/' -c color.ui=false sage-stream show A"
    let answer = try await scenario.shell(
      """
      cd '\(scenario.path.string)'; unset CI PAGER GIT_PAGER GIT_PAGER_IN_USE; export TERM=xterm
      if script --version >/dev/null 2>&1; then script -qec "\(command)" /dev/null; else script -q /dev/null sh -c "\(command)"; fi </dev/null
      """)
    #expect(answer.status == 0, "\(answer.error)")
    let lines = answer.output.split(whereSeparator: \.isNewline).filter { !$0.isEmpty }
    #expect(lines.allSatisfy { $0.hasPrefix("P:") }, "\(answer.output)")
    #expect(lines.contains(#"P:+x\u{1B}[2Jy"#), "\(answer.output)")
  }
}
