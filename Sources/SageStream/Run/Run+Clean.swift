import Git
import Platform
import Tickets

extension Run {
  /// `clean`: removes what has landed, and what has not only where it is older than the user says. Worktrees of slots are emptied into
  /// references before they go.
  ///
  /// - Parameters:
  ///   - olderThan: unlanded work from before this moment goes as well; nil keeps all of it.
  ///   - isDryRun: only says what would be done; needs no lock and changes nothing.
  public func clean(olderThan: WallTime?, isDryRun: Bool) async throws(Failure) -> CleanPlan {
    if isDryRun {
      let target = try await project.target(onto: options.onto)
      let store: any ObjectStore
      let tip: CommitID?
      do throws(GitError) {
        store = try project.makeStore()
        tip = try await store.resolve(target)
      } catch { throw .git(error) }
      guard let tip else { throw .unbornTarget(target) }
      let queue = try project.loadQueue()
      var plan = try await planner(store, tip, queue, TicketNames(queue.index.tickets.map(\.id)), olderThan).plan()
      for path in folders(.slot) { plan.removed.append((.slot(path), "can be made anew")) }
      for path in folders(.aside) { planAside(path, olderThan, &plan) }
      for (resolution, reason, isOver) in try resolutions(of: queue) {
        let item = CleanPlan.Item.resolution(resolution.ticket, resolution.worktree)
        if isOver { plan.removed.append((item, reason)) } else { plan.kept.append((item, reason)) }
      }
      return plan
    }
    return try await perform("clean") { state, keeper throws(Failure) in try await self.clean(olderThan, state, keeper) }
  }

  private func planner(
    _ store: any ObjectStore, _ tip: CommitID, _ queue: Queue, _ names: TicketNames, _ olderThan: WallTime?, leavingOut own: RunID? = nil
  ) throws(Failure) -> CleanPlanner {
    CleanPlanner(
      project: project, store: store, tip: tip, names: names,
      tickets: Dictionary(queue.index.tickets.map { ($0.id, $0.state) }) { first, _ in first },
      records: try project.allRecords().filter { $0.run != own }, olderThan: olderThan)
  }

  private func clean(_ olderThan: WallTime?, _ state: RunState, _ keeper: SlotKeeper) async throws(Failure) -> CleanPlan {
    var plan = CleanPlan()
    // First, because what a worktree still holds becomes a reference, which is then judged like the others.
    let tip = try await state.lander.tip()
    for slot in keeper.existingSlots() {
      do throws(Failure) {
        try await keeper.close(slot, fallback: tip)
        plan.removed.append((.slot(slot.path), "can be made anew"))
      } catch {
        guard case .refused(let reason, _) = error else { throw error }
        plan.kept.append((.slot(slot.path), reason))
      }
      Failpoint.cleanSlotRemoved.hit()
    }
    for path in folders(.aside) { planAside(path, olderThan, &plan) }
    try await closeResolutions(state, &plan)
    let store: any ObjectStore
    do throws(GitError) { store = try project.makeStore() } catch { throw .git(error) }
    let rest = try await planner(store, tip, state.queue, state.names, olderThan, leavingOut: state.id).plan()
    plan.kept += rest.kept
    for (item, reason) in rest.removed + plan.removed.filter({ if case .aside = $0.item { true } else { false } }) {
      try await remove(item, state, keeper)
      if !plan.removed.contains(where: { $0.item == item }) { plan.removed.append((item, reason)) }
    }
    _ = Folder.removeIfEmpty(project.worktreeRoot)
    return plan
  }

