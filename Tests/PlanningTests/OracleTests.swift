import Planning
import Testing
import Tickets

/// Section 8 of the design, word by word and without a thought for speed: what the graph must agree with.
struct Oracle {
  let index: TicketIndex
  let progress: Progress

  func parents(_ id: TicketID) -> Set<TicketID> {
    Set(index.tickets.filter { $0.children.contains(id) || index[id]?.parent == $0.id }.map(\.id))
  }

  func ancestors(_ id: TicketID) -> Set<TicketID> {
    parents(id).reduce(into: []) { $0.formUnion(ancestors($1).union([$1])) }
  }

  func isEpic(_ id: TicketID) -> Bool { index.tickets.contains { $0.id == id && !$0.children.isEmpty || $0.parent == id } }

  func work(in epic: TicketID) -> [TicketID] {
    index.tickets.map(\.id).filter { !isEpic($0) && ancestors($0).contains(epic) }
  }

  /// What a ticket itself depends on, without own ancestors and, for an epic, own descendants.
  func own(_ id: TicketID) -> Set<TicketID> {
    guard let ticket = index[id] else { return [] }
    let listed = ticket.dependencies + ticket.blockedBy + index.tickets.filter { $0.blocks.contains(id) }.map(\.id)
    return Set(listed).subtracting(ancestors(id)).filter { !ancestors($0).contains(id) }
  }

  func dependencies(_ id: TicketID) -> Set<TicketID> {
    ancestors(id).reduce(own(id)) { $0.union(own($1)) }.subtracting(ancestors(id))
  }

  func state(_ id: TicketID) -> TicketState? { progress.states[id] ?? index[id]?.state }

  func isSatisfied(_ id: TicketID, _ isDone: (TicketID) -> Bool) -> Bool {
    if isEpic(id) { return state(id) == .completed || work(in: id).allSatisfy(isDone) }
    return isDone(id)
  }

  func isOpen(_ id: TicketID) -> Bool { !isEpic(id) && (state(id) == .unprocessed || state(id) == .inProgress) }

  func startable() -> Set<TicketID> {
    let free = index.tickets.map(\.id).filter { isOpen($0) && !progress.busy.contains($0) && !progress.held.contains($0) }
    return Set(
      free.filter { id in
        dependencies(id).allSatisfy { isSatisfied($0) { state($0) == .completed || progress.held.contains($0) } }
      })
  }

  func workable() -> Set<TicketID> {
    var workable: Set<TicketID> = progress.busy.filter { state($0) != .completed && !progress.held.contains($0) }
    while true {
      let more = index.tickets.map(\.id).filter { id in
        isOpen(id) && !progress.held.contains(id) && !workable.contains(id)
          && dependencies(id).allSatisfy {
            isSatisfied($0) { state($0) == .completed || progress.held.contains($0) || workable.contains($0) }
          }
      }
      if more.isEmpty { return workable }
      workable.formUnion(more)
    }
  }
}

@Suite("The graph agrees with the design's own words")
struct OracleTests {
  struct Dice {
    var state: UInt64
    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % sides
    }
  }

  /// A small queue with every kind of relation, most of them sound: parents stand before their children, and most dependencies look back.
  static func queue(_ dice: inout Dice) -> [JSON] {
    let count = 4 + dice.roll(9)
    func id(_ number: Int) -> JSON { .string("T\(number)") }
    return (0..<count).map { number in
      var ticket: JSON.Object = [
        "id": id(number), "state": .string(["UNPROCESSED", "COMPLETED", "DEFERRED", "IN_PROGRESS"][max(0, dice.roll(8) - 4)]),
      ]
      if number > 0, dice.roll(2) == 0 { ticket["parent"] = id(dice.roll(min(number, 4))) }
      if number < 4, number + 1 < count, dice.roll(3) == 0 { ticket["children"] = [id(number + 1 + dice.roll(count - number - 1))] }
      for field in ["dependencies", "blockedBy", "blocks"] where dice.roll(field == "dependencies" ? 2 : 5) == 0 {
        let other = dice.roll(12) == 0 ? dice.roll(count) : field == "blocks" ? number + dice.roll(count - number) : dice.roll(number + 1)
        // Numbers below 4 may be epics; what an epic that waits for itself means for its children is nobody's concern.
        if other != number || number >= 4 && dice.roll(20) == 0 { ticket[field] = [id(other)] }
      }
      return .object(ticket)
    }
  }

  static func progress(_ index: TicketIndex, _ dice: inout Dice) -> Progress {
    var progress = Progress()
    for ticket in index.tickets {
      switch dice.roll(12) {
      case 0: progress.states[ticket.id] = .completed
      case 1: progress.states[ticket.id] = .deferred
      case 2: progress.held.insert(ticket.id)
      case 3: progress.busy.insert(ticket.id)
      default: break
      }
    }
    return progress
  }

  @Test("in 400 random queues: who depends on whom, what may start, what is workable, and whether there is a cycle")
  func random() throws {
    var dice = Dice(state: 42)
    var cycles = 0
    for round in 0..<400 {
      let graph = try graph(Self.queue(&dice))
      let index = graph.index
      var progress = Self.progress(index, &dice)
      // Only work can be busy or held.
      progress.busy = progress.busy.filter { !graph.isEpic($0) && index[$0]?.state != .completed && progress.states[$0] == nil }
      progress.held = progress.held.filter { !graph.isEpic($0) && index[$0]?.state != .completed && progress.states[$0] == nil }
      let oracle = Oracle(index: index, progress: progress)
      for ticket in index.tickets {
        #expect(Set(graph.dependencies(of: ticket.id)) == oracle.dependencies(ticket.id), "round \(round), \(ticket.id)")
        #expect(graph.isEpic(ticket.id) == oracle.isEpic(ticket.id))
      }

      let allOpen = Progress(states: Dictionary(uniqueKeysWithValues: index.tickets.map { ($0.id, .unprocessed) }))
      let reachable = Oracle(index: index, progress: allOpen).workable()
      let hasCycle = graph.findings.contains { if case .cycle = $0 { true } else { false } }
      #expect(hasCycle == (reachable.count < index.tickets.count { !graph.isEpic($0.id) }), "round \(round)")
      if hasCycle {
        cycles += 1
      } else {
        #expect(Set(graph.startable(progress)) == oracle.startable(), "round \(round)")
        #expect(graph.workable(progress) == oracle.workable(), "round \(round)")
      }
    }
    #expect(20...400 ~= cycles, "both kinds of queue were met: \(cycles)")
  }
}
