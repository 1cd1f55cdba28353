import Tickets

extension DependencyGraph {
  /// Whether a ticket has children, or is named as a parent. False for an unknown ticket.
  public func isEpic(_ id: TicketID) -> Bool { index.position(of: id).map { isEpic[$0] } ?? false }

  /// What a ticket effectively waits for, epics as themselves: its own dependencies, then what it inherits from the epics above it. Empty for
  /// an unknown ticket.
  public func dependencies(of id: TicketID) -> [TicketID] {
    guard let place = index.position(of: id) else { return [] }
    return expanded(from: isEpic[place] ? gate(of: place) : place, inheritedLimit: .max) { _ in true }.map { index.tickets[$0].id }
  }

  /// The dependencies of a ticket that are not satisfied; of an epic, its children that are not done. A dependency on a held ticket holds
  /// nobody up. The own dependencies are complete; of those inherited from epics at most 100 are listed. Linear in tickets and edges.
  public func blockers(of id: TicketID, _ progress: Progress) -> [TicketID] {
    guard let place = index.position(of: id) else { return [] }
    return blockers(place, Evaluation(self, progress)).map { index.tickets[$0].id }
  }

  /// The tickets that hold a ticket up, as places.
  func blockers(_ place: Int, _ evaluation: Evaluation) -> [Int] {
    expanded(from: place, inheritedLimit: 100) { [isEpic] target in
      isEpic[place] ? !evaluation.isDone[Int(target)] : !evaluation.isSatisfied(target)
    }
  }

  /// Where the edges of a node lead, gates replaced by what they wait for; each ticket once, the node's own first.
  private func expanded(from node: Int, inheritedLimit: Int, where isWanted: (Int32) -> Bool) -> [Int] {
    let count = index.tickets.count
    var found: [Int] = []
    var gates: [Int32] = []
    for target in nodes.targets(of: node) where isWanted(target) {
      if target >= count { gates.append(target) } else { found.append(Int(target)) }
    }
    // The own edges lead to each ticket only once; nothing has to be remembered where there is no gate.
    if gates.isEmpty { return found }
    let own = found.count
    var met = Set(found.map { Int32($0) } + gates)
    var head = 0
    while head < gates.count {
      for target in nodes.targets(of: Int(gates[head])) where isWanted(target) && met.insert(target).inserted {
        if target >= count {
          gates.append(target)
        } else {
          found.append(Int(target))
          if found.count - own >= inheritedLimit { return found }
        }
      }
      head += 1
    }
    return found
  }

  /// The gate's node: gates stand behind the tickets in the order of their epics.
  private func gate(of epic: Int) -> Int { Int(gates[epic]) }
}
