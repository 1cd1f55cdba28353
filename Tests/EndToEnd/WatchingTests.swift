import Platform
import SageStream
import Support
import Testing
import Tickets

/// Looking at a run from another terminal. Its workers wait on FIFOs, so every test decides what happens when.
@Suite("Watching a run")
struct WatchingTests {
  private func scenario(_ tickets: String) async throws -> (scenario: Scenario, worker: String) {
    let scenario = try await Scenario.with(tickets: tickets)
    let root = scenario.root.path.string
    let worker = try scenario.worker(
      """
      printf '\\033[32mhello from %s\\033[0m\\n' "$SAGE_TICKET_ID"
      echo "$SAGE_TICKET_ID" >clash.txt
      echo >"\(root)/started-$SAGE_TICKET_ID"
      read word <"\(root)/go-$SAGE_TICKET_ID"
      echo "$word"
      """)
    for ticket in ["A", "B", "C"] {
      for name in ["started", "go"] { mkfifo("\(root)/\(name)-\(ticket)", 0o600) }
    }
    return (scenario, worker)
  }

  private func play(_ scenario: Scenario, _ worker: String, _ options: String, _ script: String) async throws -> Answer {
    let root = scenario.root.path.string
    return try await scenario.shell(
      """
      cd '\(scenario.path.string)'
      git-sage-stream --auto \(options) --worker '\(worker)' >'\(root)/out' 2>'\(root)/err' & pid=$!
      started() { read line <'\(root)/started-'$1; }
      go() { echo $2 >'\(root)/go-'$1; }
      \(script)
      wait $pid; echo "run: $?"
      cat '\(root)/err' >&2
      """)
  }

  @Test("wait returns when the next ticket lands, when one conflicts, and when the run is over; log -f shows what workers write")
  func waiting() async throws {
    let (scenario, worker) = try await scenario(#"{"id":"A"},{"id":"B"}"#)
    let answer = try await play(
      scenario, worker, "--parallel=2",
      """
      started A; started B
      git-sage-stream log A -f >log-a & log=$!
      git-sage-stream log -f >log-all & logs=$!
      git-sage-stream wait --until=landed >landed & landed=$!
      until grep -q hello log-a && grep -q 'hello from B' log-all; do :; done
      git-sage-stream wait --until=conflict --timeout=1s; echo "early: $?"
      go A bye
      git-sage-stream wait A >a; echo "A: $?"
      wait $landed; echo "landed: $?"
      go B bye
      git-sage-stream wait --until=conflict >conflict; echo "conflict: $?"
      git-sage-stream wait; echo "idle: $?"
      wait $log; echo "log: $?"; wait $logs; echo "logs: $?"
      git-sage-stream log A -f 2>/dev/null; echo "nobody: $?"
      """)
    #expect(
      answer.output == """
        early: 75
        A: 0
        landed: 0
        conflict: 0
        idle: 0
        log: 0
        logs: 0
        nobody: 128
        run: 1

        """, "\(answer.error)")
    let tip = try await scenario.git("log", "-1", "--format=%H", "--grep=Sage-Ticket: A", "main")
    #expect(try scenario.read("landed") == "A \(tip)\n")
    #expect(try scenario.read("a") == "A \(tip)\n" || scenario.read("a") == "A\n")
    #expect(try scenario.read("conflict") == "B sage/B\n")
    #expect(try scenario.read("log-a") == "hello from A\nbye\n")
    let all = try #require(try scenario.read("log-all"))
    #expect(all.contains("A | bye\n") && all.contains("B | bye\n") && all.contains("landed    A"), "\(all)")
  }

  @Test("status tells the phases, and --watch goes on telling what happens")
  func status() async throws {
    let (scenario, worker) = try await scenario(#"{"id":"A"},{"id":"B","dependencies":["A"]}"#)
    let answer = try await play(
      scenario, worker, "--parallel=2",
      """
      started A
      git-sage-stream status --json | grep -q '"phase": "working"'; echo "working: $?"
      git-sage-stream status --watch >watch 2>&1 & watch=$!
      git-sage-stream status --watch --json >json & json=$!
      until grep -q '^worker 1  A' watch && grep -q '"ticket":"A"' json; do :; done
      go A ok; started B; go B ok
      until grep -q ': finished$' watch && grep -q '"state":"finished"' json; do :; done
      kill $watch $json
      """)
    #expect(answer.output == "working: 0\nrun: 0\n", "\(answer.error)")
    let lines = try #require(try scenario.read("watch")).split(separator: "\n").map(String.init)
    #expect(lines.contains { $0.hasPrefix("landed    A") } && lines.contains { $0.hasPrefix("started   B") }, "\(lines)")
  }

  @Test("a priority that is changed in the queue while the run goes on decides what is next")
  func priorities() async throws {
    let (scenario, worker) = try await scenario(#"{"id":"A","priority":"P2"},{"id":"B","priority":"P2"},{"id":"C","priority":"P2"}"#)
    try await scenario.git("rm", "-q", "--cached", Scenario.queuePath)
    try scenario.write(".gitignore", ".sage/\n")
    try await scenario.commit("Ignore the queue")
    let answer = try await play(
      scenario, worker, "",
      """
      started A
      sed 's/"id":"C","priority":"P2"/"id":"C","priority":"P0"/' \(Scenario.queuePath) >new && mv new \(Scenario.queuePath)
      go A a; started C; go C c; started B; go B b
      """)
    #expect(answer.output == "run: 0\n", "\(answer.error)")
    let landed = try await scenario.git("log", "--reverse", "--format=%(trailers:key=Sage-Ticket,valueonly,separator=)", "main")
    #expect(landed.split(separator: "\n") == ["A", "C", "B"])
    // Where git ignores .sage/, sage-dev's log of what was done when is kept.
    let velocity = try #require(try scenario.read(".sage/stream-velocity.log")).split(separator: "\n")
    #expect(
      velocity.count == 3 && velocity.allSatisfy { $0.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ 0 [ABC]/) != nil }, "\(velocity)")
  }

  @Test("nothing is written beside a queue that git tracks, and the end of a run is told")
  func notify() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    let told = scenario.root.path.appending("told").string
    try await scenario.git(
      "config", "sageStream.notify", "echo \"$SAGE_EVENT $SAGE_LANDED $SAGE_EXIT_STATUS\" >>'\(told)'; echo >'\(told).end'")
    mkfifo(told + ".end", 0o600)
    let worker = try scenario.worker("echo x >x.txt")
    let answer = try await scenario.shell(
      "git-sage-stream --auto --worker '\(worker)' >/dev/null && read end <'\(told).end'; cat '\(told)'")
    #expect(answer.output == "run.finished 1 0\n", "\(answer.error)")
    #expect(try FileStatus.of(scenario.path.appending(".sage/stream-velocity.log")) == nil)
  }
}
