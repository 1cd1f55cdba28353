/// A directed graph over the numbers below `count`, held in two flat arrays. Building and walking are linear, and nothing recurses, so a chain
/// of 100,000 nodes is as good as any other graph.
struct Digraph: Sendable {
  let offsets: [Int32]
  let targets: [Int32]

  /// Edges keep the order in which they are given, node by node; the same edge given twice counts once.
  init(count: Int, from: [Int32], to: [Int32]) {
    var offsets = [Int32](repeating: 0, count: count + 1)
    for source in from { offsets[Int(source) + 1] += 1 }
    for node in 0..<count { offsets[node + 1] += offsets[node] }
    var targets = [Int32](repeating: 0, count: from.count)
    var next = offsets
    for (edge, source) in from.enumerated() {
      targets[Int(next[Int(source)])] = to[edge]
      next[Int(source)] += 1
    }
    var kept = 0
    var lastSource = [Int32](repeating: -1, count: count)
    var keptOffsets = [Int32](repeating: 0, count: count + 1)
    for node in 0..<count {
      for edge in Int(offsets[node])..<Int(offsets[node + 1]) where lastSource[Int(targets[edge])] != Int32(node) {
        lastSource[Int(targets[edge])] = Int32(node)
        targets[kept] = targets[edge]
        kept += 1
      }
      keptOffsets[node + 1] = Int32(kept)
    }
    targets.removeLast(targets.count - kept)
    self.offsets = keptOffsets
    self.targets = targets
  }

  var count: Int { offsets.count - 1 }

  /// Where a node's edges lead.
  @inline(__always)
  func targets(of node: Int) -> ArraySlice<Int32> { targets[Int(offsets[node])..<Int(offsets[node + 1])] }

  /// The same edges the other way round.
  func reversed() -> Digraph {
    var from: [Int32] = []
    var to: [Int32] = []
    from.reserveCapacity(targets.count)
    to.reserveCapacity(targets.count)
    for node in 0..<count {
      for target in targets(of: node) {
        from.append(target)
        to.append(Int32(node))
      }
    }
    return Digraph(count: count, from: from, to: to)
  }
}
