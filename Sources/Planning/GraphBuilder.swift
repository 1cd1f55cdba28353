import Tickets

/// Turns what the tickets say into the effective graph, noting what does not fit.
struct GraphBuilder {
  let index: TicketIndex
  let isCounted: [Bool]
  let hierarchy: Hierarchy
  /// The places of the epics; the gate of `epics[k]` is node `tickets.count + k`.
  let epics: [Int32]
  /// What each ticket itself depends on, without what is ignored.
  let declared: Digraph
  /// The gate of each epic, -1 for other tickets.
  let gates: [Int32]
  /// Dependencies on tickets that do not exist.
  let unknown: [Finding]

  init(_ index: TicketIndex) {
    let isCounted = index.tickets.indices.map { index.idsAreUnique || index.position(of: index.tickets[$0].id) == $0 }
    let hierarchy = Hierarchy(index, isCounted: isCounted)
    self.index = index
    self.isCounted = isCounted
    self.hierarchy = hierarchy
    epics = index.tickets.indices.filter { hierarchy.isEpic[$0] }.map { Int32($0) }
    var gates = [Int32](repeating: -1, count: index.tickets.count)
    for (place, epic) in epics.enumerated() { gates[Int(epic)] = Int32(index.tickets.count + place) }
    self.gates = gates

    var from: [Int32] = []
    var to: [Int32] = []
    var unknown: [Finding] = []
    func add(_ waiting: Int, _ dependency: Int) {
      if hierarchy.isAncestor(dependency, of: waiting) || hierarchy.isAncestor(waiting, of: dependency) { return }
      from.append(Int32(waiting))
      to.append(Int32(dependency))
    }
    func add(_ waiting: Int, _ ids: [TicketID], _ field: String) {
      for id in ids {
        if let dependency = index.position(of: id) {
          add(waiting, dependency)
        } else {
          unknown.append(.unknownDependency(index.tickets[waiting].id, on: id, field: field))
        }
      }
    }
    for place in index.tickets.indices where isCounted[place] {
      add(place, index.tickets[place].dependencies, "dependencies")
      add(place, index.tickets[place].blockedBy, "blockedBy")
      for id in index.tickets[place].blocks {
        if let blocked = index.position(of: id) {
          add(blocked, place)
        } else {
          unknown.append(.unknownBlocked(index.tickets[place].id, blocks: id))
        }
      }
    }
    declared = Digraph(count: index.tickets.count, from: from, to: to)
    self.unknown = unknown
  }

  /// The graph of tickets and gates.
  func nodes() -> Digraph {
    var from: [Int32] = []
    var to: [Int32] = []
    func add(_ waiting: Int32, _ dependency: Int32) {
      from.append(waiting)
      to.append(dependency)
    }
    for place in index.tickets.indices where isCounted[place] {
      let isEpic = hierarchy.isEpic[place]
      let waiting = isEpic ? gates[place] : Int32(place)
      if isEpic {
        for child in hierarchy.children.targets(of: place) { add(Int32(place), child) }
      }
      for dependency in declared.targets(of: place) {
        add(waiting, dependency)
        // An epic that depends on itself is a cycle even before it has children.
        if dependency == place { add(Int32(place), dependency) }
      }
      let parents = hierarchy.parents.targets(of: place)
      if parents.count > 1, let inherited = inheritedOneByOne(place) {
        for dependency in inherited { add(waiting, dependency) }
      } else {
        for parent in parents { add(waiting, gates[Int(parent)]) }
      }
    }
    return Digraph(count: index.tickets.count + epics.count, from: from, to: to)
  }

  /// What a ticket with several parents inherits, where one of its ancestors depends on another: that dependency binds the ancestor's other
  /// descendants, but is one on an own ancestor for this ticket. Nil where the parents' gates say the same.
  private func inheritedOneByOne(_ place: Int) -> [Int32]? {
    let ancestors = hierarchy.ancestors(of: place)
    let isEntangled = ancestors.contains { ancestor in declared.targets(of: Int(ancestor)).contains { ancestors.contains($0) } }
    guard isEntangled else { return nil }
    return ancestors.sorted().flatMap { declared.targets(of: Int($0)).filter { !ancestors.contains($0) } }
  }
}
