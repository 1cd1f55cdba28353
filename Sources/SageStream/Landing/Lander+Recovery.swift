import Git
import Planning
import Platform
import Tickets

/// Finishes or takes back what a killed run left half done. Idempotent: it may be killed anywhere itself (DESIGN I8).
///
/// It remembers nothing: the target, the index entries and the files say how far the landing came, and the intent in the
/// journal says what it wanted.
extension Lander {
  /// - Throws: `Failure.refused` where a checkout's index is locked by another program: the intent stays open then.
  /// - Returns: the intent, where it did move the target (or was helped to now): what follows the commit point is left to do. Where the
  ///   target stopped on the way to several tickets, the intent to bring those that it has.
  func recover(_ record: RunRecord) async throws(Failure) -> LandingIntent? {
    guard let intent = record.openIntent else { return nil }
    Failpoint.recoveryStarted.hit()
    guard try await git({ try await store.isComplete(intent.to, beyond: [intent.from]) }) else {
      return nil
    }
    let checkouts = try await worktrees(of: intent.target)
    try await StaleReferenceLocks(commonFolder: project.layout.commonFolder, intent: intent, since: record.startTime).remove()
    let position = try await position(of: intent)
    let changes = try await git {
      try await store.changes(from: store.commit(intent.from).tree, to: store.commit(intent.to).tree)
    }
    let landed = try await finish(intent, changes, position, checkouts)
    Failpoint.recoveryClosed.hit()
    return landed
  }

  /// Where the target is, as a landing left it that may have moved it several times.
  private enum Position {
    /// Where the landing began, or on the last commit of the part that it has brought: nobody else has moved it.
    case onTheWay(LandingIntent)
    case landed
    /// Somebody else has moved it, from that part on.
    case elsewhere(LandingIntent)
  }

  private func position(of intent: LandingIntent) async throws(Failure) -> Position {
    let nothing = intent.prefix(0)
    guard let current = try await git({ try await store.resolve(intent.target) }) else { return .elsewhere(nothing) }
    if current == intent.from { return .onTheWay(nothing) }
    return try await git {
      if try await store.isAncestor(intent.to, of: current) {
        // An undo goes back to an ancestor, so that alone proves nothing there.
        guard try await store.isAncestor(intent.to, of: intent.from) else { return .landed }
        return try await store.isAncestor(intent.from, of: current) ? .elsewhere(nothing) : .landed
      }
      let missing = Set(try await store.commits(reachableFrom: intent.to, excluding: [current]))
      let landed = intent.prefix(intent.tickets.prefix { !missing.contains($0.commit) }.count)
      return landed.to == current ? .onTheWay(landed) : .elsewhere(landed)
    }
  }

  private func worktrees(of target: RefName) async throws(Failure) -> [Checkout] {
    try await git {
      try await WorktreeList.branches(project.layout).filter { $0.branch == target && !$0.isBare && $0.exists }.map {
        Checkout(path: $0.path, gitFolder: $0.gitFolder, git: project.git, run: journal.run)
      }
    }
  }

  /// - Returns: what has landed in the end.
  private func finish(
    _ intent: LandingIntent, _ changes: [TreeChange], _ position: Position, _ checkouts: [Checkout]
  ) async throws(Failure) -> LandingIntent? {
    try await underLocks(checkouts[...]) { () async throws(Failure) -> LandingIntent? in
      Failpoint.recoveryLocked.hit()
      let tree = try await self.git { try await self.store.commit(intent.from).tree }
      var judged: [(restorer: PathRestorer, judgement: PathRestorer.Judgement)] = []
      for checkout in checkouts {
        let restorer = PathRestorer(store: self.store, checkout: checkout, journal: self.journal)
        judged.append((restorer, try await restorer.judge(changes, from: tree)))
      }
      switch position {
      case .onTheWay(let landed) where judged.allSatisfy({ $0.judgement.users.isEmpty }):
        for (restorer, judgement) in judged { try await restorer.put(judgement.ours.map(\.change), at: .new) }
        Failpoint.recoveryPathsPut.hit()
        try await self.advance(intent, from: landed)
        return intent
      case .onTheWay(let landed):
        // The user has taken one of the paths meanwhile: give back what is ours; the other submissions are picked again.
        for (restorer, judgement) in judged {
          try await restorer.put(self.changes(judgement.ours.map(\.change), endingAt: landed), at: .old)
        }
        Failpoint.recoveryPathsPut.hit()
        return landed.tickets.isEmpty ? nil : landed
      case .landed:
        for (restorer, judgement) in judged { try await self.catchUp(restorer, judgement, on: intent.target) }
        Failpoint.recoveryPathsPut.hit()
        return intent
      case .elsewhere(let landed):
        for (restorer, judgement) in judged {
          let late = judgement.ours.filter { $0.side == .old }.map(\.change)
          try await restorer.put(self.changes(late, endingAt: landed), at: .old)
        }
        Failpoint.recoveryPathsPut.hit()
        return landed.tickets.isEmpty ? nil : landed
      }
    }
  }

