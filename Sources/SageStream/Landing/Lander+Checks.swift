import Git
import Platform
import Tickets

/// The check between picking a chain and moving the target onto it.
extension Lander {
  /// How much of a chain may land now.
  struct Admission {
    /// From the front of the chain; empty where nothing of it may.
    var chain: Chain
    /// All of the chain, and nothing was rejected.
    var isWhole = true
    var rejection: CheckGate.Rejection?
    /// Tickets that have to stay; the chain is to be picked without them.
    var held: [TicketID: String] = [:]
    /// Paths that are not free, found before the check was spent on them.
    var blocked: [TreePath: String]?
  }

  /// Those of the open submissions that are tried together.
  func together(_ open: [Submission], _ gate: CheckGate) -> [Submission] {
    let tickets = Set(gate.together(open.map(\.ticket)))
    let together = open.filter { tickets.contains($0.ticket) }
    // Of a batch only the end is checked, so it is no longer than one move of the target.
    return project.settings.checkScope == .batch ? Array(together.prefix(project.settings.landLimit)) : together
  }

  /// Asks the gate, while nothing is locked and nothing has moved; whoever moves the target meanwhile makes `commit` lose its race.
  func admission(of chain: Chain, _ gate: CheckGate?, _ checkouts: [Checkout]) async throws(Failure) -> Admission {
    guard let gate else { return Admission(chain: chain) }
    // A look without the locks; what it finds would only be found after the check. `commit` looks again, under them.
    let blocked = try await blockedPaths(of: chain, checkouts)
    if !blocked.isEmpty { return Admission(chain: chain, blocked: blocked) }
    let boundaries = try await boundaries(of: chain)
    isChecking = true
    defer { isChecking = false }
    let base = try await git {
      CheckGate.Base(
        target: target, commit: chain.start,
        tree: try await store.treeToCheck(store.commit(chain.start).tree, queue: project.queueFile.treePath))
    }
    let decision = try await gate.judge(boundaries, onto: base)
    let front = chain.prefix(decision.landing)
    let isWhole = decision.landing == chain.members.count
    if !isWhole, !front.isEmpty { try await verify(front) }
    return Admission(chain: front, isWhole: isWhole, rejection: decision.rejection, held: decision.held)
  }

  private func boundaries(of chain: Chain) async throws(Failure) -> [CheckGate.Boundary] {
    try await git {
      var boundaries: [CheckGate.Boundary] = []
      for member in chain.members {
        boundaries.append(
          CheckGate.Boundary(
            ticket: member.submission.ticket, commit: member.tip,
            tree: try await store.treeToCheck(member.tree, queue: project.queueFile.treePath)))
      }
      return boundaries
    }
  }

  private func blockedPaths(of chain: Chain, _ checkouts: [Checkout]) async throws(Failure) -> [TreePath: String] {
    let (tree, changes) = try await git {
      let tree = try await store.commit(chain.start).tree
      return (tree, try await store.changes(from: tree, to: store.commit(chain.end).tree))
    }
    for checkout in checkouts {
      let index = IndexFile(checkout.gitFolder.appending("index"), project.layout.objectFormat)
      let blocked = try await FreePaths(store: store, git: checkout.git, workTree: checkout.path, index: index)
        .blocked(changes, from: tree)
      if !blocked.isEmpty { return blocked }
    }
    return [:]
  }

  /// Parks what the check did not let pass.
  func reject(_ rejection: CheckGate.Rejection?, of chain: Chain) async throws(Failure) -> [(Submission, LandingResult)] {
    guard let rejection, let member = chain.members.first(where: { $0.submission.ticket == rejection.ticket }) else { return [] }
    let branch = try await park(rejection.ticket, at: member.submission.tip)
    return [(member.submission, .rejected(rejection.deferred(branch: branch)))]
  }
}

extension ObjectStore {
  /// The tree that verdicts are remembered by: without the queue, whose states change with every landing and which no check is about.
  func treeToCheck(_ tree: TreeID, queue: TreePath?) async throws(GitError) -> TreeID {
    guard let queue, try await entry(queue, in: tree) != nil else { return tree }
    return try await writeTree(tree, replacing: [(queue, nil)])
  }
}
