import Platform
import Support
import Testing

@Suite("--review: only what `land ID` approves lands")
struct ReviewTests {
  private func scenario(_ tickets: String = #"{"id":"A"},{"id":"B","dependencies":["A"]}"#) async throws -> (Scenario, String) {
    let scenario = try await Scenario.with(tickets: tickets)
    return (scenario, try scenario.worker("echo $SAGE_TICKET_ID >$SAGE_TICKET_ID.txt"))
  }

  @Test("finished work waits, dependents start on top of it, and each lands when it is approved, in order")
  func waits() async throws {
    let (scenario, worker) = try await scenario()
    let tip = try await scenario.git("rev-parse", "main")
    let run = try await scenario.sage("--auto", "--review", "--worker", worker)
    #expect(run.status == 1)
    #expect(run.output.contains("review    A\n          finished, and lands when you approve it\n"), "\(run.output)")
    #expect(run.output.contains("next: git sage-stream land A\n"))
    #expect(try await scenario.git("rev-parse", "main") == tip)
    #expect(try await scenario.sage("status").output.contains("review      2: A and B\n"))
    #expect(try await scenario.sage("--auto", "--limit=0").status == 1, "a run without --review lands it neither")
    #expect(try await scenario.git("rev-parse", "main") == tip)
    let shown = try await scenario.sage("show", "B")
    #expect(shown.output.contains("finished and held: it waits for review: git sage-stream land B"), "\(shown.output)")
    #expect(shown.output.contains("+B\n") && !shown.output.contains("+A\n"), "its own commits and no others")

    let early = try await scenario.sage("land", "B")
    #expect(early.status == 1)
    #expect(early.error.contains("warning: B is approved and held: it depends on A, which is held"), "\(early.error)")
    let answer = try await scenario.sage("land", "A")
    #expect(answer.status == 0, "\(answer.error)")
    #expect(answer.output.hasPrefix("A has landed on main as "))
    #expect(try scenario.states() == ["A": "COMPLETED", "B": "COMPLETED"], "B was approved before")
    let invariants = Invariants(scenario: scenario)
    try await invariants.check()
    #expect(try await invariants.landed() == ["A", "B"])
    #expect(try await scenario.sage("land", "A").error.hasPrefix("fatal: A has landed already"))
    #expect(try await scenario.sage("land", "Z").status == 129)
  }

  @Test("killed when it was approved, the next start lands it; killed before, it still waits")
  func killed() async throws {
    let (scenario, worker) = try await scenario(#"{"id":"A"}"#)
    let failpoint = "GIT_SAGE_STREAM_FAILPOINT"
    let killed = try await scenario.sage(
      "--auto", "--review", "--worker", worker, setting: [failpoint: "submission.anchored=kill"])
    #expect(killed.status > 128)
    #expect(try await scenario.sage("--auto", "--review", "--limit=0").status <= 1)
    // The kill was before anybody could say that it is to be reviewed: a run with --review says so now.
    #expect(try await scenario.sage("land", "A", setting: [failpoint: "review.approved=kill"]).status > 128)
    #expect(try scenario.states() == ["A": "UNPROCESSED"])
    #expect(try await scenario.sage("--auto", "--review", "--limit=0").status == 0)
    #expect(try scenario.states() == ["A": "COMPLETED"])
    try await Invariants(scenario: scenario).check()
  }

  @Test("what is approved while a run goes on lands in it")
  func live() async throws {
    let (scenario, _) = try await scenario(#"{"id":"A"},{"id":"B"}"#)
    let root = scenario.root.path.string
    for name in ["started", "go"] { mkfifo("\(root)/\(name)", 0o600) }
    let worker = try scenario.worker(
      "echo $SAGE_TICKET_ID >$SAGE_TICKET_ID.txt; if [ $SAGE_TICKET_ID = B ]; then echo >'\(root)/started'; read w <'\(root)/go'; fi")
    let answer = try await scenario.shell(
      """
      git-sage-stream --auto --review --parallel=2 --worker '\(worker)' >'\(root)/out' 2>'\(root)/err' & pid=$!
      read line <'\(root)/started'
      until git-sage-stream status | grep -q '^review      1: A'; do :; done
      git-sage-stream land A >'\(root)/landed'; echo "land: $?"
      git-sage-stream status | grep '^landed'
      git-sage-stream land B 2>/dev/null; echo "working: $?"
      echo >'\(root)/go'
      wait $pid; echo "run: $?"
      cat '\(root)/err' >&2
      """)
    #expect(answer.output == "land: 0\nlanded      1: A\nworking: 128\nrun: 1\n", "\(answer.error)")
    #expect(try scenario.states() == ["A": "COMPLETED", "B": "UNPROCESSED"])
    #expect(try await scenario.sage("land", "B").status == 0)
    #expect(try scenario.states() == ["A": "COMPLETED", "B": "COMPLETED"])
    try await Invariants(scenario: scenario).check()
  }
}
