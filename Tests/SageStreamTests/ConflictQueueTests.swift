import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

/// Random queues with planted clashes in one file: lines are replaced, removed and added at a few places, by tickets that
/// started at different times, by the user, and while the file is renamed. Each submission is also picked by `git cherry-pick` onto the same
/// tip: what conflicts there conflicts here, and nothing else.
@Suite struct ConflictQueueTests {
  /// Every run of the tests does some; 300 take minutes.
  private static var count: UInt64 { getenv("SAGE_STREAM_TEST_QUEUES").flatMap { UInt64(String(cString: $0)) } ?? 8 }
  /// The seeds that once were hard come first.
  private static var seeds: [UInt64] { [35, 102, 178] + (1...count) }

  /// The file at one tip of the target: what stands at each place, and who changed it last.
  private struct Version {
    var path = "src/file"
    var places: [[String]]
    var commit: String
    var writers: [String?]

    var text: String {
      places.enumerated().map { place, lines in
        (lines + (1...4).map { "between \(place) and \(place + 1), line \($0)" }).map { $0 + "\n" }.joined()
      }.joined()
    }
  }

  @Test(arguments: seeds) func thePlantedCulpritIsNamed(_ seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    let places = (0..<6).map { ["place \($0)"] }
    var version = Version(places: places, commit: "", writers: Array(repeating: nil, count: 6))
    let lab = try await ConflictLab { try $0.write(version.path, version.text) }
    version.commit = lab.start
    var versions = [version]
    for number in 1...9 {
      if random.chance(15) {
        try await userEdits(lab, &versions, number, &random)
        continue
      }
      let ticket = "T-\(number)"
      let now = versions.count - 1
      let base = versions[Int.random(in: max(0, now - 3)...now, using: &random)]
      // One or two commits, each somewhere.
      var work = base
      var steps: [Version] = []
      for _ in 0..<(random.chance(30) ? 2 : 1) {
        edit(&work, number, &random)
        steps.append(work)
      }
      let (submission, outcome) = try await lab.pick(
        ticket, from: base.commit, steps.map { step in { try $0.write(step.path, step.text) } })
      let expected = planted(steps, base: base, versions)
      let isClean = try await lab.gitPicks(submission)
      if case .conflicted = outcome { #expect(!isClean, "seed \(seed), \(ticket)") } else { #expect(isClean, "seed \(seed), \(ticket)") }
      switch outcome {
      case .conflicted(let conflict):
        let report = try await lab.report(of: submission, conflict)
        let found = report.paths.flatMap(\.hunks).map { $0.landedBy?.commit.hex }
        #expect(found == expected, "seed \(seed), \(ticket)")
      case .picked(let picked):
        #expect(expected.isEmpty, "seed \(seed), \(ticket)")
        try await lab.scenario.git("reset", "--quiet", "--hard", picked.tip.hex)
        var next = versions[now]
        next.commit = picked.tip.hex
        for (place, lines) in work.places.enumerated() where lines != base.places[place] && lines != next.places[place] {
          next.places[place] = lines
          next.writers[place] = commit(of: place, steps, base, picked)
        }
        versions.append(next)
        #expect(try lab.scenario.read(next.path) == next.text, "seed \(seed), \(ticket)")
      default: Issue.record("seed \(seed), \(ticket): \(outcome)")
      }
    }
  }

  /// For the first commit that must clash: who was last at each place where it does.
  private func planted(_ steps: [Version], base: Version, _ versions: [Version]) -> [String?] {
    guard let main = versions.last else { return [] }
    var before = base.places
    var target = main.places
    for step in steps {
      let changed = step.places.indices.filter { step.places[$0] != before[$0] }
      let clashes = changed.filter { target[$0] != before[$0] && target[$0] != step.places[$0] }
      if !clashes.isEmpty { return clashes.map { main.writers[$0] } }
      for place in changed { target[place] = step.places[place] }
      before = step.places
    }
    return []
  }

  /// Which of a ticket's landed commits changed a place last.
  private func commit(of place: Int, _ steps: [Version], _ base: Version, _ picked: PickedSubmission) -> String? {
    var before = base
    var last: Int?
    for (number, step) in steps.enumerated() {
      if step.places[place] != before.places[place] { last = number }
      before = step
    }
    guard let last else { return nil }
    // A commit whose change was already there has not landed.
    return picked.commits.last { $0.content.subject.hasPrefix("Step \(last + 1) ") }?.id.hex
  }

  private func userEdits(_ lab: ConflictLab, _ versions: inout [Version], _ number: Int, _ random: inout SplitMix64) async throws {
    guard var next = versions.last else { return }
    let old = next
    if random.chance(50) { next.path = "src/file\(number)" } else { edit(&next, number, &random) }
    let step = next
    try await lab.user("User \(number)") {
      try $0.remove(old.path)
      try $0.write(step.path, step.text)
    }
    next.commit = try await lab.tip()
    for place in next.places.indices where next.places[place] != old.places[place] { next.writers[place] = next.commit }
    versions.append(next)
  }

  /// Other lines at a place: some, or none.
  private func edit(_ version: inout Version, _ number: Int, _ random: inout SplitMix64) {
    let place = Int.random(in: version.places.indices, using: &random)
    let count = version.places[place].isEmpty ? Int.random(in: 1...3, using: &random) : Int.random(in: 0...3, using: &random)
    version.places[place] = (0..<count).map { _ in "by \(number), \(UInt16.random(in: 0 ... .max, using: &random))" }
  }
}
