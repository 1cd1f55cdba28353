import Platform
import Support
import Testing

@Suite("--on-conflict=rework: the worker does a conflict once more")
struct ReworkTests {
  private static let tickets =
    #"{"id":"A-1","title":"First","description":"What A wants.","state":"UNPROCESSED"},{"id":"A-2","title":"Second","state":"UNPROCESSED"}"#

  /// Writes `clash.txt`; with a conflict file it does what the ticket's name says.
  private func worker(_ scenario: Scenario, again: String) throws -> String {
    try scenario.worker(
      """
      echo "$SAGE_TICKET_ID $SAGE_ATTEMPT" >>"\(scenario.root.path.string)/starts"
      if [ -n "$SAGE_CONFLICT_FILE" ]; then
        cp "$SAGE_CONFLICT_FILE" "\(scenario.root.path.string)/conflict.json"
        cp "$SAGE_PROMPT_FILE" "\(scenario.root.path.string)/prompt.md"
        \(again)
      else
        echo "$SAGE_TICKET_ID" >clash.txt
      fi
      """)
  }

  private func scenario() async throws -> Scenario {
    let scenario = try await Scenario.with(tickets: Self.tickets)
    try scenario.write("clash.txt", "base\n")
    try await scenario.commit("More")
    return scenario
  }

  private func starts(_ scenario: Scenario) throws -> [String] {
    (try File.readText(scenario.root.path.appending("starts")) ?? "").split(separator: "\n").map(String.init).sorted()
  }

  @Test("the second attempt starts from the new tip, is told both intents, and lands")
  func lands() async throws {
    let scenario = try await scenario()
    let worker = try worker(scenario, again: "grep -q A-1 clash.txt; echo A-2 >>clash.txt")
    let run = try await scenario.sage(
      "--auto", "--parallel=2", "--schedule=batch", "--limit=2", "--on-conflict=rework", "--worker", worker)
    #expect(run.status == 0, "\(run.error)\(run.output)")
    #expect(run.error.contains("rework    A-2  Second  (its worker does it once more on the new tip, with the conflict report)"))
    #expect(try scenario.read("clash.txt") == "A-1\nA-2\n")
    #expect(try scenario.states() == ["A-1": "COMPLETED", "A-2": "COMPLETED"])
    #expect(try starts(scenario) == ["A-1 1", "A-2 1", "A-2 2"])
    let prompt = try File.readText(scenario.root.path.appending("prompt.md")) ?? ""
    for part in ["## A conflict to solve", "Both intents must hold", "- A-1: First (`", "What A wants.", "- clash.txt (content, 1 hunk)"] {
      #expect(prompt.contains(part), "\(part) in \(prompt)")
    }
    #expect(try File.readText(scenario.root.path.appending("conflict.json"))?.contains("\"ticket\": \"A-2\"") == true)
    #expect(try await scenario.sage("conflicts").output == "no conflicts: nothing is parked\n")
    try await Invariants(scenario: scenario).check()
  }

  @Test("at most sageStream.reworkLimit times, then it is parked; the default sets it aside at once", arguments: [nil, 0, 1])
  func limit(limit: Int?) async throws {
    let scenario = try await scenario()
    if let limit {
      try await scenario.git("config", "sageStream.onConflict", "rework")
      if limit != 1 { try await scenario.git("config", "sageStream.reworkLimit", "\(limit)") }
    }
    // Each attempt at A-2 clashes with what the user commits meanwhile.
    let worker = try worker(
      scenario,
      again:
        "(cd '\(scenario.path)' && unset GIT_EDITOR && echo user >clash.txt && git commit -qam user); echo \"again $SAGE_ATTEMPT\" >clash.txt"
    )
    let run = try await scenario.sage("--auto", "--parallel=2", "--schedule=batch", "--worker", worker)
    #expect(run.status == 1)
    #expect(try starts(scenario) == ["A-1 1", "A-2 1"] + (limit == 1 ? ["A-2 2"] : []), "\(run.error)")
    #expect(try scenario.states() == ["A-1": "COMPLETED", "A-2": "DEFERRED"])
    #expect(try await scenario.show("sage/A-2:clash.txt") == (limit == 1 ? "again 2\n" : "A-2\n"))
    #expect(try await scenario.sage("conflicts", "A-2").output.contains("conflict A-2"))
    try await Invariants(scenario: scenario).check()
  }

  @Test("a second attempt that fails loses nothing: the ticket is DEFERRED and its conflict can be resolved")
  func fails() async throws {
    let scenario = try await scenario()
    let worker = try worker(scenario, again: "echo half >half.txt; exit 3")
    let run = try await scenario.sage("--auto", "--parallel=2", "--schedule=batch", "--on-conflict=rework", "--worker", worker)
    #expect(run.status == 1)
    #expect(try scenario.states() == ["A-1": "COMPLETED", "A-2": "DEFERRED"])
    let answer = try await scenario.sage("resolve", "A-2")
    #expect(answer.status == 0, "\(answer.error)")
    let worktree = FilePath(answer.output.split(separator: "\n").last.map(String.init) ?? "")
    #expect(try await scenario.git("show", "CHERRY_PICK_HEAD:clash.txt", in: worktree) == "A-2", "the work that conflicted, not the half")
  }
}
