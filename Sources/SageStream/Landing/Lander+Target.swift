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

  /// Nobody can tell whose move it was: landings wait until index and tip agree (DESIGN section 7).
  func distrust(_ tip: CommitID) {
    unclearSince = unclearSince ?? knownTip
    knownTip = tip
  }

  /// Why nothing may land after a move that nobody can be named for: a checkout's index still holds what was there before, where the
  /// move changed it. Committed as it is, it would take the move back. Nil, from then on, once they agree.
  func disagreement(with tip: CommitID, _ checkouts: [Checkout]) async throws(Failure) -> String? {
    guard let before = unclearSince else { return nil }
    let moved = try await git {
      Set(try await store.changes(from: store.commit(before).tree, to: store.commit(tip).tree).map(\.path))
    }
    for checkout in checkouts {
      let differing = try await git {
        try await checkout.git.run("diff-index", "--cached", "--name-only", "--no-renames", "-z", tip.hex).fields.map {
          TreePath(bytes: $0)
        }
      }
      if let path = differing.first(where: moved.contains) {
        return "\(target.short) was moved, nobody can tell by whom, and the index in \(checkout.path) does not have \(path) of it yet"
      }
    }
    unclearSince = nil
    return nil
  }

  /// Undoes a worker's move of the target, by compare-and-swap; what it had put there stays reachable under `anchor`.
  func takeBack(_ tip: CommitID, keepingIn anchor: RefName) async throws(Failure) {
    guard let knownTip else { return }
    try await git {
      try await store.update(anchor, from: .anything, to: tip, reason: "sage-stream: \(target.short) as a worker left it")
      try await store.update(target, from: .commit(tip), to: knownTip, reason: "sage-stream: undo a worker's move")
    }
  }
}
