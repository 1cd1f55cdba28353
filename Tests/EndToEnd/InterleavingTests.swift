import Platform
import SageStream
import Support
import Testing

/// Random commands of the user's at random steps of random runs, several in one history.
///
/// A sample by default. `SAGE_STREAM_INTERLEAVINGS=300` runs so many, `SAGE_STREAM_SEED` begins with another seed; a failure names the seed
/// that makes it again.
@Suite("Any interleaving", .serialized, .timeLimit(.minutes(10)))
struct InterleavingTests {
  static let seeds: [UInt64] = {
    func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
    let first = number("SAGE_STREAM_SEED") ?? 20_261_122
    return (0..<(number("SAGE_STREAM_INTERLEAVINGS") ?? 6)).map { first + $0 }
  }()

  @Test("of user commands with landings loses nothing, and in the end everything has landed", arguments: seeds)
  func random(seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    let beside = try await BesideScenario(hasSecondCheckout: random.chance(30))
    let scenario = beside.scenario
    let points = BesideUserTests.unlocked + BesideUserTests.locked
    var history: [String] = ["seed \(seed)"]
    var lost: Set<String> = []
    for _ in 0..<2 {
      let users = [random.pick(UserCommand.all), random.chance(50) ? random.pick(UserCommand.all) : nil].compactMap { $0 }
      let (point, hit) = (random.pick(points) ?? .picksWritten, random.chance(30) ? 2 : 1)
      history.append("\(users.map(\.description).joined(separator: ", then ")) at \(point.rawValue), hit \(hit)")
      let (run, typed) = try await scenario.sage(beside.arguments(random.chance(50) ? "flow" : "batch"), pausedAt: point, hit: hit) {
        var statuses: [Int32] = []
        for user in users { statuses.append(try await scenario.shell(user.command).status) }
        return statuses
      }
      // A branch that is gone and a lock that is held are refused by the next start.
      #expect(run.status == 0 || run.status == 1 || run.status == 128 || run.status == 129, "\(history): \(run.error)")
      for (user, status) in zip(users, typed ?? []) {
        if user.discards && status == 0 { lost.insert("a change") }
      }
      for (user, status) in zip(users, typed ?? []).reversed() where status == 0 { _ = try await scenario.shell(user.after) }
    }
    if getenv("SAGE_STREAM_SEED") != nil { print(history.joined(separator: "; ")) }
    _ = try await scenario.shell(UserCommand.tidyUp)
    try await beside.checkBelongings(lost: lost)
    let last = try await beside.run()
    #expect(last.status == 0, "\(history): \(last.output)\(last.error)")
    // Which of several checkouts of one branch lags behind after the user's own commits is the user's affair.
    let mine = [Scenario.queuePath, "a.txt", "b.md", "new/b.txt", "old/file.txt"]
    try await beside.checkEverythingLanded(mine: mine)
    try await beside.checkBelongings(lost: lost)
  }
}
