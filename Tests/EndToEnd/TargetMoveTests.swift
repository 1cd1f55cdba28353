import Platform
import Support
import Testing
import Tickets

/// The target moves although no landing of ours moved it (DESIGN section 7).
@Suite("A target that others move")
struct TargetMoveTests {
  private func state(of ticket: TicketID, _ scenario: Scenario) throws -> TicketState? {
    try TicketIndex(parsing: Array((try scenario.read(Scenario.queuePath) ?? "").utf8))[ticket]?.state
  }

  @Test("a worker that moves the target fails; the target is put back, its commit is kept, and the others land")
  func worker() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"}"#)
    let worker = try scenario.worker(
      """
      echo $SAGE_TICKET_ID > $SAGE_TICKET_ID.txt
      if [ $SAGE_TICKET_ID = A ]; then git add -A; git commit -qm "Straight to main"; git update-ref refs/heads/main HEAD; fi
      """)
    let run = try await scenario.sage("--auto", "--worker", worker)
    #expect(run.status == 1)
    #expect(try state(of: "A", scenario) == .deferred)
    #expect(try state(of: "B", scenario) == .completed)
    #expect(try scenario.read("A.txt") == nil)
    #expect(try await scenario.git("status", "--porcelain") == "")
    let kept = try await scenario.git("log", "--format=%s", "--glob=refs/sage-stream/salvage/A/*")
    #expect(kept.split(separator: "\n").contains("Straight to main"))
    #expect(
      try await scenario.git("log", "--format=%(trailers:key=Sage-Ticket,valueonly,separator=)", "main").split(separator: "\n") == ["B"])
  }

  @Test("a commit that the user makes while a worker runs stays, and the ticket lands on top of it")
  func user() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    let worker = try scenario.worker(
      """
      ( cd "\(scenario.path.string)" && echo user > user.txt && git add user.txt && git commit -qm "The user's" ) >/dev/null 2>&1
      echo a > a.txt
      """)
    let run = try await scenario.sage("--auto", "--worker", worker)
    #expect(run.status == 0, "\(run.error)")
    #expect(try await scenario.git("log", "--format=%s", "main").split(separator: "\n").prefix(2) == ["task(A): #A", "The user's"])
    #expect(try scenario.read("user.txt") == "user\n")
    #expect(try await scenario.git("status", "--porcelain") == "")
  }

  @Test("a move for which nobody can be named holds every landing until index and tip agree")
  func unclear() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    // Neither HEAD of the checkout nor HEAD of the slot ever stood on this commit.
    let worker = try scenario.worker(
      """
      echo a > a.txt
      export GIT_INDEX_FILE="$PWD/../other-index"
      git read-tree main
      git update-index --add --cacheinfo 100644,$(echo else | git hash-object -w --stdin),else.txt
      git update-ref refs/heads/main $(git commit-tree -p main -m "From nowhere" $(git write-tree))
      """)
    let run = try await scenario.sage("--auto", "--worker", worker)
    #expect(run.status == 1)
    #expect(run.error.contains("nobody can tell by whom; nothing lands until its checkouts agree with it"), "\(run.error)")
    #expect(run.error.contains("held      A") && run.error.contains("does not have else.txt of it yet"), "\(run.error)")
    #expect(try await scenario.git("log", "-1", "--format=%s", "main") == "From nowhere")
    try await scenario.git("reset", "--quiet", "--hard")
    let next = try await scenario.sage("--auto", "--limit=0")
    #expect(next.status == 0, "\(next.error)")
    #expect(try await scenario.git("log", "-2", "--format=%s", "main").split(separator: "\n") == ["task(A): #A", "From nowhere"])
    #expect(try await scenario.git("status", "--porcelain") == "")
  }

  @Test("a parked ticket whose branch the user merged by hand is COMPLETED at the next start")
  func mergedByHand() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    let worker = try scenario.worker("echo a > a.txt; exit 1")
    _ = try await scenario.sage("--auto", "--worker", worker)
    #expect(try state(of: "A", scenario) == .deferred)
    try await scenario.git("merge", "--quiet", "--no-edit", "sage/A")
    let run = try await scenario.sage("--auto", "--worker", worker)
    #expect(run.status == 0, "\(run.error)")
    #expect(try state(of: "A", scenario) == .completed)
  }
}
