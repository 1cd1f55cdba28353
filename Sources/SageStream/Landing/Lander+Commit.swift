import Git
import Platform
import Tickets

/// Steps 2 to 5 of the protocol: from a chain in memory to a target that has moved, or to everything as it was.
extension Lander {
  enum CommitResult {
    case landed
    /// The target has moved onto so many of the chain's members and no further; everything else is as it was.
    case landedPartly(Int, reason: String)
    /// Paths of the chain that the user is working on.
    case blocked([TreePath: String])
    /// The target moved meanwhile; everything is as before.
    case lostRace
    /// A checkout could not be updated; everything is as before.
    case failed(String)
    /// The target must not move now; everything is as before.
    case held(String)
  }

  enum Checkouts {
    case free([Checkout])
    /// The target must not move now (a rebase or bisect names it).
    case busy(String)

    var list: [Checkout] { if case .free(let list) = self { list } else { [] } }
  }

  /// Every work tree that has the target checked out; slots never do.
  func findCheckouts() async throws(Failure) -> Checkouts {
    let worktrees = try await git { try await WorktreeList.branches(project.layout) }
    var checkouts: [Checkout] = []
    for worktree in worktrees where !worktree.isBare {
      guard worktree.exists else { continue }
      let operations = try await git { try Operation.inProgress(in: worktree.gitFolder) }
      if operations.contains(where: { $0.branches.contains(target) }) {
        return .busy("a rebase or bisect of \(target.short) is in progress in \(worktree.path)")
      }
      if worktree.branch == target {
        checkouts.append(Checkout(path: worktree.path, gitFolder: worktree.gitFolder, git: project.git, run: journal.run))
      }
    }
    return .free(checkouts.sorted { $0.gitFolder.string < $1.gitFolder.string })
  }

  func commit(_ chain: Chain, checkouts: [Checkout]) async throws(Failure) -> CommitResult {
    let pending = InternalReference.pending(target)
    try await git { try await store.update(pending, from: .anything, to: chain.end, reason: "about to land") }
    // From here on a `git gc --prune=now` of the user's spares it; one a moment ago did not.
    guard try await git({ try await store.isComplete(chain.end, beyond: [chain.start]) }) else {
      try await dropPending()
      return .failed("objects of it are missing")
    }
    Failpoint.picksWritten.hit()
    let intent = LandingIntent(
      target: target, from: chain.start, to: chain.end,
      tickets: chain.members.map {
        .init(attempt: $0.submission.attempt, submission: $0.submission.tip, commit: $0.tip)
      }, statesAreFolded: chain.statesAreFolded, undo: chain.undo)
    try journal.append(.landingIntent(intent), durable: true)
    Failpoint.journalIntent.hit()
    let changes = try await git {
      try await store.changes(from: store.commit(chain.start).tree, to: store.commit(chain.end).tree)
    }
    let result: CommitResult
    movement += 1
    defer { movement += 1 }
    do throws(Failure) {
      result = try await locked(checkouts[...]) { () async throws(Failure) in try await self.move(chain, changes, checkouts) }
    } catch {
      // Past the commit point, and where a checkout could not be put back, only the next start can finish: the intent stays open for it.
      if case .unfinishedLanding = error { throw error }
      if try await isMoved(along: chain) { throw unfinished(chain, error, hasMoved: true) }
      result = .failed(error.cause)
    }
    switch result {
    case .landed:
      knownTip = chain.end
      return result
    case .landedPartly(let count, _):
      knownTip = chain.prefix(count).end
      return result
    case .blocked, .lostRace, .failed, .held: break
    }
    try journal.append(.landingClosed(reason: result.reason))
    try await dropPending()
    return result
  }

  /// Whether the target stands on the end of the chain, or on a member of it.
  private func isMoved(along chain: Chain) async throws(Failure) -> Bool {
    let tip = try await currentTip()
    return tip == chain.end || chain.members.contains { $0.tip == tip }
  }

  /// What an error is that leaves a landing half done: after the commit point, or with a checkout that could not be put back.
  func unfinished(_ chain: Chain, _ error: Failure, hasMoved: Bool) -> Failure {
    .unfinishedLanding(target: target, tickets: chain.members.map(\.submission.ticket), hasMoved: hasMoved, cause: error)
  }

