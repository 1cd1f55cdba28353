import Git
import Tickets

/// What an earlier attempt of a ticket left, under the reference that keeps it.
public struct SavedWork: Sendable, Equatable {
  public let reference: RefName
  public let commit: CommitID
  /// The attempt that made it; nil for a parked branch whose attempt is not known any more.
  public let attempt: Attempt?
}

extension Lander {
  /// The newest work that is saved of a ticket: what its last attempt salvaged, else its commits, else its parked branch.
  func savedWork(of ticket: TicketID) async throws(Failure) -> SavedWork? {
    let name = names.name(of: ticket)
    var found: [(run: RunID, number: Int, isSalvage: Bool, work: SavedWork)] = []
    for kind in ["attempts", "salvage"] {
      let prefix = InternalReference.prefix + "\(kind)/\(name)/"
      for (reference, commit) in try await git({ try await store.references(startingWith: prefix) }) {
        guard let attempt = Attempt(ticket, referenceName: reference.rawValue.dropFirst(prefix.count)) else { continue }
        found.append(
          (attempt.run, attempt.number, kind == "salvage", SavedWork(reference: reference, commit: commit, attempt: attempt)))
      }
    }
    if let newest = found.max(by: { ($0.run, $0.number, $0.isSalvage ? 1 : 0) < ($1.run, $1.number, $1.isSalvage ? 1 : 0) }) {
      return newest.work
    }
    let branch = InternalReference.parked(name)
    guard let commit = try await git({ try await store.resolve(branch) }) else { return nil }
    return SavedWork(reference: branch, commit: commit, attempt: nil)
  }

  /// Whether saved work fits on a commit, and what an attempt would start with then.
  ///
  /// - Throws: `Failure.refused` where it clashes with what has landed, or brings nothing.
  func restart(_ work: SavedWork, of ticket: TicketID, onto tip: CommitID) async throws(Failure) -> Restart {
    let start = try await base(of: work) ?? tip
    let outcome = try await git {
      // What was uncommitted becomes one commit with one parent, to be picked like the others; a salvage that follows another one
      // has that as its first parent.
      var saved = try await store.commit(work.commit)
      var last = work.commit
      if work.isSalvage, let parent = saved.parents.last {
        saved.parents = [parent]
        last = try await store.writeCommit(saved)
      }
      let attempt = work.attempt ?? Attempt(ticket: ticket, run: journal.run, number: 0)
      let submission = Submission(attempt: attempt, base: start, tip: last, anchor: work.reference, message: "saved work")
      let picker = Picker(
        store: store, merge: merge, writer: CommitWriter(store: store, signer: nil), exclusions: exclusions, git: project.git,
        committer: committerNow)
      return (last: last, result: try await picker.pick(submission, target: tip, onto: tip))
    }
    switch outcome.result {
    case .picked(let picked):
      guard let end = picked.commits.last, picked.tip != tip, end.original != nil else {
        throw .refused("all of the saved work of \(ticket.displayed) (\(work.reference)) is on \(target.short) already")
      }
      let wasUncommitted = work.isSalvage && end.original?.tip == outcome.last
      return Restart(head: wasUncommitted ? end.content.parents.first ?? tip : picked.tip, files: picked.tip)
    case .conflicted(let conflict):
      let paths = conflict.conflict.paths.prefix(3).map { "\($0.path)" }.joined(separator: ", ")
      throw .refused(
        "the saved work of \(ticket.displayed) (\(work.reference)) clashes with \(target.short) in \(paths)",
        hint: "git sage-stream retry ID, without --from-salvage"
      )
    case .noChange: throw .refused("the saved work of \(ticket.displayed) (\(work.reference)) changes nothing that could land")
    case .failed(let failure): throw .refused("the saved work of \(ticket.displayed) cannot be used: \(failure.message)")
    }
  }

  /// Remembers across runs that the next attempt of a ticket starts with this work.
  func writeWish(_ ticket: TicketID, _ work: SavedWork) async throws(Failure) {
    let reference = InternalReference.wish(names.name(of: ticket))
    try await git {
      try await store.update(reference, from: .anything, to: work.commit, reason: "sage-stream: retry from \(work.reference)")
    }
  }

  func forgetWish(_ ticket: TicketID) async throws(Failure) {
    let reference = InternalReference.wish(names.name(of: ticket))
    guard try await git({ try await store.resolve(reference) }) != nil else { return }
    try await git { try await store.update(reference, from: .anything, to: nil, reason: "sage-stream: done") }
  }

  /// The work that the next attempt of a ticket is to start with; nil where it starts anew.
  func wish(of ticket: TicketID) async throws(Failure) -> SavedWork? {
    let name = names.name(of: ticket)
    guard let commit = try await git({ try await store.resolve(InternalReference.wish(name)) }) else { return nil }
    for kind in ["salvage", "attempts"] {
      let prefix = InternalReference.prefix + "\(kind)/\(name)/"
      for (reference, saved) in try await git({ try await store.references(startingWith: prefix) }) where saved == commit {
        return SavedWork(
          reference: reference, commit: commit, attempt: Attempt(ticket, referenceName: reference.rawValue.dropFirst(prefix.count)))
      }
    }
    return SavedWork(reference: InternalReference.parked(name), commit: commit, attempt: nil)
  }

  /// What the attempt started from, which may hold work that was waiting to land then: none of that is its own.
  private func base(of work: SavedWork) async throws(Failure) -> CommitID? {
    guard let attempt = work.attempt else { return nil }
    for event in try JournalReader.events(of: project.runFolder(attempt.run).appending("journal.jsonl")) {
      if case .workerStarted(let start) = event.fact, start.attempt == attempt { return start.base }
    }
    return nil
  }
}

extension SavedWork {
  /// Whether its last commit is what an attempt had not committed itself.
  var isSalvage: Bool { reference.rawValue.hasPrefix(InternalReference.prefix + "salvage/") }
}

extension Attempt {
  /// Reads the last part of a reference's name, `<run>.<n>`; anything else is nil.
  init?(_ ticket: TicketID, referenceName name: some StringProtocol) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let run = RunID(parts[0]), let number = Int(parts[1]) else { return nil }
    self.init(ticket: ticket, run: run, number: number)
  }
}
