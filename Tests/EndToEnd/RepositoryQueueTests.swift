import Platform
import Support
import Testing
import Tickets

@Suite("With a queue that is tracked, or not")
struct RepositoryQueueTests {
  @Test("tracked and clean: states land together with the code")
  func tracked() async throws {
    try await Habitat().lands { scenario async throws in
      #expect(try Self.states(scenario) == ["COMPLETED"])
      #expect(try await scenario.show("main:\(Scenario.queuePath)") == scenario.read(Scenario.queuePath))
    }
  }

  @Test("ignored: states are written to the file and never committed")
  func ignored() async throws {
    let habitat = Habitat(begin: { try $0.write(".gitignore", ".sage/\n") })
    try await habitat.lands { scenario async throws in
      #expect(try Self.states(scenario) == ["COMPLETED"])
      #expect(try await scenario.git("ls-tree", "-r", "--name-only", "main", ".sage") == "")
    }
  }

  @Test("tracked but ignored: it counts as tracked")
  func trackedButIgnored() async throws {
    let habitat = Habitat(prepare: { scenario in
      try scenario.write(".gitignore", ".sage/\n")
      try await scenario.commit("Ignore the queue")
    })
    try await habitat.lands { scenario async throws in
      #expect(try Self.states(scenario) == ["COMPLETED"])
      #expect(try await scenario.git("ls-files", ".sage") == Scenario.queuePath)
      #expect(try await scenario.show("main:\(Scenario.queuePath)") == scenario.read(Scenario.queuePath))
    }
  }

  @Test("modified by the user: the file is edited in place, and the modification stays theirs to commit", arguments: [false, true])
  func modified(isStaged: Bool) async throws {
    let habitat = Habitat(prepare: { scenario in
      try scenario.write(Scenario.queuePath, "{\"tickets\":[\(Habitat.tickets)],\"mine\":1}\n")
      if isStaged { try await scenario.git("add", Scenario.queuePath) }
    })
    for engine in ["auto", "git"] {
      let scenario = try await habitat.make()
      let answer = try await habitat.run(scenario, engine: engine)
      #expect(answer.status == 0, "\(answer.error)")
      try await Invariants(scenario: scenario, mine: Habitat.own + [Scenario.queuePath]).check()
      #expect(try Self.states(scenario) == ["COMPLETED"])
      #expect(try scenario.read(Scenario.queuePath)?.contains("\"mine\":1") == true)
      #expect(try await !scenario.show("main:\(Scenario.queuePath)").contains("COMPLETED"))
    }
  }

  @Test("absent on the target: it is the work tree's alone")
  func absentOnTarget() async throws {
    let habitat = Habitat(
      arguments: ["--onto", "release"], hasOwnWork: false,
      prepare: { scenario in
        try await scenario.git("checkout", "--quiet", "-b", "release")
        try await scenario.git("rm", "--quiet", "--cached", Scenario.queuePath)
        try await scenario.git("commit", "--quiet", "-m", "No queue here")
        try await scenario.git("checkout", "--quiet", "--force", "main")
      })
    for engine in ["auto", "git"] {
      let scenario = try await habitat.make()
      let answer = try await habitat.run(scenario, engine: engine)
      #expect(answer.status == 0, "\(answer.error)")
      let invariants = Invariants(scenario: scenario, target: "refs/heads/release")
      try await invariants.check()
      #expect(try await invariants.landed() == ["A", "B", "C"])
      #expect(try Self.states(scenario) == ["COMPLETED"])
      #expect(try await scenario.git("ls-tree", "-r", "--name-only", "release", ".sage") == "")
      #expect(try await scenario.git("status", "--porcelain") == " M \(Scenario.queuePath)")
    }
  }

  private static func states(_ scenario: Scenario) throws -> Set<String> {
    let index = try TicketIndex(parsing: Array((try scenario.read(Scenario.queuePath) ?? "").utf8))
    return Set(index.tickets.map(\.state.text))
  }
}
