import Tickets

/// Who waits for whom: the one effective graph that cycles, waves and READY go by.
///
/// A ticket waits for its `dependencies`, its `blockedBy` and whoever names it in `blocks`, and for what the epics above it depend on. A
/// dependency on one's own ancestor, and an epic's on its own descendant, is ignored. Waiting for an epic is waiting for all its descendants
/// that are no epics, unless the epic itself is COMPLETED.
///
/// Epics stay nodes, so 10,000 tickets that wait for an epic with 10,000 children make 20,000 edges. Each epic has a second node, its *gate*:
/// the children wait for the gate, and the gate waits for what the epic depends on. Building is linear in tickets and edges.
public struct DependencyGraph: Sendable {
  /// The queue it was made of.
  public let index: TicketIndex
  /// Everything wrong or odd about the queue, errors first, each kind in file order.
  public private(set) var findings: [Finding]

  /// The tickets by their place in the index (an epic's node stands for "all its children are done"), then one gate for each epic.
  let nodes: Digraph
  /// All nodes, dependencies first.
  let order: [Int32]
  let isEpic: [Bool]
  /// The gate of each epic, -1 for other tickets.
  let gates: [Int32]
  /// False for a ticket that repeats an earlier one's id: it takes no part.
  let isCounted: [Bool]
  /// Whether a ticket is no epic, or has one below it that is none.
  let hasWork: [Bool]
  let paths: PathTable

  /// Builds the graph. Linear; never fails: what is wrong is in `findings`, and tickets in a cycle are simply never workable.
  public init(_ index: TicketIndex) {
    let builder = GraphBuilder(index)
    let nodes = builder.nodes()
    let components = nodes.components()
    self.index = index
    self.nodes = nodes
    order = components.order
    isEpic = builder.hierarchy.isEpic
    isCounted = builder.isCounted
    gates = builder.gates
    hasWork = Self.hasWork(nodes: nodes, order: components.order, isEpic: builder.hierarchy.isEpic)
    paths = PathTable(index, isCounted: builder.isCounted)
    findings = []
    let cycles = components.cyclic.map { part in
      CyclePath(nodes.shortestCycle(in: part), gates: builder.epics, ticketCount: index.tickets.count).places
    }
    findings = builder.findings(cycles: cycles, evaluation: Evaluation(self, Progress()))
  }

  private static func hasWork(nodes: Digraph, order: [Int32], isEpic: [Bool]) -> [Bool] {
    var hasWork = isEpic.map { !$0 }
    for node in order.lazy.map(Int.init) where node < isEpic.count && isEpic[node] {
      hasWork[node] = nodes.targets(of: node).contains { Int($0) < isEpic.count && hasWork[Int($0)] }
    }
    return hasWork
  }
}
