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

  static let cases: [Case] = {
    if getenv("SAGE_STREAM_KILL_MATRIX") != nil {
      return points.flatMap { point in
        QueueScenario.Checkout.allCases.flatMap { checkout in
          QueueScenario.Shape.allCases.map { Case(point: point, checkout: checkout, shape: $0) }
        }
      }
    }
    return points.enumerated().map { index, point in
      Case(
        point: point, checkout: QueueScenario.Checkout.allCases[index % QueueScenario.Checkout.allCases.count],
        shape: QueueScenario.Shape.allCases[(index / 2) % QueueScenario.Shape.allCases.count])
    }
  }()

  @Test("at any failpoint, a run is finished by the next start", arguments: cases)
  func killedOnce(_ test: Case) async throws {
    let expected = try await uninterrupted(test)
    let scenario = try await QueueScenario(test.shape, test.checkout)
    let killed = try await scenario.run(failpoint: "\(test.point.rawValue)=kill")
    // 137 from the tool itself; git passes it on as a signal of its own.
    let wasHit = killed.status >= 128 && killed.status != 128 && killed.status != 129
    if wasHit { try await scenario.repository.fsck() }
    let resumed = try await scenario.run()
    let outcome = try await scenario.outcome()
    // Of two tickets that clash, one that had to be worked on again starts from the other's landing and clashes no more.
    let mayAgree = test.shape == .conflict && outcome.landed == test.shape.tickets
    #expect(outcome == expected.outcome || mayAgree, "\(resumed.error)")
    #expect(try scenario.leftovers() == [])
    try await scenario.repository.fsck()
    let starts = try scenario.workerStarts()
    // A finished submission is never worked on again; before it is anchored the worker has to start once more.
    let isAfterWork = ![.workerStarted, .workerExited, .salvageWritten, .submissionAnchored].contains(test.point)
    if isAfterWork || !wasHit { #expect(starts == expected.starts) }
  }

  @Test(
    "during the recovery itself, the start after that finishes",
    arguments: Failpoint.available.filter { $0.rawValue.hasPrefix("recovery.") })
  func killedTwice(_ point: Failpoint) async throws {
    let isSample = getenv("SAGE_STREAM_KILL_MATRIX") == nil
    for first in isSample ? [.worktreeUpdated] : Self.points {
      let test = Case(point: first, checkout: .clean, shape: .group)
      let expected = try await uninterrupted(test)
      let scenario = try await QueueScenario(.group, .clean)
      _ = try await scenario.run(failpoint: "\(first.rawValue)=kill")
      _ = try await scenario.run(failpoint: "\(point.rawValue)=kill")
      let resumed = try await scenario.run()
      #expect(try await scenario.outcome() == expected.outcome, "\(first.rawValue) then \(point.rawValue): \(resumed.error)")
      #expect(try scenario.leftovers() == [])
      try await scenario.repository.fsck()
    }
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
