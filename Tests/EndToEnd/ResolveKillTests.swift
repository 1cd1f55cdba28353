import Platform
import Support
import Testing

@Suite("resolve, killed anywhere")
struct ResolveKillTests {
  private static let failpoint = "GIT_SAGE_STREAM_FAILPOINT"

  @Test(
    "killed while it opens, the same command opens it",
    arguments: ["resolve.written", "resolve.worktree", "resolve.picked"])
  func opening(point: String) async throws {
    let conflict = try await ConflictScenario()
    let killed = try await conflict.scenario.sage("resolve", "A-2", setting: [Self.failpoint: "\(point)=kill"])
    #expect(killed.status > 128)
    let worktree = try await conflict.open()
    #expect(try await conflict.scenario.git("status", "--porcelain", in: worktree) == "A  A-2.txt\nUU clash.txt")
    try await conflict.solve(worktree)
    #expect(try await conflict.scenario.sage("resolve", "A-2", "--continue").status == 0)
    try await conflict.expectLanded()
  }

  enum Next: String, CaseIterable {
    case again = "the same command"
    case run = "a run"
  }

  static let steps = [
    "resolve.finished", "lock.acquired", "resolve.journal", "picks.written", "main.moved", "journal.landed", "resolve.removed",
  ]

  @Test("killed while it lands, the next start lands it, once", arguments: steps, Next.allCases)
  func landing(point: String, next: Next) async throws {
    // Half of the pairs by default, each point with one of the two.
    let place = Self.steps.firstIndex(of: point) ?? 0
    if getenv("SAGE_STREAM_KILL_MATRIX") == nil, (place % 2 == 0) != (next == .again) { return }
    let conflict = try await ConflictScenario()
    try await conflict.solve(try await conflict.open())
    let killed = try await conflict.scenario.sage("resolve", "A-2", "--continue", setting: [Self.failpoint: "\(point)=kill"])
    #expect(killed.status > 128)
    let answer: Answer
    switch next {
    case .again: answer = try await conflict.scenario.sage("resolve", "A-2", "--continue")
    case .run: answer = try await conflict.scenario.sage("--auto", "--limit=0")
    }
    #expect(answer.status == 0, "\(answer.error)")
    try await conflict.expectLanded()
  }

  @Test(
    "killed while the pick is done again on a new tip, what was resolved is still there",
    arguments: ["resolve.written", "resolve.worktree"])
  func again(point: String) async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    let worktree = try await conflict.open()
    try await conflict.solve(worktree, "A-1\nA-2\n")
    try scenario.write("clash.txt", "the user's\n")
    try await scenario.commit("The user goes on")
    let killed = try await scenario.sage("resolve", "A-2", "--continue", setting: [Self.failpoint: "\(point)=kill"])
    #expect(killed.status > 128)
    _ = try await scenario.sage("resolve", "A-2", "--continue")
    let text = try File.readText(worktree.appending("clash.txt")) ?? ""
    #expect(text.contains("the user's\n") && text.contains("A-1\nA-2\n"), "\(text)")
    try await conflict.solve(worktree)
    #expect(try await scenario.sage("resolve", "A-2", "--continue").status == 0)
    try await conflict.expectLanded()
  }

  @Test(
    "killed while it is given up, the next start gives it up",
    arguments: ["resolve.dropped", "resolve.drop.journal", "resolve.removed"])
  func dropping(point: String) async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    _ = try await conflict.open()
    #expect(try await scenario.sage("resolve", "A-2", "--skip", setting: [Self.failpoint: "\(point)=kill"]).status > 128)
    let run = try await scenario.sage("--auto", "--limit=0")
    #expect(run.status == 0, "\(run.error)")
    try await conflict.expectTidy()
    #expect(try scenario.states() == ["A-1": "COMPLETED", "A-2": "DEFERRED"])
    #expect(try await scenario.sage("show", "A-2").output.contains("user_rejected: its conflict was given up"))
    #expect(try await scenario.sage("conflicts").output == "no conflicts: nothing is parked\n")
    try await Invariants(scenario: scenario).check()
  }

  @Test("killed while everything is put back, the next start puts it back", arguments: ["resolve.aborted", "resolve.removed"])
  func aborting(point: String) async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    _ = try await conflict.open()
    #expect(try await scenario.sage("resolve", "A-2", "--abort", setting: [Self.failpoint: "\(point)=kill"]).status > 128)
    #expect(try await scenario.sage("--auto", "--limit=0").status == 0)
    try await conflict.expectTidy()
    #expect(try scenario.states() == ["A-1": "COMPLETED", "A-2": "DEFERRED"])
    #expect(try await scenario.sage("conflicts").output.contains("conflict A-2"))
  }
}