  private func remove(_ item: CleanPlan.Item, _ state: RunState, _ keeper: SlotKeeper) async throws(Failure) {
    switch item {
    case .slot, .resolution: break
    case .reference(let reference, let commit):
      try await state.lander.drop(reference, at: commit)
      Failpoint.cleanReferenceRemoved.hit()
    case .run(let run):
      try await state.lander.dropReferences(of: run, stashes: Set(StashLog.read(project.layout.commonFolder).entries.map(\.commit)))
      Failpoint.cleanRunForgotten.hit()
      try removeTree(project.runFolder(run))
      Failpoint.cleanRunRemoved.hit()
    case .aside(let path):
      try await keeper.forgetRegistrations(of: path, number: 0)
      try removeTree(path)
      Failpoint.cleanAsideRemoved.hit()
    case .report(let ticket, _):
      try removeReport(of: ticket, state)
      Failpoint.cleanReportRemoved.hit()
    }
  }

  // MARK: - Conflicts that nobody has to finish any more

  /// What `resolve` has opened, and whether that is over: the ticket landed some other way, or is work again.
  private func resolutions(of queue: Queue) throws(Failure) -> [(Resolution, reason: String, isOver: Bool)] {
    let names = TicketNames(queue.index.tickets.map(\.id))
    return try ResolutionStore(stateFolder: project.stateFolder, names: names).all().map { resolution in
      switch queue.index[resolution.ticket]?.state {
      case .deferred?: (resolution, "the conflict is being resolved there", false)
      case let state?: (resolution, "\(resolution.ticket.displayed) is \(state.text)", true)
      case nil: (resolution, "\(resolution.ticket.displayed) is not in the queue any more", true)
      }
    }
  }

  /// What stands in such a worktree becomes a reference first, which is then judged like the others.
  private func closeResolutions(_ state: RunState, _ plan: inout CleanPlan) async throws(Failure) {
    for (resolution, reason, isOver) in try resolutions(of: state.queue) {
      let item = CleanPlan.Item.resolution(resolution.ticket, resolution.worktree)
      guard isOver else {
        plan.kept.append((item, reason))
        continue
      }
      if try await tidy(resolution, state) { plan.removed.append((item, reason)) } else { plan.kept.append((item, "somebody is at it")) }
      Failpoint.cleanResolutionRemoved.hit()
    }
  }

  private func removeTree(_ path: FilePath) throws(Failure) {
    do throws(Errno) { try Folder.removeTree(path) } catch { throw .fileSystem(path: path, error) }
  }

  private enum FolderKind { case slot, aside }

  /// Folders in the worktree root by their names: `slot-3`, and `slot-3.aside-<run>`.
  private func folders(_ kind: FolderKind) -> [FilePath] {
    guard let root = try? File.resolved(project.worktreeRoot), let names = try? Folder.names(in: root) else { return [] }
    return names.map { String(decoding: $0, as: UTF8.self) }.filter { name in
      SlotName.isOurs(name) && name.contains(".aside-") == (kind == .aside)
    }.sorted().map { root.appending($0) }
  }

  private func planAside(_ path: FilePath, _ olderThan: WallTime?, _ plan: inout CleanPlan) {
    let run = path.lastComponent?.string.split(separator: ".aside-").last.flatMap { RunID($0.prefix(20)) }
    if let run, let olderThan, run.rawValue.prefix(15) < olderThan.compact {
      plan.removed.append((.aside(path), "older than you say"))
    } else {
      plan.kept.append((.aside(path), "a worktree that was set aside with work in it"))
    }
  }
}

extension Lander {
  /// Removes a reference that still is what the plan says.
  func drop(_ reference: RefName, at commit: CommitID) async throws(Failure) {
    do throws(GitError) {
      try await store.update(reference, from: .commit(commit), to: nil, reason: "sage-stream: clean")
    } catch {
      if !error.isStaleReference { throw .git(error) }
    }
  }

  /// What a run that is forgotten anchored. Stash entries that the user no longer has are kept: nothing else holds them.
  func dropReferences(of run: RunID, stashes: Set<CommitID>) async throws(Failure) {
    for (reference, commit) in try await git({ try await store.references(startingWith: InternalReference.prefix + "runs/\(run)/") }) {
      if reference.rawValue.contains("/stash/"), !stashes.contains(commit) { continue }
      try await drop(reference, at: commit)
    }
  }
}
