import Support
import Testing

@testable import SageStream

/// The strategy alone: no process, no clock, thousands of batches.
@Suite("The search for the culprit of a red batch")
struct ChecksBatchSearchTests {
  /// What a search came to, and what it cost.
  struct Story {
    var outcome: BatchSearch.Outcome
    /// Rounds of tests, those of the whole batch included.
    var rounds = 0
    var tests: [Int] = []
  }

  /// Plays a search to its end; `passes` is asked about each prefix.
  private func play(_ count: Int, idle: Int, retries: Bool = true, passes: (Int) -> Bool) throws -> Story {
    var search = BatchSearch(count: count, retriesWhole: retries)
    var story = Story(outcome: .culprit(-1))
    while story.rounds < 100 {
      switch search.next(idle: idle) {
      case .found(let outcome):
        story.outcome = outcome
        return story
      case .test(let prefixes):
        try #require(!prefixes.isEmpty && prefixes.count <= max(1, min(idle, 4)), "\(prefixes) on \(idle) idle slots")
        try #require(Set(prefixes).count == prefixes.count && prefixes.allSatisfy { 1...count ~= $0 })
        story.rounds += 1
        story.tests += prefixes
        for prefix in prefixes { search.record(prefix, passes: passes(prefix)) }
      }
    }
    Issue.record("no end")
    return story
  }

  @Test("one bad ticket among 16 on 4 idle slots is found in at most 3 rounds, wherever it is")
  func sixteen() throws {
    for bad in 0..<16 {
      let story = try play(16, idle: 4) { $0 <= bad }
      #expect(story.outcome == .culprit(bad))
      #expect(story.rounds <= 3, "\(story)")
    }
  }

  @Test("with any number of slots it finds the first red prefix, and tests no tree twice but the whole")
  func all() throws {
    for count in 1...40 {
      for idle in 0...6 {
        for bad in 0..<count {
          let story = try play(count, idle: idle) { $0 <= bad }
          #expect(story.outcome == .culprit(bad))
          let others = story.tests.filter { $0 != count }
          #expect(Set(others).count == others.count)
          #expect(story.tests.count { $0 == count } == 2)
        }
      }
    }
  }

  @Test("a whole batch that passes costs one test, and a flaky one a second, after which all land")
  func flaky() throws {
    #expect(try play(16, idle: 4) { _ in true }.tests == [16])
    var tries = 0
    let story = try play(16, idle: 1) { _ in
      tries += 1
      return tries > 1
    }
    #expect(story.outcome == .allPass(isFlaky: true))
    #expect(story.tests == [16, 16])
  }

  @Test("the last one left is never retested")
  func lastOne() throws {
    let story = try play(1, idle: 4, retries: false) { _ in false }
    #expect(story.outcome == .culprit(0) && story.tests == [1])
  }

  /// Tickets of which some are bad by themselves and some only together, as a batch after the other would treat them.
  @Test("two bad ones, or more, cost no innocent ticket its landing")
  func innocents() throws {
    var random = SplitMix64(seed: 5)
    for _ in 0..<3000 {
      let count = Int.random(in: 1...20, using: &random)
      let bad = Set((0..<Int.random(in: 0...3, using: &random)).map { _ in Int.random(in: 0..<count, using: &random) })
      let idle = Int.random(in: 1...5, using: &random)
      var waiting = Array(0..<count)
      var landed: [Int] = []
      var deferred: [Int] = []
      var isRest = false
      var wholeTests = 0
      while !waiting.isEmpty {
        let story = try play(waiting.count, idle: idle, retries: !(isRest && waiting.count == 1)) { prefix in
          !waiting[..<prefix].contains { bad.contains($0) }
        }
        wholeTests += 1
        switch story.outcome {
        case .allPass:
          landed += waiting
          waiting = []
        case .culprit(let place):
          landed += waiting[..<place]
          deferred.append(waiting[place])
          waiting = Array(waiting[(place + 1)...])
        }
        isRest = true
      }
      #expect(Set(deferred) == bad)
      #expect(Set(landed) == Set(0..<count).subtracting(bad))
      // One test of the whole for each culprit, and at most one for the rest.
      #expect(wholeTests <= bad.count + 1)
    }
  }

  @Test("a prefix that is green behind a red one does not hide it")
  func mended() throws {
    // The fourth ticket breaks something, the ninth mends it, the twelfth breaks it again.
    for idle in 1...4 {
      let story = try play(16, idle: idle) { $0 < 4 || 9...11 ~= $0 }
      // Whichever red prefix it finds, what lands before it is green, and the ticket after it makes it red.
      guard case .culprit(let place) = story.outcome else {
        Issue.record("\(story)")
        continue
      }
      #expect(place == 3 || place == 11)
      #expect(story.tests.contains(place) && story.tests.contains(place + 1))
    }
  }

  @Test("verdicts may come in any order")
  func order() {
    var search = BatchSearch(count: 12)
    search.record(12, passes: false)
    search.record(9, passes: true)
    search.record(3, passes: true)
    search.record(6, passes: false)
    search.record(12, passes: false)
    #expect(search.next(idle: 4) == .test([4, 5]))
    search.record(5, passes: false)
    search.record(4, passes: true)
    #expect(search.next(idle: 4) == .found(.culprit(4)))
  }
}
