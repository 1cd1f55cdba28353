import Platform
import SageStream
import Support
import Testing

/// With `sageStream.landLimit` what waits together lands in several moves of the target, after one update of the checkout: whatever
/// happens between two of them, each ticket is whole or not there, and nothing is lost.
@Suite("Between two moves of the target", .serialized)
struct SeveralMovesTests {
  private func scenario(_ checkout: QueueScenario.Checkout = .clean) async throws -> QueueScenario {
    let scenario = try await QueueScenario(.group, checkout)
    try await scenario.repository.git("config", "sageStream.landLimit", "1")
    return scenario
  }

  private func subjects(_ scenario: QueueScenario) async throws -> [String] {
    try await scenario.repository.git("log", "--reverse", "--format=%s", "main").split(separator: "\n").map { String($0.suffix(3)) }
  }

  @Test(
    "a run that is killed there is finished by the next start",
    arguments: [
      ("main.moved:1=kill", nil, QueueScenario.Checkout.clean), ("main.moved:2=kill", nil, .unrelatedChanges),
      ("main.moved:1=kill", "recovery.main.moved:1=kill", .clean), ("main.moved:2=kill", "recovery.paths.put=kill", .elsewhere),
    ])
  func killed(first: String, second: String?, checkout: QueueScenario.Checkout) async throws {
    let whole = try await scenario(checkout)
    _ = try await whole.run()
    let expected = try await whole.outcome()
    let scenario = try await scenario(checkout)
    #expect(try await scenario.run(failpoint: first).status > 129)
    if let second { #expect(try await scenario.run(failpoint: second).status > 129) }
    let resumed = try await scenario.run()
    #expect(try await scenario.outcome() == expected, "\(resumed.error)")
    #expect(try await subjects(scenario) == ["art", "A-1", "A-2", "A-3"])
    #expect(try await scenario.repository.git("reflog", "show", "main", "--format=%gs").split(separator: "\n").count == 4)
    #expect(try scenario.leftovers() == [])
    #expect(try await Invariants(scenario: scenario.repository).findings() == [], "\(resumed.error)")
    #expect(try scenario.workerStarts() == ["A-1", "A-2", "A-3"])
    try await scenario.repository.fsck()
  }

  @Test("what the user edits there after a kill is kept: the tickets before have landed, and only the one whose path it is waits")
  func edited() async throws {
    let scenario = try await scenario()
    #expect(try await scenario.run(failpoint: "main.moved:1=kill").status > 129)
    #expect(try await subjects(scenario) == ["art", "A-1"])
    try scenario.repository.write("shared-A-3.txt", "the user was here\n")
    let resumed = try await scenario.run()
    #expect(resumed.status == 1, "\(resumed.error)")
    #expect(try await subjects(scenario) == ["art", "A-1", "A-2"])
    #expect(try await scenario.repository.git("status", "--porcelain", "--untracked-files=all") == " M shared-A-3.txt")
    #expect(try scenario.repository.read("shared-A-3.txt") == "the user was here\n")
    try await scenario.repository.git("checkout", "shared-A-3.txt")
    #expect(try await scenario.run().status == 0)
    #expect(try await subjects(scenario) == ["art", "A-1", "A-2", "A-3"])
    #expect(try scenario.workerStarts() == ["A-1", "A-2", "A-3"])
    #expect(try await Invariants(scenario: scenario.repository).findings() == [])
  }

  /// A commit of the user's on top of the target, made without its checkout.
  private static let move = "git update-ref refs/heads/main $(git commit-tree -p main -m 'Mine' main^{tree})"

  @Test("a target that somebody else moves there gets the other tickets on top")
  func moved() async throws {
    let scenario = try await scenario()
    let arguments = ["--auto", "--parallel=3", "--schedule=batch", "--onto", "main"]
    let (run, typed) = try await scenario.repository.sage(arguments, pausedAt: .mainMoved, hit: 2) {
      try await scenario.repository.shell(Self.move)
    }
    #expect(typed?.status == 0)
    #expect(run.status == 0, "\(run.error)")
    #expect(try await subjects(scenario) == ["art", "A-1", "A-2", "ine", "A-3"])
    #expect(try await scenario.repository.git("status", "--porcelain", "--untracked-files=all") == "")
    #expect(try scenario.leftovers() == [])
    #expect(try await Invariants(scenario: scenario.repository).findings() == [])
  }

  @Test("a target that somebody else moves there after a kill gets the other tickets on top")
  func movedAfterKill() async throws {
    let scenario = try await scenario()
    #expect(try await scenario.run(failpoint: "main.moved:2=kill").status > 129)
    #expect(try await scenario.repository.shell(Self.move).status == 0)
    let resumed = try await scenario.run()
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(try await subjects(scenario) == ["art", "A-1", "A-2", "ine", "A-3"])
    #expect(try await scenario.repository.git("status", "--porcelain", "--untracked-files=all") == "")
    #expect(try scenario.workerStarts() == ["A-1", "A-2", "A-3"])
    #expect(try await Invariants(scenario: scenario.repository).findings() == [])
  }
}
