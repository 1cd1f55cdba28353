import Tickets

/// Who is whose parent: the union of what `parent` and `children` say. A ticket may have several parents; loops are found and cut.
struct Hierarchy {
  /// From each ticket to its parents, without loops.
  let parents: Digraph
  /// From each ticket to its children, in file order, without loops.
  let children: Digraph
  /// Tickets with non-empty `children`, or named as a `parent`.
  let isEpic: [Bool]
  /// Each loop of parents, spelled from its first ticket.
  let loops: [[Int32]]
  /// Tickets that have several parents themselves or through an ancestor.
  private let isTangled: [Bool]
  /// When a walk down the first parents enters and leaves each ticket: an ancestor's span encloses its descendants'.
  private let spans: [Span]

  private struct Span {
    var enters: Int32 = 0
    var leaves: Int32 = 0
  }

  /// `isCounted` leaves out tickets that repeat an id.
  init(_ index: TicketIndex, isCounted: [Bool]) {
    let count = index.tickets.count
    var isEpic = [Bool](repeating: false, count: count)
    var child: [Int32] = []
    var parent: [Int32] = []
    for place in index.tickets.indices where isCounted[place] {
      if let named = index.tickets[place].parent.flatMap({ index.position(of: $0) }) {
        isEpic[named] = true
        child.append(Int32(place))
        parent.append(Int32(named))
      }
      for named in index.tickets[place].children {
        isEpic[place] = true
        guard let named = index.position(of: named) else { continue }
        child.append(Int32(named))
        parent.append(Int32(place))
      }
    }
    let claimed = Digraph(count: count, from: child, to: parent)
    let components = claimed.components()
    loops = components.cyclic.map { claimed.shortestCycle(in: $0) }
    if loops.isEmpty {
      parents = claimed
    } else {
      let kept = child.indices.filter { components.part[Int(child[$0])] != components.part[Int(parent[$0])] }
      parents = Digraph(count: count, from: kept.map { child[$0] }, to: kept.map { parent[$0] })
    }
    children = parents.reversed()
    self.isEpic = isEpic

    var isTangled = [Bool](repeating: false, count: count)
    for node in components.order.map(Int.init) {
      let above = parents.targets(of: node)
      isTangled[node] = above.count > 1 || above.contains { isTangled[Int($0)] }
    }
    self.isTangled = isTangled
    spans = Self.spans(parents: parents, children: children)
  }

  private static func spans(parents: Digraph, children: Digraph) -> [Span] {
    var spans = [Span](repeating: Span(), count: parents.count)
    var time: Int32 = 0
    var next = children.offsets
    var path: [Int] = []
    for root in 0..<parents.count where parents.targets(of: root).isEmpty {
      time += 1
      spans[root].enters = time
      path.append(root)
      while let node = path.last {
        if next[node] < children.offsets[node + 1] {
          let child = Int(children.targets[Int(next[node])])
          next[node] += 1
          guard parents.targets(of: child).first == Int32(node) else { continue }
          time += 1
          spans[child].enters = time
          path.append(child)
        } else {
          spans[node].leaves = time
          path.removeLast()
        }
      }
    }
    return spans
  }

  /// Whether `ancestor` stands somewhere above `node`; no ticket is its own ancestor. Constant time, except below tickets with several
  /// parents, where it is linear in the number of ancestors.
  func isAncestor(_ ancestor: Int, of node: Int) -> Bool {
    if ancestor == node || !isEpic[ancestor] { return false }
    if spans[ancestor].enters < spans[node].enters && spans[node].leaves <= spans[ancestor].leaves { return true }
    return isTangled[node] && ancestors(of: node).contains(Int32(ancestor))
  }

  /// Everything above a ticket.
  func ancestors(of node: Int) -> Set<Int32> {
    var found: Set<Int32> = []
    var waiting = Array(parents.targets(of: node))
    while let next = waiting.popLast() {
      if found.insert(next).inserted { waiting += parents.targets(of: Int(next)) }
    }
    return found
  }
}
