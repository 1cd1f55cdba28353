import Platform
import Support
import Testing

@Suite("resolve while a run goes on")
struct ResolveLiveTests {
  /// A run in which A-2 has conflicted and B waits for a word; then the script.
  private func play(_ failpoint: String = "", _ script: String) async throws -> (Scenario, Answer) {
    let scenario = try await Scenario.with(
      tickets: #"{"id":"A-1","title":"one"},{"id":"A-2","title":"two"},{"id":"B","title":"three"}"#)
    try scenario.write("clash.txt", "base\n")
    try await scenario.commit("More")
    let root = scenario.root.path.string
    for name in ["started", "go"] { mkfifo("\(root)/\(name)", 0o600) }
    let worker = try scenario.worker(
      """
      if [ $SAGE_TICKET_ID = B ]; then echo >'\(root)/started'; read w <'\(root)/go'; echo B >B.txt
      else echo $SAGE_TICKET_ID >clash.txt; fi
      """)
    let answer = try await scenario.shell(
      """
      GIT_SAGE_STREAM_FAILPOINT=\(failpoint) git-sage-stream --auto --parallel=3 --worker '\(worker)' >'\(root)/out' 2>'\(root)/err' & pid=$!
      read line <'\(root)/started'
      until git-sage-stream status | grep -q '^set aside   1:'; do :; done
      ticket=$(git-sage-stream status --json | tr -d ' \\n' | sed 's/.*"set_aside":\\["\\([^"]*\\)".*/\\1/')
      worktree=$(git-sage-stream resolve $ticket | tail -n 1)
      echo both >"$worktree/clash.txt"; git -C "$worktree" add clash.txt
      \(script)
      wait $pid; echo "run: $?"
      cat '\(root)/err' >&2
      """)
    return (scenario, answer)
  }

  @Test("the run is asked to land it, and goes on")
  func lands() async throws {
    let (scenario, answer) = try await play(
      "",
      """
      git-sage-stream resolve $ticket --continue >'/dev/null'; echo "resolve: $?"
      git-sage-stream status | grep -c '^landed      2:'; [ -e "$worktree" ] || echo gone
      echo >../go
      """)
    #expect(answer.output == "resolve: 0\n1\ngone\nrun: 0\n", "\(answer.error)")
    #expect(try scenario.states() == ["A-1": "COMPLETED", "A-2": "COMPLETED", "B": "COMPLETED"])
    #expect(try scenario.read("clash.txt") == "both\n")
    try await Invariants(scenario: scenario).check()
  }

  @Test("the run gives it up")
  func drops() async throws {
    let (scenario, answer) = try await play(
      "", "git-sage-stream resolve $ticket --skip >/dev/null; echo \"resolve: $?\"; git-sage-stream conflicts; echo >../go")
    #expect(answer.output == "resolve: 0\nno conflicts: nothing is parked\nrun: 1\n", "\(answer.error)")
    #expect(Set(try scenario.states().values) == ["COMPLETED", "DEFERRED"])
  }

  @Test(
    "a run that dies before it answers: it lands all the same, once", arguments: ["resolve.journal", "main.moved:2", "request.answered"])
  func dies(point: String) async throws {
    let (scenario, answer) = try await play("\(point)=kill", "git-sage-stream resolve $ticket --continue >/dev/null; echo \"resolve: $?\"")
    #expect(answer.output == "resolve: 0\nrun: 137\n", "\(answer.error)")
    let states = try scenario.states()
    #expect(states["A-1"] == "COMPLETED" && states["A-2"] == "COMPLETED" && states["B"] == "UNPROCESSED")
    #expect(try scenario.read("clash.txt") == "both\n")
    let subjects = try await scenario.git("log", "--format=%(trailers:key=Sage-Ticket,valueonly,separator=)", "main").split(separator: "\n")
    #expect(subjects.filter { !$0.isEmpty }.count == 2, "\(subjects)")
    try await Invariants(scenario: scenario).check()
  }
}