  /// Moves the target over what is left of an intent, in moves as large as a landing's.
  private func advance(_ intent: LandingIntent, from landed: LandingIntent) async throws(Failure) {
    var tip = landed.to
    var rest = intent.tickets.dropFirst(landed.tickets.count)
    repeat {
      let part = rest.prefix(project.settings.landLimit)
      rest = rest.dropFirst(part.count)
      let next = rest.isEmpty ? intent.to : part.last?.commit ?? intent.to
      let before = tip
      try await git {
        try await store.update(intent.target, from: .commit(before), to: next, reason: "sage-stream: finish a landing")
      }
      Failpoint.recoveryMainMoved.hit()
      tip = next
    } while !rest.isEmpty
  }

  /// The same changes with the entries that their paths have where a part of a landing ends as the old side.
  private func changes(_ changes: [TreeChange], endingAt landed: LandingIntent) async throws(Failure) -> [TreeChange] {
    if landed.tickets.isEmpty { return changes }
    return try await git {
      let tree = try await store.commit(landed.to).tree
      var moved: [TreeChange] = []
      for change in changes {
        moved.append(TreeChange(path: change.path, old: try await store.entry(change.path, in: tree), new: change.new))
      }
      return moved
    }
  }

  /// Brings the paths of a checkout that are ours and still at M0 to M1, where the target is already.
  func catchUp(_ restorer: PathRestorer, _ judgement: PathRestorer.Judgement, on target: RefName) async throws(Failure) {
    var late: [TreeChange] = []
    for (change, side) in judgement.ours where side == .old && change.old != change.new {
      // What a later commit has put back on purpose is not late.
      if try await current(change.path, on: target) == change.new { late.append(change) }
    }
    try await restorer.put(late, at: .new)
  }

  private func current(_ path: TreePath, on target: RefName) async throws(Failure) -> TreeEntry? {
    try await git {
      guard let tip = try await store.resolve(target) else { return nil }
      return try await store.entry(path, in: store.commit(tip).tree)
    }
  }

  /// Takes all index locks, does the work, publishes every copy. Whatever it decided, the copies hold the truth then.
  private func underLocks<Result>(_ rest: ArraySlice<Checkout>, _ work: () async throws(Failure) -> Result) async throws(Failure) -> Result
  {
    guard let checkout = rest.first else { return try await work() }
    guard let lock = try await IndexLock.take(gitFolder: checkout.gitFolder, run: journal.run, patience: IndexLock.patience) else {
      throw .refused("a landing that was interrupted cannot be finished while another program holds \(checkout.gitFolder)/index.lock")
    }
    let result: Result
    do throws(Failure) { result = try await underLocks(rest.dropFirst(), work) } catch {
      try lock.release()
      throw error
    }
    try lock.publish()
    Failpoint.recoveryIndexReleased.hit()
    return result
  }

  /// A git child of the dead run may still be writing to a checkout; nothing is judged before it has ended.
  func waitForChildren(_ record: RunRecord) async {
    for child in record.checkoutChildren {
      while child.isAlive { try? await Task.sleep(for: .milliseconds(10)) }
    }
  }

  /// Removes what dead runs left: index locks, index copies and lock sources that carry a run id of ours, in the git folders of all
  /// worktrees; and locks on our own references. Whoever calls this has the run lock,
  /// so every such run is dead.
  func removeDeadLocks() async throws(Failure) {
    let common = project.layout.commonFolder
    do throws(Errno) {
      for folder in ["refs/sage-stream", "refs/heads/sage"] {
        for lock in try StaleReferenceLocks.locks(below: common.appending(folder)) { try File.remove(lock) }
      }
    } catch { throw .fileSystem(path: common, error) }
    for worktree in try await git({ try await WorktreeList.branches(project.layout) }) {
      let folder = worktree.gitFolder
      do throws(Errno) {
        for file in try IndexLock.files(in: folder) { try Folder.removeTree(file) }
      } catch { throw .fileSystem(path: folder, error) }
    }
  }
}

extension Lander {
  /// Step 6 for one ticket of an intent that a dead run did not finish: its state, its event.
  func finishLanded(_ member: LandingIntent.Member, of intent: LandingIntent, queue: Queue, progress: Progress) async throws(Failure)
    -> Landed
  {
    if !intent.statesAreFolded { try await writeStates(landing: [member.ticket], queue: queue, progress: progress) }
    let commits = try await git {
      var commits: [CommitID] = []
      for id in try await store.commits(reachableFrom: intent.to, excluding: [intent.from]) {
        let message = try await store.commit(id).message
        if Trailers.value(of: "Sage-Ticket", in: message) == member.ticket.rawValue { commits.append(id) }
      }
      return commits
    }
    let landed = Landed(
      attempt: member.attempt, commits: commits, from: intent.from, to: intent.to, files: 0, excluded: [], seconds: 0)
    try journal.append(.landed(landed), durable: true)
    return landed
  }

  /// Drops what a finished or abandoned intent kept alive, and what a run that died before its intent was written had picked.
  func discardPending(_ record: RunRecord) async throws(Failure) {
    guard let target = record.openIntent?.target ?? record.started?.target else { return }
    try await git { try await store.update(InternalReference.pending(target), from: .anything, to: nil, reason: "recovered") }
  }

  /// Drops what landings keep alive that are over: to be called under the queue's lock, when no intent is open any more. A run whose disk
  /// failed after its last event could not do so itself, and its journal says that it has ended.
  func discardEveryPending() async throws(Failure) {
    try await git {
      for (reference, _) in try await store.references(startingWith: InternalReference.prefix + "pending/") {
        try await store.update(reference, from: .anything, to: nil, reason: "recovered")
      }
    }
  }
}
