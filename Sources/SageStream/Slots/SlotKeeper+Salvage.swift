import Git
import Platform
import Tickets

/// Work that was saved before a slot was cleaned.
struct Salvaged: Sendable {
  let reference: RefName
  let commit: CommitID
  /// What git could not read; the slot must not be cleaned then.
  let complaints: [String]
}

extension SlotKeeper {
  /// Which attempt a slot's content belongs to, as far as the slot itself can tell.
  func lastAttempt(in slot: Slot) -> Attempt {
    // An id that no queue of ours produces, for a slot that never had an attempt.
    AttemptMarker.read(slot)?.attempt ?? Attempt(ticket: TicketID("+slot-\(slot.number)"), run: run, number: 0)
  }

  /// Saves the slot's files as they stand, untracked ones included and ignored ones not, as one commit on top of `parent`, under the salvage
  /// reference of the attempt. What was saved there before stays reachable from it.
  func salvage(_ slot: Slot, of attempt: Attempt, on parent: CommitID, leavingOut: [TreePath] = []) async throws(Failure) -> Salvaged {
    let git = git(slot)
    let reference = salvageReference(attempt)
    return try await despitePruning { () async throws(Failure) -> Salvaged in
      let snapshot = try await git.snapshot(leavingOut: leavingOut)
      let earlier = try await git.resolve(reference.rawValue)
      let parents = earlier.map { [$0, parent] } ?? [parent]
      let commit = try await git.commit(
        snapshot.tree, parents: parents,
        message: "sage-stream: uncommitted work of \(attempt.ticket.displayed), attempt \(attempt.number) of run \(attempt.run)",
        isSalvage: true)
      try await git.anchor(reference, at: commit)
      try await requireWhole(commit, beyond: parents)
      try journal.append(.salvageWritten(attempt: attempt, reference: reference))
      Failpoint.salvageWritten.hit()
      return Salvaged(reference: reference, commit: commit, complaints: snapshot.complaints)
    }
  }

  /// Anchors those of the commits that no reference leads to: what an amend, a reset or a rebase left behind.
  func anchorStrays(_ commits: [CommitID], of attempt: Attempt, through git: GitCommand) async throws(Failure) {
    let candidates = Set(commits.filter { !$0.isZero })
    if candidates.isEmpty { return }
    let input = candidates.sorted().map { $0.hex + "\n" }.joined()
    // Not `--all`: that counts the HEADs of worktrees, which are about to move.
    let listing = try await throughGit { () throws(GitError) in
      try await git.run(
        ["rev-list", "--topo-order", "--parents", "--ignore-missing", "--stdin", "--not", "--glob=refs/"], input: Array(input.utf8))
    }
    var parents: Set<Substring> = []
    var strays: [CommitID] = []
    for line in listing.lines {
      let words = line.split(separator: " ")
      // Children come first, so a commit that nobody has named as a parent yet is a tip.
      if let first = words.first, !parents.contains(first), let id = CommitID(hex: first) { strays.append(id) }
      parents.formUnion(words.dropFirst())
    }
    if strays.isEmpty { return }
    let reference = salvageReference(attempt).rawValue
    let updates = strays.map { "update \(reference).stray-\($0.short)\0\($0.hex)\0\0" }.joined()
    _ = try await throughGit { () throws(GitError) in
      try await git.run(["update-ref", "--stdin", "-z"], input: Array("start\0\(updates)commit\0".utf8))
    }
  }
}
