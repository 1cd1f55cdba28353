import Git
import Planning
import Tickets

/// What is to be taken back, found in the journals: a fold like every other answer about runs.
struct UndoPlan {
  /// How the target has moved, and is to move back.
  enum Move {
    /// These commits were added, oldest first, on top of `base`.
    case takeAway([CommitID], base: CommitID)
    /// These commits were taken away again; they end at `end`.
    case putBack([CommitID], base: CommitID, end: CommitID)
  }

  let run: RunID
  let target: RefName
  let move: Move
  /// What came back or goes: for the words of the commits.
  let tickets: [CommitID: TicketID]
  let states: [Undone.Reversal]

  /// The newest run that landed something and is not taken back yet.
  static func latest(_ records: [RunRecord]) throws(Failure) -> RunID {
    let gone = taken(records)
    guard let run = records.last(where: { !$0.landed.isEmpty && gone[$0.run] == nil })?.run else {
      throw .nothingToDo("no run has landed anything that could be taken back", hint: "git sage-stream log lists the runs")
    }
    return run
  }

  /// - Parameter commits: those between two commits, oldest first.
  /// - Throws: `Failure.nothingToDo` for a run that landed nothing, `.refused` where it is taken back already or later work needs it.
  static func of(
    _ run: RunID, _ records: [RunRecord], queue: Queue, commits: (CommitID, CommitID) async throws(Failure) -> [CommitID]
  ) async throws(Failure) -> UndoPlan {
    guard let record = records.first(where: { $0.run == run }), let target = record.started?.target else {
      throw .nothingToDo("there is no run \(run) in this repository's journals", hint: "git sage-stream log lists the runs")
    }
    if let by = taken(records)[run] {
      throw .refused("run \(run) is taken back already, by \(by)", hint: "git sage-stream undo \(by) puts it back")
    }
    if let undone = record.undone {
      let states = undone.states.map { Undone.Reversal(ticket: $0.ticket, from: $0.to, to: $0.from, reason: $0.reason) }
      let move: Move
      if !undone.movesAlong {
        move = .takeAway(undone.commits, base: undone.from)
      } else {
        let added = try await commits(undone.from, undone.to)
        move =
          added.isEmpty
          ? .putBack(try await commits(undone.to, undone.from), base: undone.to, end: undone.from) : .takeAway(added, base: undone.from)
      }
      return UndoPlan(run: run, target: target, move: move, tickets: [:], states: states)
    }
    guard let first = record.landed.first else {
      let heir = record.takenOverBy.map { "; what it left was finished by \($0)" } ?? ""
      throw .nothingToDo("run \(run) has landed nothing\(heir)")
    }
    let landed = Set(record.landed.map(\.ticket))
    try refuseNeeded(landed, by: records.filter { $0.run > run }, gone: taken(records), queue: queue)
    let tickets = Dictionary(record.landed.flatMap { landing in landing.commits.map { ($0, landing.ticket) } }) { $1 }
    return UndoPlan(
      run: run, target: target, move: .takeAway(record.landed.flatMap(\.commits) + record.stateCommits, base: first.from),
      tickets: tickets, states: reversals(record, landed, queue))
  }

  /// Which undo took a run back, where that undo stands.
  private static func taken(_ records: [RunRecord]) -> [RunID: RunID] {
    var taken: [RunID: RunID] = [:]
    for record in records {
      guard let undone = record.undone else { continue }
      taken[undone.run] = record.run
    }
    // An undo that was itself taken back counts no more.
    return taken.filter { taken[$0.value] == nil }
  }

  private static func refuseNeeded(
    _ landed: Set<TicketID>, by later: [RunRecord], gone: [RunID: RunID], queue: Queue
  ) throws(Failure) {
    for record in later where gone[record.run] == nil {
      for landing in record.landed where !landed.contains(landing.ticket) {
        guard let needed = queue.graph.dependencies(of: landing.ticket).first(where: landed.contains) else { continue }
        throw .refused(
          "\(landing.ticket.displayed), which run \(record.run) landed, depends on \(needed.displayed)",
          hint: "git sage-stream undo \(record.run) comes first")
      }
    }
  }

  /// Landed tickets are work again, and so are the epics that they completed and the tickets that the run set aside.
  private static func reversals(_ record: RunRecord, _ landed: Set<TicketID>, _ queue: Queue) -> [Undone.Reversal] {
    var reversals: [Undone.Reversal] = []
    for ticket in landed.union(epics(above: landed, queue)).sorted() where queue.index[ticket]?.state == .completed {
      reversals.append(Undone.Reversal(ticket: ticket, from: .completed, to: .unprocessed))
    }
    for (ticket, deferred) in record.setAside.sorted(by: { $0.key < $1.key }) {
      guard let entry = queue.index[ticket], entry.state == .deferred, entry.deferReason?.category == deferred.category else { continue }
      reversals.append(Undone.Reversal(ticket: ticket, from: .deferred, to: .unprocessed, reason: entry.deferReason))
    }
    return reversals
  }

  private static func epics(above tickets: Set<TicketID>, _ queue: Queue) -> Set<TicketID> {
    var found: Set<TicketID> = []
    var open = tickets
    while !open.isEmpty {
      let parents = queue.index.tickets.filter { parent in
        !parent.children.allSatisfy { !open.contains($0) } || open.contains { queue.index[$0]?.parent == parent.id }
      }.map(\.id)
      open = Set(parents).subtracting(found)
      found.formUnion(open)
    }
    return found
  }
}
