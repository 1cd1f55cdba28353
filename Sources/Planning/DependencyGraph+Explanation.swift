import Tickets

extension DependencyGraph {
  /// Why a ticket can be worked on, or cannot, with everything that holds it up. Nil for an unknown ticket. Linear in tickets and edges.
  public func explanation(of id: TicketID, _ progress: Progress) -> Explanation? {
    guard let place = index.position(of: id) else { return nil }
    let evaluation = Evaluation(self, progress)
    let ticket = index.tickets[place]
    let state = state(place, progress)
    var blockers: [Explanation.Blocker] = []
    let isDone = isEpic[place] ? evaluation.isDone[place] : false
    if evaluation.activity[place] != .completed && !isDone { blockers = tree(from: place, evaluation, progress) }
    if blockers.isEmpty && evaluation.activity[place] == .open && !isEpic[place] { blockers = overlaps(place, evaluation, progress) }
    return Explanation(
      ticket: id, title: ticket.titleOnOneLine, state: state, priority: ticket.priority,
      verdict: verdict(place, state, evaluation, isBlocked: !blockers.isEmpty), deferReason: reason(place, state), blockers: blockers,
      satisfied: dependencies(of: id).filter { index.position(of: $0).map { evaluation.isSatisfied(Int32($0)) } ?? false })
  }

  private func verdict(_ place: Int, _ state: TicketState, _ evaluation: Evaluation, isBlocked: Bool) -> Explanation.Verdict {
    switch (evaluation.activity[place], state) {
    case (.completed, _): .completed
    case _ where isEpic[place]: .epic
    case (.busy, _): .busy
    case (.held, _): .held
    case (.open, _): isBlocked ? .blocked : .ready
    case (.stuck, .deferred): .deferred
    case (.stuck, _): .unknownState
    }
  }

  /// What holds a ticket up, depth first, with a stack of its own.
  private func tree(from place: Int, _ evaluation: Evaluation, _ progress: Progress) -> [Explanation.Blocker] {
    var found: [Explanation.Blocker] = []
    var unfolded: Set<Int> = [place]
    var waiting = blockers(place, evaluation).reversed().map { (place: $0, depth: 1) }
    while let next = waiting.popLast() {
      let below = blockers(next.place, evaluation)
      let isNew = unfolded.insert(next.place).inserted
      found.append(blocker(next.place, depth: next.depth, isRepeated: !isNew && !below.isEmpty, progress: progress))
      if isNew { waiting += below.reversed().map { (place: $0, depth: next.depth + 1) } }
    }
    return found
  }

  private func overlaps(_ place: Int, _ evaluation: Evaluation, _ progress: Progress) -> [Explanation.Blocker] {
    index.tickets.indices.filter { evaluation.activity[$0] == .busy }.compactMap { busy in
      PathTable.Occupied(paths, by: [busy]).overlap(place).map { blocker(busy, sharedPath: paths.names[Int($0)], progress: progress) }
    }
  }

  private func blocker(
    _ place: Int, depth: Int = 1, isRepeated: Bool = false, sharedPath: String? = nil, progress: Progress
  ) -> Explanation.Blocker {
    let state = state(place, progress)
    return Explanation.Blocker(
      ticket: index.tickets[place].id, title: index.tickets[place].titleOnOneLine, state: state, depth: depth, isRepeated: isRepeated,
      sharedPath: sharedPath, deferReason: reason(place, state))
  }

  private func state(_ place: Int, _ progress: Progress) -> TicketState {
    progress.states[index.tickets[place].id] ?? index.tickets[place].state
  }

  private func reason(_ place: Int, _ state: TicketState) -> DeferReason? {
    state == .deferred && index.tickets[place].state == .deferred ? index.tickets[place].deferReason : nil
  }
}
