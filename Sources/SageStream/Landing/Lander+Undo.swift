import Git
import Platform
import Tickets

/// Taking a run back, by the same protocol as a landing: in memory first, intent, index locks, free paths, compare-and-swap.
extension Lander {
  /// - Throws: `Failure.refused`, with nothing changed, where it cannot be done safely.
  func undo(_ plan: UndoPlan) async throws(Failure) -> Undone {
    for _ in 0..<5 {
      guard case .free(let checkouts) = try await findCheckouts() else {
        throw .refused(
          "\(target.short) must not move now, because a rebase or bisect of it is in progress", hint: "git status says how to end it")
      }
      let start = try await tip()
      let chain = try await undoChain(plan, onto: start, checkouts: checkouts)
      guard let undo = chain.undo else { break }
      // What an undo takes away stays reachable, so that it can be put back.
      try await git {
        try await store.update(InternalReference.undone(journal.run), from: .anything, to: start, reason: "sage-stream: before undo")
      }
      Failpoint.undoPicked.hit()
      switch try await commit(chain, checkouts: checkouts) {
      case .landed:
        Failpoint.undoMoved.hit()
        try await writeStates(of: undo, statesAreFolded: chain.statesAreFolded)
        Failpoint.undoStates.hit()
        try journal.append(.undone(undo), durable: true)
        Failpoint.undoJournal.hit()
        try await dropPending()
        return undo
      case .blocked(let paths):
        let list = paths.sorted { $0.key < $1.key }.prefix(3).map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
        throw .refused(
          "run \(plan.run) is not taken back, because you are working on its paths: \(list)", hint: "git commit or git stash them first")
      // It has no members, so there is one move or none.
      case .lostRace, .landedPartly: continue
      case .failed(let reason), .held(let reason): throw .refused("run \(plan.run) is not taken back: \(reason)")
      }
    }
    throw .refused("run \(plan.run) is not taken back, because \(target.short) kept moving", hint: "type the command again")
  }

  /// The states of an undo that has moved the target; those that other hands have changed since stay as they are.
  func writeStates(of undo: Undone, statesAreFolded: Bool) async throws(Failure) {
    guard !statesAreFolded, !undo.states.isEmpty else { return }
    let index = try project.queueFile.load()
    let time = WallTime.now.toTheSecond
    let changes = undo.states.filter { index[$0.ticket]?.state == $0.from }.map { $0.change(at: time) }
    if !changes.isEmpty { try await editInPlace(changes) }
  }

  private func undoChain(_ plan: UndoPlan, onto start: CommitID, checkouts: [Checkout]) async throws(Failure) -> Chain {
    switch plan.move {
    case .takeAway(let added, let base):
      if try await isOnTop(added, base: base, tip: start), try await !isPushed(added) {
        return try await straight(plan, from: start, to: base)
      }
      return try await picked(plan, added.reversed(), isInverse: true, onto: start, checkouts: checkouts)
    case .putBack(let removed, let base, let end):
      if start == base { return try await straight(plan, from: start, to: end) }
      return try await picked(plan, removed, isInverse: false, onto: start, checkouts: checkouts)
    }
  }

  /// Whether nothing but these commits stands on top of `base`.
  private func isOnTop(_ added: [CommitID], base: CommitID, tip: CommitID) async throws(Failure) -> Bool {
    try await git {
      guard try await store.isAncestor(base, of: tip) else { return false }
      let known = Set(added)
      return try await store.commits(reachableFrom: tip, excluding: [base]).allSatisfy(known.contains)
    }
  }

  private func isPushed(_ added: [CommitID]) async throws(Failure) -> Bool {
    guard let first = added.first else { return false }
    return try await git {
      try await !project.git.run("for-each-ref", "--count=1", "--contains", first.hex, "refs/remotes").standardOutput.isEmpty
    }
  }

  /// Along commits that exist: the states of a folded queue move with them.
  private func straight(_ plan: UndoPlan, from start: CommitID, to end: CommitID) async throws(Failure) -> Chain {
    var isFolded = false
    if let path = project.queueFile.treePath {
      isFolded = try await git {
        try await store.entry(path, in: store.commit(start).tree) != store.entry(path, in: store.commit(end).tree)
      }
    }
    let undo = Undone(run: plan.run, from: start, to: end, commits: [], states: plan.states)
    return Chain(start: start, end: end, statesAreFolded: isFolded, undo: undo)
  }

