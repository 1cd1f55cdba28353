import Tickets

extension DependencyGraph {
  /// What a ticket itself waits for, without what it inherits from the epics above it, epics as themselves, each once. Empty for an unknown
  /// ticket.
  public func ownDependencies(of id: TicketID) -> [TicketID] {
    guard let place = index.position(of: id), isCounted[place] else { return [] }
    let node = isEpic[place] ? Int(gates[place]) : place
    return nodes.targets(of: node).filter { Int($0) < index.tickets.count }.map { index.tickets[Int($0)].id }
  }

  /// The children of an epic, in the order of the queue; empty for any other ticket.
  public func children(of id: TicketID) -> [TicketID] {
    guard let place = index.position(of: id), isEpic[place] else { return [] }
    return nodes.targets(of: place).filter { Int($0) < index.tickets.count && Int($0) != place }.sorted().map { index.tickets[Int($0)].id }
  }

  /// The chain of tickets, each waiting for the one before, whose weights have the largest sum: for durations, what kept the whole from
  /// being done earlier however many workers there were. Waiting through epics counts. Linear in tickets and edges.
  ///
  /// - Parameter weights: of the tickets that may be part of it; the others weigh nothing and are left out.
  public func heaviestChain(_ weights: [TicketID: Double]) -> [TicketID] {
    let count = index.tickets.count
    var own = [Double](repeating: 0, count: nodes.count)
    for (id, weight) in weights {
      if let place = index.position(of: id), !isEpic[place] { own[place] = weight }
    }
    var best = own
    var before = [Int32](repeating: -1, count: nodes.count)
    for node in order.lazy.map(Int.init) {
      for target in nodes.targets(of: node) where own[node] + best[Int(target)] > best[node] {
        best[node] = own[node] + best[Int(target)]
        before[node] = target
      }
    }
    guard var node = best.indices.max(by: { best[$0] < best[$1] }), best[node] > 0 else { return [] }
    var chain: [TicketID] = []
    // Longer than there are nodes only where the queue has a cycle.
    for _ in 0..<nodes.count {
      if node < count, own[node] > 0 { chain.append(index.tickets[node].id) }
      guard before[node] >= 0 else { break }
      node = Int(before[node])
    }
    return chain.reversed()
  }
}
