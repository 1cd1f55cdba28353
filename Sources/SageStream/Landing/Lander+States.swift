import Git
import Planning
import Platform
import Tickets

/// Ticket states: folded into the commits that land, or written to the file.
extension Lander {
  private var states: QueueStates { QueueStates(file: project.queueFile, store: store, git: project.git) }

  /// The changes that one landing brings: its ticket, and the epics whose last child it was.
  func stateChanges(landing ticket: TicketID, queue: Queue, progress: inout Progress) -> [TicketChange] {
    let time = WallTime.now.toTheSecond
    progress.states[ticket] = .completed
    var changes = [TicketChange(ticket: ticket, state: .completed, time: time)]
    for epic in queue.graph.epicsToComplete(progress) {
      progress.states[epic] = .completed
      changes.append(TicketChange(ticket: epic, state: .completed, time: time))
    }
    return changes
  }

  func applied(_ changes: [TicketChange], to bytes: [UInt8]) -> [UInt8]? {
    guard let index = try? TicketIndex(parsing: bytes, tag: project.queueFile.tag), changes.allSatisfy({ index[$0.ticket] != nil }) else {
      return nil
    }
    return try? index.applying(changes)
  }

  /// Rewrites the last commit of a picked submission so that it also holds the new queue: code and state move together.
  func foldIn(_ bytes: [UInt8], at path: TreePath, mode: FileMode, to picked: inout PickedSubmission) async throws(Failure) {
    guard var last = picked.commits.popLast() else { return }
    let content = last.content
    let tree = picked.tree
    let (written, commit) = try await git {
      let blob = try await store.writeBlob(bytes)
      var commit = content
      commit.tree = try await store.writeTree(tree, replacing: [(path, TreeEntry(mode: mode, id: blob.of()))])
      try store.discard(last.id)
      return (commit, try await writer.write(commit))
    }
    last.content = written
    last.id = commit
    picked.commits.append(last)
    picked.tip = commit
    picked.tree = written.tree
  }

  /// Puts tickets into a state outside a landing: in place as soon as no landing is under way, or for a folded queue in one
  /// commit at the end.
  func record(_ changes: [TicketChange]) async throws(Failure) {
    owed.removeAll { change in changes.contains { $0.ticket == change.ticket } }
    owed += changes
    // While a landing updates the checkout, queue and target disagree for a moment; it flushes at its end.
    if !isLanding || isChecking { try await flushOwed() }
  }

  /// Writes owed states at once where the queue is edited in place; a folded queue gets them at the end.
  func flushOwed() async throws(Failure) {
    guard !owed.isEmpty else { return }
    if let tip = try await currentTip(), case .free(let list) = try await findCheckouts(),
      try await states.foldable(at: tip, checkouts: list) != nil
    {
      return
    }
    while !owed.isEmpty {
      let changes = owed
      owed = []
      try await editInPlace(changes)
    }
  }

  /// Tickets that have landed on the target and are still open in a queue that another branch brought, with the epics that they complete.
  func landedElsewhere(_ load: @Sendable () -> Queue?) async throws(Failure) -> [TicketID] {
    let elsewhere = LandedElsewhere(project: project, store: store, target: target)
    guard let landed = try await git({ try await elsewhere.queueOfTarget() }), let queue = load() else { return [] }
    let tickets = try await git { try await elsewhere.tickets(openIn: queue.index, of: landed) }
    if tickets.isEmpty { return [] }
    return tickets + queue.graph.epicsToComplete(Progress(states: Dictionary(tickets.map { ($0, .completed) }) { first, _ in first }))
  }

  /// Edits the queue on disk. Where another branch brought it, it learns of what has landed on the target as well: a queue that has some
  /// of the states and lacks others would have finished tickets done once more.
  func editInPlace(_ changes: [TicketChange]) async throws(Failure) {
    let (time, known) = (WallTime.now.toTheSecond, Set(changes.map(\.ticket)))
    let late = try await landedElsewhere { [project] in try? project.loadQueue() }.filter { !known.contains($0) }
    let changes = changes + late.map { TicketChange(ticket: $0, state: .completed, time: time) }
    let unknown = try await states.editInPlace(changes)
    Failpoint.indexWritten.hit()
    for ticket in unknown { try journal.append(.warning("\(ticket.displayed) is no longer in the queue; its state was not written")) }
    let written = changes.map(\.ticket).filter { !unknown.contains($0) }
    if !written.isEmpty { try journal.append(.indexWritten(tickets: written, commit: nil)) }
  }

  /// Writes the states that are still owed: as one commit of their own where the queue is folded, else in place.
  func recordOwed() async throws(Failure) {
    guard !owed.isEmpty else { return }
    let changes = owed
    owed = []
    for _ in 0..<5 {
      guard case .free(let checkouts) = try await findCheckouts(), let start = try await currentTip() else { break }
      guard let current = try await states.foldable(at: start, checkouts: checkouts),
        let bytes = applied(changes, to: current.bytes)
      else { break }
      if bytes == current.bytes { return }
      let chain = try await stateChain(bytes, at: current.path, mode: current.mode, onto: start, changes)
      switch try await commit(chain, checkouts: checkouts) {
      case .landed:
        try journal.append(.indexWritten(tickets: changes.map(\.ticket), commit: chain.end), durable: true)
        try await dropPending()
        return
      // It has no members, so there is one move or none.
      case .lostRace, .landedPartly, .failed: continue
      case .blocked, .held: break
      }
      break
    }
    try await editInPlace(changes)
  }

  private func stateChain(_ bytes: [UInt8], at path: TreePath, mode: FileMode, onto start: CommitID, _ changes: [TicketChange])
    async throws(Failure)
    -> Chain
  {
    let committer = committerNow
    let subject = Self.subject(changes)
    let tickets = changes.map(\.ticket)
    let body = tickets.count == 1 ? "" : "\n" + tickets.map { "\($0.displayed)\n" }.joined()
    let message = Trailers.appending([("Sage-Run", journal.run.rawValue)], to: Array((subject + "\n" + body).utf8))
    return try await git {
      let tree = try await store.commit(start).tree
      let blob = try await store.writeBlob(bytes)
      let new = try await store.writeTree(tree, replacing: [(path, TreeEntry(mode: mode, id: blob.of()))])
      let id = try await writer.write(
        CommitObject(tree: new, parents: [start], author: committer, committer: committer, message: message))
      return Chain(start: start, end: id, stateCommit: id, statesAreFolded: true)
    }
  }

  private static func subject(_ changes: [TicketChange]) -> String {
    let verb =
      changes.allSatisfy { $0.state == .deferred }
      ? "Defer" : changes.allSatisfy { $0.state == .unprocessed } ? "Reopen" : "Set the states of"
    return changes.count == 1 ? "\(verb) \(changes[0].ticket.displayed)" : "\(verb) \(changes.count) tickets"
  }

  /// Marks landed tickets in a queue that is edited in place. The target has moved already, so a queue that cannot be written
  /// now does not undo anything: its states are written at the end of the run, or by the next.
  func writeStates(landing tickets: [TicketID], queue: Queue, progress: Progress) async throws(Failure) {
    var progress = progress
    var changes: [TicketChange] = []
    for ticket in tickets { changes += stateChanges(landing: ticket, queue: queue, progress: &progress) }
    do throws(Failure) { try await editInPlace(changes) } catch {
      owed += changes
      try journal.append(.warning("the queue could not be written yet: \(error.cause)"))
    }
  }
}
