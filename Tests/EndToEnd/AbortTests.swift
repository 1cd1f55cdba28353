import Platform
import Support
import Testing
import Tickets

@Suite("abort: an interrupted run is ended, and nothing of it is lost")
struct AbortTests {
  private func killed(at point: String, _ shape: QueueScenario.Shape = .group, _ checkout: QueueScenario.Checkout = .clean) async throws
    -> QueueScenario
  {
    let scenario = try await QueueScenario(shape, checkout)
    #expect(try await scenario.run(failpoint: "\(point)=kill").status > 128)
    return scenario
  }

  @Test("finished work that has not landed is kept on branches, and no ticket is started or changed")
  func finishedWork() async throws {
    let scenario = try await killed(at: "picks.written")
    let tip = try await scenario.repository.git("rev-parse", "main")
    let starts = try scenario.workerStarts()
    let answer = try await scenario.repository.sage("abort")
    #expect(answer.status == 0, "\(answer.error)")
    for ticket in ["A-1", "A-2", "A-3"] {
      #expect(answer.output.contains("kept      \(ticket)  on branch sage/\(ticket)  (finished, not landed)\n"))
      #expect(try await scenario.repository.git("show", "sage/\(ticket):\(ticket).txt") == ticket)
    }
    #expect(try await scenario.repository.git("rev-parse", "main") == tip)
    #expect(try scenario.workerStarts() == starts)
    #expect(try scenario.repository.states() == ["A-1": "UNPROCESSED", "A-2": "UNPROCESSED", "A-3": "UNPROCESSED"])
    #expect(try await scenario.repository.git("for-each-ref", "refs/sage-stream/pending") == "")
    let status = try await scenario.repository.sage("status").output
    #expect(status.hasSuffix(": interrupted\n"), "\(status)")
    #expect(try await scenario.repository.sage("abort").error.hasPrefix("fatal: no run was interrupted, so there is nothing to abort"))
    #expect(try scenario.leftovers() == [])
    try await scenario.repository.fsck()
  }

  @Test("a landing that had passed the commit point has landed")
  func pastTheCommitPoint() async throws {
    let scenario = try await killed(at: "main.moved")
    let answer = try await scenario.repository.sage("abort")
    #expect(answer.output.contains("landed    A-1, A-2 and A-3  (had passed the commit point)\n"), "\(answer.output)\(answer.error)")
    #expect(try scenario.repository.states() == ["A-1": "COMPLETED", "A-2": "COMPLETED", "A-3": "COMPLETED"])
    #expect(try await scenario.repository.git("status", "--porcelain") == "")
    #expect(try scenario.leftovers() == [])
  }

  @Test("half-done work is saved, its worker ended, and a retry goes on with it")
  func halfDone() async throws {
    let scenario = try await killed(at: "worker.exited", .oneCommit)
    let answer = try await scenario.repository.sage("abort")
    #expect(answer.output.contains("saved     A-1  as refs/sage-stream/salvage/A-1/"), "\(answer.output)\(answer.error)")
    let saved = try await scenario.repository.git("for-each-ref", "--format=%(refname)", "refs/sage-stream/salvage/A-1")
    #expect(try await scenario.repository.git("show", "\(saved):A-1.txt") == "A-1")
    #expect(try await scenario.repository.sage("retry", "A-1", "--from-salvage").status == 0)
    #expect(try await scenario.run().status == 0)
    #expect(try scenario.repository.states() == ["A-1": "COMPLETED"])
  }

  @Test(
    "killed itself, it is finished by the next abort or by a run",
    arguments: ["abort.settled", "abort.parked", "recovery.closed"], [true, false])
  func killedItself(point: String, isAborted: Bool) async throws {
    let scenario = try await killed(at: point == "recovery.closed" ? "main.moved" : "picks.written")
    _ = try await scenario.repository.sage("abort", setting: ["GIT_SAGE_STREAM_FAILPOINT": "\(point)=kill"])
    let next = isAborted ? try await scenario.repository.sage("abort").status : try await scenario.run().status
    #expect(next == 0)
    var reachable = try await scenario.repository.git("rev-list", "main", "--branches=sage/*").split(separator: "\n").count
    if !isAborted {
      #expect(try await scenario.run().status == 0)
      #expect(try scenario.repository.states() == ["A-1": "COMPLETED", "A-2": "COMPLETED", "A-3": "COMPLETED"])
      reachable = 4
    }
    #expect(reachable == 4, "the start and one commit for each ticket")
    #expect(try await scenario.repository.git("status", "--porcelain") == "")
    #expect(try scenario.leftovers() == [])
    try await scenario.repository.fsck()
  }

  @Test("what a start has taken over survives that this start fails")
  func startThatFails() async throws {
    let scenario = try await killed(at: "picks.written")
    let starts = try scenario.workerStarts()
    let queue = try #require(try scenario.repository.read(Scenario.queuePath))
    try scenario.repository.write(Scenario.queuePath, queue.replacing("]", with: #", { "id": "B-1", "state": "UNPROCESSED" } ]"#))
    let worker = try await scenario.repository.git("config", "sageStream.worker")
    try await scenario.repository.git("config", "--unset", "sageStream.worker")
    let failed = try await scenario.repository.sage("--auto")
    #expect(failed.status == 128 && failed.error.contains("no worker is configured"))
    try await scenario.repository.git("config", "sageStream.worker", worker)
    #expect(try await scenario.repository.sage("--auto", "--limit=0").status == 0)
    let states = try scenario.repository.states()
    #expect(states == ["A-1": "COMPLETED", "A-2": "COMPLETED", "A-3": "COMPLETED", "B-1": "UNPROCESSED"])
    #expect(try scenario.workerStarts() == starts, "finished work is not done again")
  }
}
