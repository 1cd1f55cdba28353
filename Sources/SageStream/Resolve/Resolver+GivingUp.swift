import Git
import Platform
import Tickets

/// Giving a resolution up, putting everything back, and taking away what a finished one leaves.
extension Resolver {
  /// Remembers that the ticket's work is not to land: the run that has the lock does the rest, then `tidy`.
  ///
  /// - Throws: `Failure.refused` where what was finished waits to land already.
  public func drop() async throws(Failure) {
    guard let report = try report() else {
      guard try store.read(ticket)?.phase == .dropped else { throw nothingOpen }
      return
    }
    var resolution = try store.read(ticket)
    if let known = resolution { try refuseWaiting(known) }
    if resolution == nil {
      // Never opened: there is nothing to tidy up, but a kill in between has to be finished all the same.
      let target = try await target(of: report)
      let objects = try objects()
      let (tip, parked) = try await throughGit { () throws(GitError) in
        (try await objects.resolve(target), try await objects.resolve(report.branch))
      }
      guard let tip else { throw .unbornTarget(target) }
      resolution = Resolution(
        ticket: ticket, attempt: Attempt(ticket: ticket, run: report.run, number: report.attempt), target: target, branch: report.branch,
        original: parked ?? tip, onto: tip, commits: [],
        worktree: project.resolvedWorktreeRoot.appending("resolve-" + names.name(of: ticket)), report: report.json)
    }
    if let resolution { try mark(resolution, .dropped) }
    Failpoint.resolveDropped.hit()
  }

  /// Puts everything back as it was before `resolve`.
  ///
  /// - Returns: where that which stood in the worktree is kept; nil where nothing did.
  /// - Throws: `Failure.nothingToDo` where the conflict was not being resolved, `.refused` where the result waits to land already.
  public func abort() async throws(Failure) -> RefName? {
    let resolution = try opened()
    try refuseWaiting(resolution)
    try mark(resolution, .aborted)
    Failpoint.resolveAborted.hit()
    return try await tidy(resolution, keepingWork: true)
  }

  private func refuseWaiting(_ resolution: Resolution) throws(Failure) {
    guard resolution.phase == .finished else { return }
    for record in try project.allRecords() where !record.isClosed && record.submissions.contains(where: { $0.ticket == ticket }) {
      throw .refused(
        "what was resolved of \(ticket.displayed) is finished and waits to land with run \(record.run)",
        hint: "git sage-stream --auto --limit=0 lands it"
      )
    }
  }

  // MARK: - Tidying up

  /// Takes the worktree and all that was remembered away.
  ///
  /// - Parameter keepingWork: saves what stands in the worktree first (what landed is anchored already, but not what was left beside it).
  /// - Returns: where it is saved.
  @discardableResult
  public func tidy() async throws(Failure) -> RefName? {
    guard let resolution = try store.read(ticket) else { return nil }
    return try await tidy(resolution, keepingWork: true)
  }

  @discardableResult
  func tidy(_ resolution: Resolution, keepingWork: Bool) async throws(Failure) -> RefName? {
    var kept: RefName?
    let worktree = worktree(resolution)
    if case .missing = try await worktree.standing() {
    } else if keepingWork {
      kept = try await save(resolution, worktree)
    }
    if resolution.phase == .aborted { try await putBack(resolution) }
    try await worktree.remove(isHalfMade: resolution.phase == .opening)
    Failpoint.resolveRemoved.hit()
    try await anchor(nil)
    try store.remove(ticket)
    return kept
  }

  /// A commit of what stands in the worktree, unless it is on the target, parked or picked by us already.
  private func save(_ resolution: Resolution, _ worktree: ResolveWorktree) async throws(Failure) -> RefName? {
    let message = "sage-stream: what stood in the worktree of the conflict of \(ticket.displayed)"
    guard let commit = try await worktree.snapshot(message: message), commit != resolution.tip || resolution.phase != .finished else {
      return nil
    }
    guard try await holdsWork(commit, resolution) else { return nil }
    let reference = RefName(InternalReference.salvage(names.name(of: ticket), resolution.attempt).rawValue + ".resolve")
    let objects = try objects()
    try await throughGit { () throws(GitError) in
      // What an earlier try left there stays reachable under its own id.
      if let earlier = try await objects.resolve(reference), earlier != commit {
        let older = RefName(reference.rawValue + "-\(earlier.short)")
        try await objects.update(older, from: .anything, to: earlier, reason: "sage-stream: resolve")
      }
      try await objects.update(reference, from: .anything, to: commit, reason: "sage-stream: resolve")
    }
    return reference
  }

  /// A landing that found a new conflict at the last moment has moved the branch and written a new report.
  private func putBack(_ resolution: Resolution) async throws(Failure) {
    let objects = try objects()
    try await throughGit { () throws(GitError) in
      guard let now = try await objects.resolve(resolution.branch), now != resolution.original, now == resolution.tip else { return }
      try await objects.update(resolution.branch, from: .commit(now), to: resolution.original, reason: "sage-stream: resolve --abort")
    }
    let reports = ConflictStore(stateFolder: project.stateFolder, names: names)
    guard let report = ConflictReport(json: resolution.report) else { return }
    try onDisk(reports.path(of: ticket)) { () throws(Errno) in
      if let now = try reports.report(for: ticket), now != report { try reports.write(report) }
    }
  }
}