  /// New commits that undo (or do again) each of the given ones, in memory.
  private func picked(
    _ plan: UndoPlan, _ commits: [CommitID], isInverse: Bool, onto start: CommitID, checkouts: [Checkout]
  ) async throws(Failure) -> Chain {
    var end = start
    var written: [(id: CommitID, content: CommitObject)] = []
    for id in commits {
      guard let content = try await undoCommit(id, of: plan, isInverse: isInverse, onto: end) else { continue }
      end = try await git { try await writer.write(content) }
      written.append((end, content))
    }
    guard var last = written.popLast() else {
      throw .refused("nothing that run \(plan.run) landed is left on \(target.short)")
    }
    let states = QueueStates(file: project.queueFile, store: store, git: project.git)
    var isFolded = false
    if let current = try await states.foldable(at: start, checkouts: checkouts) {
      let time = WallTime.now.toTheSecond
      let index = try? TicketIndex(parsing: current.bytes, tag: project.queueFile.tag)
      let changes = plan.states.filter { index?[$0.ticket]?.state == $0.from }.map { $0.change(at: time) }
      if let bytes = applied(changes, to: current.bytes) {
        last = try await git {
          let blob = try await store.writeBlob(bytes)
          var content = last.content
          content.tree = try await store.writeTree(
            content.tree, replacing: [(current.path, TreeEntry(mode: current.mode, id: blob.of()))])
          return (try await writer.write(content), content)
        }
        isFolded = true
      }
    }
    written.append(last)
    guard try await git({ try await store.isComplete(last.id, beyond: [start]) }) else {
      throw .refused("the undo was stopped because objects of it are missing; \(target.short) did not move")
    }
    let undo = Undone(run: plan.run, from: start, to: last.id, commits: written.map(\.id), states: plan.states)
    return Chain(start: start, end: last.id, statesAreFolded: isFolded, undo: undo)
  }

  /// One commit turned round; nil where that changes nothing.
  private func undoCommit(_ id: CommitID, of plan: UndoPlan, isInverse: Bool, onto tip: CommitID) async throws(Failure) -> CommitObject? {
    let committer = committerNow
    return try await git {
      let original = try await store.commit(id)
      guard let parent = original.parents.first else { return nil }
      let before = try await store.commit(parent).tree
      var after = original.tree
      // Ticket states are set, not merged.
      if let path = project.queueFile.treePath {
        after = try await store.writeTree(after, replacing: [(path, try await store.entry(path, in: before))])
      }
      let ours = try await store.commit(tip).tree
      let merged: TreeID
      switch try await makePicker().mergeStep(base: isInverse ? after : before, ours: ours, theirs: isInverse ? before : after) {
      case .clean(let tree, _): merged = tree
      case .broken(let message): throw Failure.refused("\(id.short) cannot be taken back: \(message)")
      case .conflicted(let conflict):
        let paths = conflict.paths.prefix(3).map { "\($0.path)" }.joined(separator: ", ")
        throw Failure.refused(
          "run \(plan.run) is not taken back, because \(paths) has changed since '\(original.subject)' (\(id.short))",
          hint: "git revert \(id.short) leads to the same conflict, for you to resolve"
        )
      }
      if merged == ours { return nil }
      let ticket = plan.tickets[id]?.rawValue ?? Trailers.value(of: "Sage-Ticket", in: original.message) ?? Self.undoneTicket(original)
      let subject = isInverse ? "Revert \"\(original.subject)\"" : "Reapply \"\(original.subject)\""
      let body = isInverse ? "This reverts commit \(id.hex)." : "This applies commit \(id.hex) again."
      var trailers: [(key: String, value: String)] = []
      if let ticket { trailers.append(("Sage-Undo", "\(ticket) \(plan.run)")) }
      trailers.append(("Sage-Run", journal.run.rawValue))
      return CommitObject(
        tree: merged, parents: [tip], author: committer, committer: committer,
        message: Trailers.appending(trailers, to: Array("\(subject)\n\n\(body)\n".utf8)))
    }
  }

  /// The ticket of a commit that an earlier undo made; the last word of its trailer is the run.
  private static func undoneTicket(_ commit: CommitObject) -> String? {
    guard let value = Trailers.value(of: "Sage-Undo", in: commit.message), let blank = value.lastIndex(of: " ") else { return nil }
    return String(value[..<blank])
  }
}