  /// Takes the index lock of each checkout, one inside the other, does the work, and publishes or releases all of them.
  private func locked(_ rest: ArraySlice<Checkout>, _ work: () async throws(Failure) -> CommitResult) async throws(Failure) -> CommitResult
  {
    guard let checkout = rest.first else { return try await work() }
    guard let lock = try await IndexLock.take(gitFolder: checkout.gitFolder, run: journal.run, patience: IndexLock.patience) else {
      return .held("another program holds index.lock in \(checkout.path)")
    }
    let result: CommitResult
    do throws(Failure) { result = try await locked(rest.dropFirst(), work) } catch {
      // Half done, the checkout stays locked: a commit of the user's would swallow the landing, or take it back.
      if case .unfinishedLanding = error { throw error }
      try lock.release()
      throw error
    }
    switch result {
    case .landed, .landedPartly:
      // So it does where its index cannot be brought along: the lock goes when the copy has been renamed.
      try lock.publish()
      Failpoint.indexReleased.hit()
    case .blocked, .lostRace, .failed, .held: try lock.release()
    }
    return result
  }

  /// Under all locks: free paths, work trees, target.
  private func move(_ chain: Chain, _ changes: [TreeChange], _ checkouts: [Checkout]) async throws(Failure) -> CommitResult {
    // Before the locks were ours the user may have switched, begun a rebase, or checked the target out somewhere else.
    switch try await findCheckouts() {
    case .busy(let reason): return .held(reason)
    case .free(let now): guard now.map(\.gitFolder) == checkouts.map(\.gitFolder) else { return .lostRace }
    }
    // A checkout of a newer tip would look like the user's staged changes.
    guard try await currentTip() == chain.start else { return .lostRace }
    let tree = try await git { try await store.commit(chain.start).tree }
    var indexes: [IndexFile?] = []
    for checkout in checkouts {
      let copy = IndexLock.copyPath(checkout.gitFolder, checkout.run)
      var index = IndexFile(copy, project.layout.objectFormat)
      let blocked = try await FreePaths(store: store, git: checkout.onCopy, workTree: checkout.path, index: index)
        .blocked(changes, from: tree)
      if !blocked.isEmpty { return .blocked(blocked) }
      // git notes there what was only touched.
      if index?.isStill(at: copy) == false { index = IndexFile(copy, project.layout.objectFormat) }
      if let large = index, IndexExcerpt.isWorthwhile(of: large), await hasIndexHook(checkout) { index = nil }
      indexes.append(index)
    }
    var updated: [Checkout] = []
    for (checkout, index) in zip(checkouts, indexes) {
      updated.append(checkout)
      do throws(Failure) {
        try await checkout.update(from: chain.start, to: chain.end, changes, index: index, journal: journal)
      } catch {
        do throws(Failure) { try await putBack(updated, changes, from: tree) } catch let problem {
          throw unfinished(chain, problem, hasMoved: false)
        }
        return .failed("the checkout in \(checkout.path) could not be updated: \(error.cause)")
      }
    }
    Failpoint.worktreeUpdated.hit()
    var landed = chain.prefix(0)
    for move in chain.moves(atMost: project.settings.landLimit) {
      do throws(GitError) {
        try await store.update(target, from: .commit(landed.end), to: move.tip, reason: reflog(chain, move))
      } catch {
        // A disk that fails after the rename (fsync of the folder) makes an error of what has happened: the reference itself tells.
        let tip: CommitID?
        do throws(Failure) { tip = try await currentTip() } catch let problem {
          throw unfinished(chain, problem, hasMoved: !landed.isEmpty)
        }
        if tip != move.tip { return try await stopped(landed, of: chain, changes, updated, by: error) }
      }
      landed = move.tip == chain.end ? chain : chain.prefix(move.members.upperBound)
      Failpoint.mainMoved.hit()
    }
    try await bringAlong(chain, changes, updated)
    return .landed
  }

