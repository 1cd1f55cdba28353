import Platform
import Support
import Testing
import Tickets

@Suite("retry: a ticket that was set aside is work again")
struct RetryTests {
  /// A worker that does half of its work and fails, until the file `fixed` lies beside the repository.
  private func halfDone(_ scenario: Scenario) throws -> String {
    try scenario.worker(
      """
      if [ -e "\(scenario.root.path.string)/fixed" ]; then ls >"\(scenario.root.path.string)/seen"; echo second >second.txt; exit 0; fi
      echo first >first.txt; git add first.txt; git commit -qm 'first half'; echo open >open.txt; exit 3
      """)
  }

  private func fix(_ scenario: Scenario) throws { try AtomicFile.write([], to: scenario.root.path.appending("fixed")) }

  @Test("a DEFERRED ticket becomes UNPROCESSED by a commit of its own, and the next run does it from the start")
  func plain() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"first"}"#)
    let worker = try halfDone(scenario)
    #expect(try await scenario.sage("--auto", "--worker", worker).status == 1)
    #expect(try scenario.states() == ["A": "DEFERRED"])
    let answer = try await scenario.sage("retry", "A")
    #expect(answer.status == 0, "\(answer.error)")
    #expect(answer.output == "A is work again\nnext: git sage-stream --auto\n")
    #expect(try scenario.states() == ["A": "UNPROCESSED"])
    #expect(try scenario.read(Scenario.queuePath)?.contains("deferReason") == false)
    let trailers = "%s|%(trailers:key=Sage-Ticket,valueonly,separator=)|%(trailers:key=Sage-Run,separator=)"
    let last = try await scenario.git("log", "-1", "--format=\(trailers)")
    #expect(last.hasPrefix("Reopen A||Sage-Run: "))
    #expect(try await scenario.git("status", "--porcelain") == "")
    try fix(scenario)
    #expect(try await scenario.sage("--auto", "--worker", worker).status == 0)
    #expect(try File.readText(scenario.root.path.appending("seen")) == "README.md\n")
    #expect(try scenario.states() == ["A": "COMPLETED"])
    try await scenario.fsck()
  }

  @Test("--from-salvage starts with the saved work: its commits are commits, its uncommitted files are uncommitted")
  func fromSalvage() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"first"}"#)
    let worker = try halfDone(scenario)
    #expect(try await scenario.sage("--auto", "--worker", worker).status == 1)
    try scenario.write("mine.txt", "mine\n")
    try await scenario.commit("The user goes on")
    let answer = try await scenario.sage("retry", "A", "--from-salvage")
    #expect(answer.output.hasPrefix("A is work again, and its next attempt starts with the work in refs/sage-stream/salvage/A/"))
    try fix(scenario)
    let run = try await scenario.sage("--auto", "--worker", worker)
    #expect(run.status == 0, "\(run.error)")
    #expect(try File.readText(scenario.root.path.appending("seen")) == "README.md\nfirst.txt\nmine.txt\nopen.txt\n")
    let subjects = try await scenario.git("log", "--format=%s", "--grep=Sage-Ticket: A").split(separator: "\n")
    #expect(subjects == ["task(A): #A first", "first half"])
    for (file, text) in ["first.txt": "first\n", "open.txt": "open\n", "second.txt": "second\n", "mine.txt": "mine\n"] {
      #expect(try scenario.read(file) == text)
    }
    #expect(try await scenario.git("for-each-ref", "refs/sage-stream/retry") == "", "the wish is fulfilled")
    try await scenario.fsck()
  }

  @Test("saved work that clashes with what has landed is refused, and the ticket stays as it was")
  func clash() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"first"}"#)
    #expect(try await scenario.sage("--auto", "--worker", try scenario.worker("echo A >README.md; exit 3")).status == 1)
    try scenario.write("README.md", "the user's\n")
    let tip = try await scenario.commit("The user goes on")
    let answer = try await scenario.sage("retry", "A", "--from-salvage")
    #expect(answer.status == 128)
    #expect(answer.error.contains("clashes with main in README.md; nothing was changed\n"))
    #expect(answer.error.contains("\nhint: git sage-stream retry ID, without --from-salvage\n"))
    #expect(try await scenario.git("rev-parse", "HEAD") == tip)
    #expect(try scenario.states() == ["A": "DEFERRED"])
  }

  @Test("a conflict report goes with the retry, and an untracked queue is edited in place")
  func reportGoes() async throws {
    let scenario = try await Scenario(name: "repository")
    try scenario.write("README.md", "hello\n")
    try scenario.write(".gitignore", ".sage/\n")
    try scenario.write(Scenario.queuePath, #"{"tickets":[{"id":"A","title":"one"},{"id":"B","title":"two"}]}"#)
    try await scenario.commit("Begin")
    let worker = try scenario.worker("echo $SAGE_TICKET_ID >README.md")
    #expect(try await scenario.sage("--auto", "--parallel=2", "--schedule=batch", "--worker", worker).status == 1)
    #expect(try await scenario.sage("conflicts").output.contains("README.md"))
    let tip = try await scenario.git("rev-parse", "HEAD")
    #expect(try await scenario.sage("retry", "B").status == 0)
    #expect(try await scenario.sage("conflicts").output == "no conflicts: nothing is parked\n")
    #expect(try scenario.states() == ["A": "COMPLETED", "B": "UNPROCESSED"])
    #expect(try await scenario.git("rev-parse", "HEAD") == tip)
  }

  @Test(
    "what is not DEFERRED is refused with a reason",
    arguments: [("COMPLETED", "is COMPLETED"), ("UNPROCESSED", "so the next run works on it anyway"), ("ODD", "not ours to change")])
  func refused(state: String, reason: String) async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","state":"\#(state)"}"#)
    let answer = try await scenario.sage("retry", "A")
    #expect(answer.status == 128)
    #expect(answer.error.contains(reason))
    #expect(try scenario.states() == ["A": state])
    #expect(try await scenario.sage("retry", "Z").status == 129)
  }

  @Test(
    "killed between any two steps, the next start finishes it",
    arguments: ["retry.wish.written", "retry.journal", "retry.report.removed", "main.moved"])
  func killed(point: String) async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"one"},{"id":"B","title":"two"}"#)
    let worker = try scenario.worker("echo $SAGE_TICKET_ID >README.md")
    #expect(try await scenario.sage("--auto", "--parallel=2", "--schedule=batch", "--worker", worker).status == 1)
    let killed = try await scenario.sage("retry", "B", setting: ["GIT_SAGE_STREAM_FAILPOINT": "\(point)=kill"])
    #expect(killed.status > 128)
    let next = try await scenario.sage("--auto", "--limit=0")
    if point == "retry.wish.written" { #expect(try await scenario.sage("retry", "B").status == 0) }
    #expect(try scenario.states() == ["A": "COMPLETED", "B": "UNPROCESSED"], "\(next.error)")
    #expect(try await scenario.sage("conflicts").output == "no conflicts: nothing is parked\n")
    #expect(try await scenario.git("status", "--porcelain") == "")
    try await scenario.fsck()
  }
}

extension Scenario {
  /// The state of every ticket in the queue.
  func states() throws -> [String: String] {
    let index = try TicketIndex(parsing: Array((try read(Scenario.queuePath) ?? "").utf8))
    return Dictionary(uniqueKeysWithValues: index.tickets.map { ($0.id.rawValue, $0.state.text) })
  }
}
