/// The order of `git rev-list --topo-order --reverse` for the commits reachable from one tip.
///
/// Git keeps the commits whose children have all been shown on a stack, parents pushed first to last; with one tip the order
/// follows from the parents alone, dates play no part (`sort_in_topological_order` in git's commit.c).
enum TopologicalOrder {
  /// - Parameter parents: the commits to order with their parents; parents that are not in it themselves are left out.
  static func parentsFirst(from tip: CommitID, parents: [CommitID: [CommitID]]) -> [CommitID] {
    guard parents[tip] != nil else { return [] }
    var waitingFor: [CommitID: Int] = [:]
    for ancestors in parents.values { for parent in ancestors { waitingFor[parent, default: 0] += 1 } }
    var stack = [tip]
    var order: [CommitID] = []
    while let commit = stack.popLast() {
      order.append(commit)
      for parent in parents[commit] ?? [] where parents[parent] != nil {
        waitingFor[parent, default: 0] -= 1
        if waitingFor[parent] == 0 { stack.append(parent) }
      }
    }
    return order.reversed()
  }
}