  /// The target could not be moved any further: what has not landed is taken out of the checkouts again, still under all locks.
  private func stopped(
    _ landed: Chain, of chain: Chain, _ changes: [TreeChange], _ updated: [Checkout], by error: GitError
  ) async throws(Failure) -> CommitResult {
    let reason = error.isStaleReference ? "the target moved" : "\(target.short) could not be moved: \(Failure.git(error).cause)"
    do throws(Failure) {
      let (tree, rest) = try await git {
        let tree = try await store.commit(landed.end).tree
        return (tree, landed.isEmpty ? changes : try await store.changes(from: tree, to: store.commit(chain.end).tree))
      }
      try await putBack(updated, rest, from: tree)
    } catch let problem { throw unfinished(chain, problem, hasMoved: !landed.isEmpty) }
    if landed.isEmpty { return error.isStaleReference ? .lostRace : .failed(reason) }
    try await bringAlong(landed, changes, updated)
    return .landedPartly(landed.members.count, reason: reason)
  }

  /// Past the commit point, still under all locks.
  private func bringAlong(_ chain: Chain, _ changes: [TreeChange], _ updated: [Checkout]) async throws(Failure) {
    do throws(Failure) { try await follow(chain, changes, updated) } catch {
      // It has landed; a checkout that could not be looked at is no reason to stop.
      try journal.append(.warning("\(target.short) has moved, but not every checkout of it could follow: \(error.cause)"))
    }
  }

  /// What needs no index lock can still happen beside one: `switch -c`, `branch -m`, a new worktree. So the checkouts are looked
  /// at once more when the target has moved: those that left it at M0 meanwhile go back there, and those that came to it
  /// before it moved follow now.
  private func follow(_ chain: Chain, _ changes: [TreeChange], _ updated: [Checkout]) async throws(Failure) {
    let stillThere = try await git {
      try await WorktreeList.branches(project.layout).filter { $0.branch == target && !$0.isBare && $0.exists }.map(\.gitFolder)
    }
    if Set(stillThere) == Set(updated.map(\.gitFolder)) { return }
    let worktrees = try await git { try await WorktreeList.read(project.layout) }
    let tree = try await git { try await store.commit(chain.start).tree }
    for checkout in updated {
      guard let now = worktrees.first(where: { $0.gitFolder == checkout.gitFolder }), now.exists, now.branch != target else { continue }
      if now.head != chain.end { try await putBack([checkout], changes, from: tree) }
    }
    let known = Set(updated.map(\.gitFolder))
    for worktree in worktrees where worktree.branch == target && !worktree.isBare && worktree.exists && !known.contains(worktree.gitFolder)
    {
      let checkout = Checkout(path: worktree.path, gitFolder: worktree.gitFolder, git: project.git, run: journal.run)
      guard let lock = try await IndexLock.take(gitFolder: checkout.gitFolder, run: journal.run, patience: IndexLock.patience) else {
        try journal.append(.warning("\(checkout.path) was switched to \(target.short) while it moved; its files may lag behind"))
        continue
      }
      do throws(Failure) {
        let restorer = PathRestorer(store: store, checkout: checkout, journal: journal)
        try await catchUp(restorer, restorer.judge(changes, from: tree), on: target)
      } catch {
        try lock.release()
        throw error
      }
      try lock.publish()
    }
  }

  /// Puts what is ours back at M0, still under the lock; the index copy is dropped with it.
  private func putBack(_ checkouts: [Checkout], _ changes: [TreeChange], from tree: TreeID) async throws(Failure) {
    for checkout in checkouts {
      let restorer = PathRestorer(store: store, checkout: checkout, journal: journal)
      let ours = try await restorer.judge(changes, from: tree).ours.map(\.change)
      try await restorer.put(ours, at: .old)
    }
  }

  private func reflog(_ chain: Chain, _ move: Chain.Move) -> String {
    let tickets = chain.members[move.members].map(\.submission.ticket.displayed)
    if let undo = chain.undo { return "sage-stream: undo \(undo.run)" }
    if tickets.isEmpty { return "sage-stream: write ticket states" }
    return "sage-stream: land " + tickets.prefix(10).joined(separator: " ") + (tickets.count > 10 ? " and \(tickets.count - 10) more" : "")
  }
}

extension Lander.CommitResult {
  fileprivate var reason: String {
    switch self {
    case .landed: "landed"
    case .landedPartly(_, let reason): reason
    case .blocked(let paths): "not free: " + paths.keys.sorted().prefix(3).map(\.description).joined(separator: ", ")
    case .lostRace: "the target moved"
    case .failed(let reason), .held(let reason): reason
    }
  }
}
