import Git
import Platform
import Tickets

/// Keeps work that did not land on a branch that its owner can see: `sage/<ticket>`.
struct Parker {
  let store: any ObjectStore
  let project: Project
  let journal: Journal
  let names: TicketNames

  /// Points `sage/<ticket>` at `tip`. A branch of that name whose tip is not ours is anchored and named first; one that is
  /// checked out somewhere is left alone and a longer name is used (moving it would upset that checkout).
  func park(_ ticket: TicketID, at tip: CommitID) async throws(Failure) -> RefName {
    do {
      let name = names.name(of: ticket)
      var branch = InternalReference.parked(name)
      if try await WorktreeList.read(project.layout).contains(where: { $0.branch == branch }) {
        branch = RefName(branch.rawValue + ".\(journal.run)")
      }
      let current = try await store.resolve(branch)
      if current == tip { return branch }
      if let current, try await !isOurs(current, name) {
        let anchor = RefName(InternalReference.prefix + "salvage/\(name)/\(journal.run).branch")
        try await store.update(anchor, from: .anything, to: current, reason: "sage-stream: \(branch.short) before it was moved")
        try journal.append(.warning("\(branch.short) was at \(current.short), which is not this tool's; it is kept as \(anchor)"))
      }
      try await store.update(branch, from: .anything, to: tip, reason: "sage-stream: park \(ticket.displayed)")
      return branch
    } catch { throw Failure(error) }
  }

  private func isOurs(_ commit: CommitID, _ name: String) async throws(GitError) -> Bool {
    for kind in ["attempts", "salvage"] {
      if try await store.references(startingWith: InternalReference.prefix + "\(kind)/\(name)/").contains(where: { $0.commit == commit }) {
        return true
      }
    }
    return false
  }
}
