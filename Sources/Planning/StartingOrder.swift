/// The order in which tickets are started: priority, then the longest chain of work behind it, then file order.
struct StartingOrder {
  /// For each node the length of the longest chain of work that waits for it, itself left out.
  private let behind: [Int32]
  private let graph: DependencyGraph

  /// One pass over the graph, from those that wait to those waited for.
  init(_ graph: DependencyGraph, _ evaluation: Evaluation) {
    var behind = [Int32](repeating: 0, count: graph.nodes.count)
    let count = graph.index.tickets.count
    for node in graph.order.reversed().lazy.map(Int.init) {
      let isTicket = node < count && !graph.isEpic[node]
      // Only work lengthens a chain; epics and gates hand it on; whatever waits for a stuck ticket is no work of this run.
      if isTicket && !evaluation.isWork(node) { continue }
      let length = behind[node] + (isTicket ? 1 : 0)
      if length == 0 { continue }
      for target in graph.nodes.targets(of: node) where evaluation.isWaiting(node, for: target) {
        behind[Int(target)] = max(behind[Int(target)], length)
      }
    }
    self.behind = behind
    self.graph = graph
  }

  func sorted(_ places: [Int]) -> [Int] {
    let keyed = places.map { (priority: graph.index.tickets[$0].priority, behind: behind[$0], place: $0) }
    return keyed.sorted { ($0.priority, $1.behind, $0.place) < ($1.priority, $0.behind, $1.place) }.map(\.place)
  }
}
