import Platform
import SageStream
import Support
import Testing
import Tickets

/// The tickets' own validation: commands from the queue, which run only with consent.
@Suite("Tickets' own validation")
struct ValidationTests {
  private func scenario(_ ticket: String, worker: String) async throws -> Scenario {
    let scenario = try await Scenario.with(tickets: ticket)
    try await scenario.git("config", "sageStream.worker", try scenario.worker(worker))
    return scenario
  }

  private func ticket(_ scenario: Scenario, _ id: String = "A") throws -> Ticket {
    let index = try TicketIndex(parsing: Array((try scenario.read(Scenario.queuePath) ?? "").utf8))
    return try #require(index[TicketID(id)])
  }

  @Test("a command from the queue does not run before the user has agreed to it, and is named until then")
  func consent() async throws {
    let scenario = try await scenario(
      #"{"id":"A","tasks":[{"id":"A-t","validation_script":"touch '$MARK'; exit 1","max_retries":0}]},{"id":"B","state":"COMPLETED","tasks":[{"validation_script":"never"}]}"#
        .replacing("$MARK", with: "ran"),
      worker: "pwd >where; echo x >out")
    let refused = try await scenario.sage("--auto", "--require-validation")
    #expect(refused.status == 128)
    #expect(
      refused.errorLines.suffix(3) == [
        "fatal: 1 validation command of A has no consent; nothing has landed on main", "hint: git sage-stream trust --dry-run shows them",
        "hint: git sage-stream trust records your consent to run them",
      ])
    let shown = try await scenario.sage("trust", "--dry-run")
    #expect(shown.output == "new    touch 'ran'; exit 1  (A)\n\n1 new command: git sage-stream trust records your consent\n")
    let unproven = try await scenario.sage("--auto")
    #expect(unproven.status == 0, "\(unproven.error)")
    #expect(
      unproven.error.contains(
        "warning: 1 validation command of A will not run without your consent; git sage-stream trust shows them and records it"))
    #expect(try await scenario.sage("undo").status == 0)

    #expect(try await scenario.sage("trust").output.contains("consent recorded for 1 new command"))
    #expect(try await scenario.sage("trust").output.contains("known  touch 'ran'; exit 1  (A)\n\nnothing new"))
    let run = try await scenario.sage("--auto", "--require-validation")
    #expect(run.status == 1)
    let reason = try #require(try ticket(scenario).deferReason)
    #expect(reason.category == "persistent_test_failure")
    #expect(reason.message.hasPrefix("the validation of A-t failed with exit status 1: touch 'ran'; exit 1, see "), "\(reason.message)")
    // What a validation leaves is not part of the work.
    let kept = try await scenario.git("ls-tree", "--name-only", "refs/heads/sage/A").split(separator: "\n").map(String.init)
    #expect(kept.contains("out") && !kept.contains("ran"))
    // A command that changes needs consent again.
    let queue = try #require(try scenario.read(Scenario.queuePath))
    try scenario.write(Scenario.queuePath, queue.replacing("exit 1", with: "exit 0"))
    #expect(try await scenario.sage("trust", "--dry-run").output.hasPrefix("new    touch 'ran'; exit 0  (A)\n"))
    try await Invariants(scenario: scenario, mine: [Scenario.queuePath]).check()
  }

  @Test("work that does not pass goes to further attempts, which go on from it and are told why")
  func furtherAttempts() async throws {
    let scenario = try await scenario(
      #"{"id":"A","tasks":[{"id":"t","validation_script":"cat out; test $(wc -l <out) -ge 3","max_retries":2}]}"#,
      worker: #"echo "line $SAGE_ATTEMPT" >>out; cp "$SAGE_PROMPT_FILE" "$0.prompt.$SAGE_ATTEMPT""#)
    try await scenario.sage("trust")
    let run = try await scenario.sage("--auto")
    #expect(run.status == 0, "\(run.error)")
    #expect(try scenario.read("out") == "line 1\nline 2\nline 3\n")
    let prompt = try #require(try File.readText(scenario.root.path.appending("work.sh.prompt.2")))
    #expect(prompt.contains("Attempt 1 did not get through. It ended with:") && prompt.contains("line 1\n"))
    #expect(try #require(try File.readText(scenario.root.path.appending("work.sh.prompt.1"))).contains("did not get through") == false)
    try await Invariants(scenario: scenario).check()
  }

  @Test("when the attempts are used up the ticket is DEFERRED with the category that sage-dev has for it, and its work is kept")
  func usedUp() async throws {
    let cases: [(script: String, config: String, category: String, starts: Int)] = [
      (#"{"command":"exit 1"}"#, #""max_retries":1"#, "persistent_test_failure", 2),
      (#"{"command":"./nowhere.sh"}"#, #""max_retries":3"#, "validation_script_error", 1),
      (#"{"command":"kill -9 $$"}"#, #""max_retries":3"#, "validation_script_error", 1),
      (#"{"command":"echo 3 failed","success_pattern":"^[0-9]+ passed"}"#, #""max_retries":0"#, "persistent_test_failure", 1),
    ]
    for test in cases {
      let scenario = try await scenario(
        "{\"id\":\"A\",\"validation_config\":{\(test.config),\"verification_scripts\":[\(test.script)]}}",
        worker: #"echo x >>out; echo x >>"$0.starts""#)
      try await scenario.sage("trust")
      #expect(try await scenario.sage("--auto").status == 1, "\(test)")
      #expect(try ticket(scenario).state == .deferred)
      #expect(try ticket(scenario).deferReason?.category == test.category, "\(test)")
      #expect(try File.readText(scenario.root.path.appending("work.sh.starts"))?.split(separator: "\n").count == test.starts, "\(test)")
      #expect(try await scenario.git("rev-parse", "refs/heads/sage/A").count == 40)
    }
  }

  @Test("every type of validation is accepted", arguments: ["generic", "stateflow", "content", "interactive", "integration", "else"])
  func types(type: String) async throws {
    let scenario = try await scenario(
      """
      {"id":"A","validation_type":"\(type)","components":[{"tasks":[{"id":"c","validation_script":"test -e out"}]}],
       "validation_config":{"verification_scripts":[{"name":"n","command":"echo 12 passed","success_pattern":"^[0-9]+ passed$"}]}}
      """, worker: "echo x >out")
    try await scenario.sage("trust")
    let run = try await scenario.sage("--auto", "--json")
    #expect(run.status == 0, "\(run.error)")
    let passed = try run.output.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
      .filter { $0["event"]?.string == "validation.finished" }
    #expect(passed.count == 2 && passed.allSatisfy { $0["passed"]?.bool == true })
  }
}
