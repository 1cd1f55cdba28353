extension Digraph {
  /// The strongly connected parts of a graph.
  struct Components: Sendable {
    /// All nodes; a node comes after everything it leads to, except inside a cycle.
    let order: [Int32]
    /// The number of each node's part.
    let part: [Int32]
    /// The parts that hold a cycle, each with its nodes in rising order.
    let cyclic: [[Int32]]
  }

  /// Tarjan's algorithm with a stack of its own instead of the machine's. Linear.
  func components() -> Components {
    var order: [Int32] = []
    order.reserveCapacity(count)
    var part = [Int32](repeating: -1, count: count)
    var cyclic: [[Int32]] = []
    var parts: Int32 = 0
    // 0 is "not met yet"; the lowest number reachable decides what belongs together.
    var number = [Int32](repeating: 0, count: count)
    var lowest = number
    var met: Int32 = 0
    var open: [Int32] = []
    var path: [Int32] = []
    var next = offsets

    for root in 0..<count where number[root] == 0 {
      path.append(Int32(root))
      while let top = path.last {
        let node = Int(top)
        if number[node] == 0 {
          met += 1
          number[node] = met
          lowest[node] = met
          open.append(top)
        }
        if next[node] < offsets[node + 1] {
          let target = Int(targets[Int(next[node])])
          next[node] += 1
          if number[target] == 0 {
            path.append(Int32(target))
          } else if part[target] < 0 {
            lowest[node] = min(lowest[node], number[target])
          }
          continue
        }
        path.removeLast()
        if let parent = path.last { lowest[Int(parent)] = min(lowest[Int(parent)], lowest[node]) }
        guard lowest[node] == number[node] else { continue }
        let start = order.count
        while let member = open.popLast() {
          part[Int(member)] = parts
          order.append(member)
          if member == top { break }
        }
        if order.count - start > 1 || targets(of: node).contains(top) { cyclic.append(order[start...].sorted()) }
        parts += 1
      }
    }
    return Components(order: order, part: part, cyclic: cyclic)
  }

  /// A shortest cycle through the first node of a cyclic part, beginning with that node. Linear in the part and its edges.
  func shortestCycle(in nodes: [Int32]) -> [Int32] {
    guard let start = nodes.first else { return [] }
    var inside = Set(nodes)
    var previous: [Int32: Int32] = [:]
    var queue = [start]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      for target in targets(of: Int(node)) {
        if target == start {
          var cycle = [node]
          while let last = cycle.last, last != start, let before = previous[last] { cycle.append(before) }
          return cycle.reversed()
        }
        if inside.remove(target) != nil {
          previous[target] = node
          queue.append(target)
        }
      }
    }
    return []
  }
}
