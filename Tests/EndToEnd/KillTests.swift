import Platform
import SageStream
import Support
import Testing

/// Killed with SIGKILL at every step of the protocol, the next start ends where an uninterrupted run ends (DESIGN I8).
///
/// By default a sample: every failpoint with one shape and one checkout each, in turn. `SAGE_STREAM_KILL_MATRIX=all` runs
/// every failpoint with every checkout and every shape, and every pair of a failpoint and a recovery point.
@Suite("Killed anywhere", .serialized)
struct KillTests {
  struct Case: CustomTestStringConvertible {
    let point: Failpoint
    let checkout: QueueScenario.Checkout
    let shape: QueueScenario.Shape
    var testDescription: String { "\(point.rawValue), \(checkout.rawValue), \(shape.rawValue)" }
  }

  /// Those of the verbs, and of the check, have tests of their own.
  static let points = Failpoint.available.filter { point in
    !["recovery.", "resolve.", "review.", "retry.", "abort.", "undo.", "clean.", "request.", "check."].contains {
      point.rawValue.hasPrefix($0)
    }
  }

  /// Before a submission is anchored, a worker has to start once more.
  static let beforeAnchored: Set<Failpoint> = [
    .slotRegistered, .slotFilled, .slotPrepared, .workerStarted, .workerExited, .salvageWritten, .slotAnchored, .slotSettled,
    .submissionAnchored,
  ]

  /// A case in which each point is reached for certain.
  static let sample: [Case] = points.filter { $0 != .slotAdvanced }.enumerated().map { index, point in
    let checkout = QueueScenario.Checkout.allCases[index % QueueScenario.Checkout.allCases.count]
    let shape = QueueScenario.Shape.allCases[(index / 2) % 4]
    switch point {
    // Only a queue that is not checked out with the target is edited in place.
    case .indexTemporaryWritten, .indexWritten: return Case(point: point, checkout: .elsewhere, shape: shape)
    case .salvageWritten: return Case(point: point, checkout: checkout, shape: .failure)
    // Overlapping changes hold a landing before it comes so far; without a checkout there is no index.
    case .excerptUpdated, .worktreeUpdated, .mainMoved, .journalLanded: return Case(point: point, checkout: .unrelatedChanges, shape: shape)
    case .indexLocked, .indexReleased: return Case(point: point, checkout: .clean, shape: shape)
    default: return Case(point: point, checkout: checkout, shape: shape)
    }
  }

  static let cases: [Case] = {
    guard getenv("SAGE_STREAM_KILL_MATRIX") != nil else { return sample }
    return points.flatMap { point in
      QueueScenario.Checkout.allCases.flatMap { checkout in
        QueueScenario.Shape.allCases.map { Case(point: point, checkout: checkout, shape: $0) }
      }
    }
  }()

