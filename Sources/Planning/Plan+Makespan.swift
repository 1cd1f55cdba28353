import Tickets

extension Plan {
  /// How long the selected work takes with this many workers, if each ticket takes one unit of time: a simulation that starts tickets in
  /// order as workers become free, and never two that overlap. An estimate; 0 where there is nothing to do.
  ///
  /// Tickets wait for selected work only. O(n log n) in tickets and edges.
  public func makespan(workers: Int) -> Int {
    var simulation = Simulation(self)
    return simulation.run(workers: max(1, workers))
  }
}

private struct Simulation {
  private let graph: DependencyGraph
  private let evaluation: Evaluation
  private let waiting: Digraph
  private let isSimulated: [Bool]
  /// How many edges still hold each node up.
  private var open: [Int32]
  private var isFinished: [Bool]
  /// The place of each ticket in the starting order, and the way back.
  private var rank: [Int32]
  private let ranked: [Int]
  private var ready = MinimumHeap()

  init(_ plan: Plan) {
    graph = plan.graph
    evaluation = plan.evaluation
    waiting = graph.nodes.reversed()
    let count = graph.index.tickets.count
    let work = graph.index.tickets.indices.filter { plan.evaluation.isWork($0) && plan.selected[$0] }
    ranked = StartingOrder(graph, evaluation).sorted(work)
    rank = [Int32](repeating: -1, count: count)
    for (place, ticket) in ranked.enumerated() { rank[ticket] = Int32(place) }
    isSimulated = rank.map { $0 >= 0 }
    isFinished = [Bool](repeating: false, count: graph.nodes.count)
    open = [Int32](repeating: 0, count: graph.nodes.count)
    for node in 0..<graph.nodes.count {
      open[node] = Int32(graph.nodes.targets(of: node).count { [evaluation] in evaluation.isWaiting(node, for: $0) })
    }
  }

  mutating func run(workers: Int) -> Int {
    for ticket in ranked where open[ticket] == 0 || evaluation.activity[ticket] == .busy { ready.insert(rank[ticket]) }
    // Work that is not selected counts as done, and so do epics and gates that wait for nothing.
    for node in 0..<graph.nodes.count where node >= isSimulated.count || !isSimulated[node] {
      if node < isSimulated.count && !graph.isEpic[node] { finish(node) } else if open[node] == 0 { finish(node) }
    }
    var time = 0
    while !ready.isEmpty {
      time += 1
      for ticket in takeBatch(workers) { finish(ticket) }
    }
    return time
  }

  /// The first tickets that may run side by side. Looks at a limited number of candidates, so that thousands of tickets that all touch one file
  /// do not cost their square.
  private mutating func takeBatch(_ workers: Int) -> [Int] {
    var batch: [Int] = []
    var passed: [Int32] = []
    while batch.count < workers, passed.count < 8 * workers, let next = ready.popMinimum() {
      let ticket = ranked[Int(next)]
      let overlaps = batch.contains { other in
        graph.paths.paths(of: ticket).contains { a in graph.paths.paths(of: other).contains { b in graph.paths.overlap(a, b) } }
      }
      if overlaps { passed.append(next) } else { batch.append(ticket) }
    }
    for next in passed { ready.insert(next) }
    return batch
  }

  /// Marks a node as done, and everything that only waited for it.
  private mutating func finish(_ node: Int) {
    var done = [node]
    while let next = done.popLast() {
      if isFinished[next] { continue }
      isFinished[next] = true
      for dependent in waiting.targets(of: next).lazy.map(Int.init) where evaluation.isWaiting(dependent, for: Int32(next)) {
        open[dependent] -= 1
        guard open[dependent] == 0, !isFinished[dependent] else { continue }
        if dependent < isSimulated.count && !graph.isEpic[dependent] {
          if isSimulated[dependent] { ready.insert(rank[dependent]) }
        } else {
          done.append(dependent)
        }
      }
    }
  }
}
