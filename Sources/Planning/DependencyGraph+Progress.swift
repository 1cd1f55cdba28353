import Tickets

extension DependencyGraph {
  /// The tickets that may be started now, in starting order: open ones, no epics, neither busy nor held, all of whose dependencies are COMPLETED
  /// or held, and none of whose files overlap with a busy ticket's.
  ///
  /// Two of them may overlap with each other: start the first, make it busy, ask again. Linear in tickets and edges.
  public func startable(_ progress: Progress) -> [TicketID] {
    let evaluation = Evaluation(self, progress)
    let free = freePlaces(evaluation).free
    return StartingOrder(self, evaluation).sorted(free).map { index.tickets[$0].id }
  }

  /// The open tickets all of whose dependencies are COMPLETED or workable themselves.
  ///
  /// A busy ticket counts as workable, and a held one as good as landed, so that those who wait for them stay workable; held ones are not
  /// listed, for nothing is left to be worked on. Linear in tickets and edges.
  public func workable(_ progress: Progress) -> Set<TicketID> {
    let evaluation = Evaluation(self, progress)
    return Set(index.tickets.indices.lazy.filter { evaluation.isWork($0) }.map { index.tickets[$0].id })
  }

  /// Whether those that wait for a ticket need not wait for it any longer: it is COMPLETED, or an epic all of whose descendants that are no
  /// epics are. False for an unknown ticket. Linear in tickets and edges.
  ///
  /// - Parameter countingHeld: whether a held submission is as good as landed, as it is for starting, but not for landing.
  public func satisfied(_ id: TicketID, _ progress: Progress, countingHeld: Bool = false) -> Bool {
    guard let place = index.position(of: id) else { return false }
    return Evaluation(self, countingHeld ? progress : progress.withoutHeld).isSatisfied(Int32(place))
  }

  /// The epics that are not COMPLETED although all their descendants that are no epics, at least one, are: their state follows. In file
  /// order; linear in tickets and edges.
  public func epicsToComplete(_ progress: Progress) -> [TicketID] {
    if nodes.count == isEpic.count { return [] }
    let evaluation = Evaluation(self, progress.withoutHeld)
    return index.tickets.indices.filter {
      isEpic[$0] && isCounted[$0] && hasWork[$0] && evaluation.isDone[$0] && evaluation.activity[$0] != .completed
    }.map { index.tickets[$0].id }
  }

  /// Open tickets whose dependencies are satisfied: those that are free to start, and those that overlap with a busy one.
  func freePlaces(_ evaluation: Evaluation) -> (free: [Int], overlapping: [Int]) {
    let satisfied = index.tickets.indices.filter { place in
      evaluation.activity[place] == .open && !isEpic[place]
        && nodes.targets(of: place).allSatisfy { evaluation.isSatisfied($0) }
    }
    let busy = index.tickets.indices.filter { evaluation.activity[$0] == .busy }
    if busy.isEmpty { return (satisfied, []) }
    let occupied = PathTable.Occupied(paths, by: busy)
    return (satisfied.filter { occupied.overlap($0) == nil }, satisfied.filter { occupied.overlap($0) != nil })
  }
}

extension Progress {
  /// The same with held submissions as what they are for landing: not landed.
  var withoutHeld: Progress { Progress(states: states, busy: busy.union(held), held: []) }
}
