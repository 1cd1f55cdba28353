import Git
import Tickets

/// Where the target is, and whose move it was that brought it there.
extension Lander {
  func tip() async throws(Failure) -> CommitID {
    guard let tip = try await currentTip() else { throw .unbornTarget(target) }
    return tip
  }

  /// Nil where the user has removed or renamed the target meanwhile.
  func currentTip() async throws(Failure) -> CommitID? { try await git { try await store.resolve(target) } }

  /// Those of some parked tickets whose branch the target contains by now; their reports are of no use any more.
  func merged(_ tickets: [TicketID]) async throws(Failure) -> [TicketID] {
    guard let tip = try await currentTip() else { return [] }
    let branches = try await git { try await store.references(startingWith: "refs/heads/sage/") }
    let tips = Dictionary(branches.map { ($0.name, $0.commit) }) { first, _ in first }
    var merged: [TicketID] = []
    for ticket in tickets {
      guard let parked = tips[InternalReference.parked(names.name(of: ticket))],
        try await git({ try await store.isAncestor(parked, of: tip) })
      else { continue }
      merged.append(ticket)
      try? ConflictStore(stateFolder: project.stateFolder, names: names).remove(ticket)
    }
    return merged
  }

  /// Where the target is now, if somebody else has moved it since this was last asked or landed; nil where it is as we know it.
  func strangeTip() async throws(Failure) -> CommitID? {
    let tip = try await currentTip()
    // What our own landing does to it is no news; it looks for itself before it moves it.
    if isLanding && !isChecking { return nil }
    guard let knownTip else {
      self.knownTip = tip
      return nil
    }
    return tip == knownTip ? nil : tip
  }

  /// The move was the user's, or was one that concerns nobody.
  func accept(_ tip: CommitID) { knownTip = tip }

  /// Undoes a worker's move of the target, by compare-and-swap; what it had put there stays reachable under `anchor`.
  func takeBack(_ tip: CommitID, keepingIn anchor: RefName) async throws(Failure) {
    guard let knownTip else { return }
    try await git {
      try await store.update(anchor, from: .anything, to: tip, reason: "sage-stream: \(target.short) as a worker left it")
      try await store.update(target, from: .commit(tip), to: knownTip, reason: "sage-stream: undo a worker's move")
    }
  }
}