  @Test("at any failpoint, a run is finished by the next start", arguments: cases)
  func killedOnce(_ test: Case) async throws {
    let expected = try await uninterrupted(test)
    let scenario = try await QueueScenario(test.shape, test.checkout)
    let invariants = Invariants(scenario: scenario.repository)
    let work = try await UserWork.of(try await Project.open(from: scenario.repository.path, environment: scenario.repository.environment))
    let killed = try await scenario.run(failpoint: "\(test.point.rawValue)=kill")
    // 137 from the tool itself; git passes it on as a signal of its own.
    let wasHit = killed.status >= 128 && killed.status != 128 && killed.status != 129
    let isSure = Self.sample.contains { $0.point == test.point && $0.checkout == test.checkout && $0.shape == test.shape }
    if isSure { #expect(wasHit, "the point was not reached: \(killed.error)") }
    if wasHit {
      let harm = try await invariants.findings(earlierWork: work).filter { !$0.isMendable }
      #expect(harm == [], "\(killed.error)")
    }
    let resumed = try await scenario.run()
    let outcome = try await scenario.outcome()
    // Of two tickets that clash, one that had to be worked on again starts from the other's landing and clashes no more.
    let mayAgree = test.shape == .conflict && outcome.landed == test.shape.tickets
    // And whichever of the two is done first lands.
    let isMirrored = test.shape == .conflict && outcome.comparable == expected.outcome.mirrored.comparable
    #expect(outcome == expected.outcome || mayAgree || isMirrored, "\(resumed.error)")
    #expect(try scenario.leftovers() == [])
    let left = try await invariants.findings(earlierWork: work)
    #expect(left == [], "\(killed.error)\(resumed.error)")
    try await scenario.repository.fsck()
    // A finished submission is never worked on again.
    if !Self.beforeAnchored.contains(test.point) || !wasHit { #expect(try scenario.workerStarts() == expected.starts) }
  }

  /// Where a run has to be killed first, so that the next start comes by each step of recovery.
  private static func first(for point: Failpoint) -> Case {
    switch point {
    case .recoveryOrphanSettled: Case(point: .workerStarted, checkout: .clean, shape: .group)
    case .recoveryAdopted: Case(point: .picksWritten, checkout: .clean, shape: .group)
    case .recoveryLanded: Case(point: .mainMoved, checkout: .clean, shape: .group)
    default: Case(point: .worktreeUpdated, checkout: .clean, shape: .group)
    }
  }

  @Test(
    "during the recovery itself, the start after that finishes",
    arguments: Failpoint.available.filter { $0.rawValue.hasPrefix("recovery.") })
  func killedTwice(_ point: Failpoint) async throws {
    let sure = Self.first(for: point)
    let isSample = getenv("SAGE_STREAM_KILL_MATRIX") == nil
    for test in isSample ? [sure] : Self.points.map({ Case(point: $0, checkout: .clean, shape: .group) }) {
      let expected = try await uninterrupted(test)
      let scenario = try await QueueScenario(test.shape, test.checkout)
      _ = try await scenario.run(failpoint: "\(test.point.rawValue)=kill")
      let killed = try await scenario.run(failpoint: "\(point.rawValue)=kill")
      if test.point == sure.point { #expect(killed.status > 129, "the point was not reached: \(killed.error)") }
      let resumed = try await scenario.run()
      #expect(try await scenario.outcome() == expected.outcome, "\(test.point.rawValue) then \(point.rawValue): \(resumed.error)")
      #expect(try scenario.leftovers() == [])
      #expect(try await Invariants(scenario: scenario.repository).findings() == [], "\(test.point.rawValue) then \(point.rawValue)")
      try await scenario.repository.fsck()
    }
  }

  @Test("between the files and the index of a slot that goes on to the next base, the next start finishes")
  func killedWhileSlotAdvances() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"},{"id":"C"}"#)
    let worker = #"echo x >"$SAGE_TICKET_ID""#
    let killed = try await scenario.sage(
      "--auto", "--parallel=1", "--worker", worker, setting: ["GIT_SAGE_STREAM_FAILPOINT": "slot.advanced=kill"])
    #expect(killed.status > 129, "the point was not reached: \(killed.error)")
    let resumed = try await scenario.sage("--auto", "--parallel=1", "--worker", worker)
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(try scenario.states() == ["A": "COMPLETED", "B": "COMPLETED", "C": "COMPLETED"])
    #expect(try await Invariants(scenario: scenario).findings() == [])
    let slot = scenario.root.path.appending("repository.sage-stream/slot-1")
    #expect(try await scenario.git("status", "--porcelain", in: slot) == "")
    #expect(try await scenario.git("rev-parse", "HEAD^{tree}", in: slot) == scenario.git("write-tree", in: slot))
  }

  private func uninterrupted(_ test: Case) async throws -> (outcome: QueueScenario.Outcome, starts: [String]) {
    try await Uninterrupted.shared.run("\(test.shape.rawValue), \(test.checkout.rawValue)") {
      let scenario = try await QueueScenario(test.shape, test.checkout)
      let run = try await scenario.run()
      #expect(run.status == 0 || run.status == 1, "\(run.error)")
      return (try await scenario.outcome(), try scenario.workerStarts())
    }
  }

  /// Each combination is run to its end once.
  actor Uninterrupted {
    static let shared = Uninterrupted()
    private var known: [String: (QueueScenario.Outcome, [String])] = [:]

    func run(
      _ key: String, _ make: @Sendable () async throws -> (QueueScenario.Outcome, [String])
    ) async throws -> (outcome: QueueScenario.Outcome, starts: [String]) {
      if let result = known[key] { return result }
      let result = try await make()
      known[key] = result
      return result
    }
  }
}
