import Planning
import Testing

@Suite("The landing order lands most")
struct LandingOrderTests {
  @Test("without clashes it is the order of finishing, but for what needs another")
  func plain() {
    #expect(LandingOrder(count: 4, clashes: []).order == [0, 1, 2, 3])
    #expect(LandingOrder(count: 3, clashes: [], needs: [(0, 2)]).order == [1, 2, 0])
    #expect(LandingOrder(count: 0, clashes: []).order == [])
  }

  @Test("one that clashes with two others lands last, though it finished first")
  func star() {
    #expect(LandingOrder(count: 3, clashes: [(0, 1), (0, 2)]).order == [1, 2, 0])
  }

  @Test("of two that clash the one that finished first lands")
  func tie() {
    #expect(LandingOrder(count: 2, clashes: [(0, 1)]).order == [0, 1])
    // A path of four: 0-1-2-3; {0, 2}, {0, 3} and {1, 3} are equal, and the earliest is taken.
    #expect(LandingOrder(count: 4, clashes: [(0, 1), (1, 2), (2, 3)]).best == [0, 2])
  }

  @Test("what needs one that clashes counts with it")
  func needs() {
    // 0 clashes with 1; 2 and 3 need 1.
    #expect(LandingOrder(count: 4, clashes: [(0, 1)], needs: [(2, 1), (3, 1)]).order == [1, 2, 3, 0])
    // 2 needs 1, which clashes with what comes with 0 anyway: two against two, the earlier finished.
    #expect(LandingOrder(count: 4, clashes: [(0, 1), (3, 1)], needs: [(2, 1)]).best == [0, 3])
  }

  @Test("those that need each other in a circle are not counted on")
  func circle() {
    #expect(LandingOrder(count: 3, clashes: [(0, 1)], needs: [(1, 2), (2, 1)]).order == [0, 1, 2])
  }

  @Test("small sets are as large as any: compared with trying all")
  func oracle() {
    var random = SplitMix(seed: 20_261_122)
    for round in 0..<300 {
      let count = Int.random(in: 1...9, using: &random)
      var clashes: [(Int, Int)] = []
      var needs: [(Int, Int)] = []
      for a in 0..<count {
        for b in 0..<a {
          switch Int.random(in: 0..<10, using: &random) {
          case 0..<3: clashes.append((a, b))
          case 3: needs.append((a, b))
          default: break
          }
        }
      }
      let order = LandingOrder(count: count, clashes: clashes, needs: needs)
      let best = order.best
      #expect(isPossible(best, clashes, needs), "round \(round)")
      let most = (0..<(1 << count)).map { mask in Set((0..<count).filter { mask & (1 << $0) != 0 }) }
        .filter { isPossible($0, clashes, needs) }.map(\.count).max()
      #expect(best.count == most, "round \(round)")
      #expect(order.order.sorted() == Array(0..<count))
      for (a, b) in needs where best.contains(a) {
        let places = order.order
        #expect((places.firstIndex(of: b) ?? .max) < (places.firstIndex(of: a) ?? 0), "round \(round)")
      }
    }
  }

  @Test("hundreds that all hang together are ordered greedily, and no two of those chosen clash")
  func many() {
    var random = SplitMix(seed: 7)
    var clashes: [(Int, Int)] = []
    for a in 1..<300 { for _ in 0..<3 { clashes.append((a, Int.random(in: 0..<a, using: &random))) } }
    let best = LandingOrder(count: 300, clashes: clashes).best
    #expect(isPossible(best, clashes, []))
    #expect(best.count > 100)
  }

  private func isPossible(_ chosen: Set<Int>, _ clashes: [(Int, Int)], _ needs: [(Int, Int)]) -> Bool {
    clashes.allSatisfy { !(chosen.contains($0.0) && chosen.contains($0.1)) }
      && needs.allSatisfy { !chosen.contains($0.0) || chosen.contains($0.1) }
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
