import Testing

@testable import Terminal

@Suite("Boxes in columns")
struct LayeredLayoutTests {
  private func layout(_ count: Int, _ edges: [(Int, Int)], width: Double = 300) -> LayeredLayout {
    LayeredLayout(
      (0..<count).map { _ in LayeredLayout.Size(width: 100, height: 20) }, edges: edges.map { (from: $0.0, to: $0.1) }, columnGap: 40,
      rowGap: 10,
      width: width)
  }

  private func overlaps(_ layout: LayeredLayout) -> Bool {
    layout.origins.indices.contains { a in
      layout.origins.indices.contains { b in
        a < b && abs(layout.origins[a].x - layout.origins[b].x) < 100 && abs(layout.origins[a].y - layout.origins[b].y) < 20
      }
    }
  }

  @Test("an edge leads to the right, and one that passes a column goes around its boxes")
  func right() throws {
    let layout = layout(4, [(0, 1), (1, 2), (0, 2), (2, 3)])
    #expect(layout.origins.map(\.x) == [0, 140, 280, 420])
    #expect(layout.size.width == 520)
    let stretch = try #require(layout.stretches[LayeredLayout.Pair(from: 0, to: 2)]?.first)
    #expect(stretch.left == 140 && stretch.right == 240)
    #expect(stretch.y <= layout.origins[1].y || stretch.y >= layout.origins[1].y + 20)
  }

  @Test("what has no edge stands in rows below, within the width")
  func loose() {
    let layout = layout(6, [(4, 5)], width: 220)
    #expect(Set(layout.origins[0..<4].map(\.x)) == [0, 110])
    #expect(layout.origins[0..<4].allSatisfy { $0.y > layout.origins[4].y + 20 })
    #expect(!overlaps(layout))
  }

  @Test("a cycle does no harm", arguments: [[(0, 1), (1, 2), (2, 0)], [(0, 0)], [(0, 1), (1, 0)]])
  func cycle(edges: [(Int, Int)]) {
    let layout = layout(3, edges)
    #expect(!overlaps(layout))
    #expect(layout.origins.allSatisfy { $0.x >= 0 && $0.y >= 0 })
  }

  @Test("no two boxes overlap, all lie within the size, and the picture is the same each time")
  func random() {
    var number: UInt64 = 88_172_645_463_325_252
    func next(_ limit: Int) -> Int {
      number ^= number << 13
      number ^= number >> 7
      number ^= number << 17
      return Int(number % UInt64(limit))
    }
    for count in [1, 5, 40, 120] {
      let edges = (0..<count * 2).map { _ in
        let to = next(count)
        return (next(max(1, to)), to)
      }
      let first = layout(count, edges)
      #expect(!overlaps(first), "\(count)")
      #expect(
        first.origins.allSatisfy { $0.x >= 0 && $0.y >= -0.01 && $0.x + 100 <= first.size.width && $0.y + 20 <= first.size.height + 0.01 })
      for edge in edges where edge.0 < edge.1 { #expect(first.origins[edge.0].x < first.origins[edge.1].x) }
      #expect(layout(count, edges).origins == first.origins)
    }
  }

  @Test("nothing is an empty picture")
  func none() { #expect(layout(0, []).size == LayeredLayout.Size(width: 0, height: 0)) }
}
