import Git
import Platform
import Tickets

/// What killed processes leave behind and a run does not put in order by itself, found and mended.
///
/// Each mend is one sentence. Nothing that could be somebody's is touched: a lock or a file goes only where its process is known to be dead
/// or it lies in a place of ours in which nobody works.
struct Repair {
  let project: Project

  /// `core.bare` in a repository that has a work tree: a `git init` that was started by a hook with `GIT_DIR` in its environment sets it,
  /// and from then on git refuses to work there. To be called before the project is opened.
  ///
  /// - Returns: what was mended.
  static func mendBareFlag(from folder: FilePath, environment: [String: String]) async throws(Failure) -> [String] {
    do {
      let layout = try await RepositoryLayout.discover(from: folder, environment: environment)
      guard LeftOvers.hasTurnedBareFlag(layout) else { return [] }
      try await layout.git.run("config", "--file", layout.commonFolder.appending("config").string, "core.bare", "false")
      return ["core.bare was true in a repository with a work tree; it is false again"]
    } catch { throw Failure(error) }
  }

  /// Registrations of worktrees that nobody can use: half-made by a `git worktree add` that died, or locked by it for ever.
  ///
  /// - Parameter slots: the folder in which worktrees are ours; elsewhere only what has not changed for a minute is taken for dead.
  func mendWorktrees(slots root: FilePath, keeper: SlotKeeper, now: WallTime = .now) async throws(Failure) -> [String] {
    var mended: [String] = []
    for worktree in try await worktrees() where !worktree.isMain {
      let isOurs = worktree.path.starts(with: root)
      let lock = worktree.gitFolder.appending("locked")
      if LeftOvers.isStuck(worktree, isOurs: isOurs, now: now) {
        do throws(Errno) { try File.remove(lock) } catch { throw .fileSystem(path: lock, error) }
        mended.append("the worktree \(worktree.path.string) was locked by a process that died while making it; it is unlocked")
      }
      if isOurs, !worktree.exists {
        try await keeper.forgetRegistrations(of: worktree.path, number: 0)
        mended.append("the worktree \(worktree.path.string) is gone; its registration is, too")
      }
    }
    return mended
  }

  private func worktrees() async throws(Failure) -> [Worktree] {
    do throws(GitError) { return try await WorktreeList.read(project.layout) } catch { throw .git(error) }
  }

  /// Locks in the git folders of slots in which no process works.
  func mendSlotLocks(_ keeper: SlotKeeper) async throws(Failure) -> [String] {
    var mended: [String] = []
    for slot in keeper.existingSlots() {
      guard await StrayProcesses.end(in: slot).isEmpty else { continue }
      do throws(Errno) {
        let before = try Folder.names(in: slot.gitFolder).count
        try GitFolderState(slot).removeLocks()
        if try Folder.names(in: slot.gitFolder).count < before {
          mended.append("locks of dead processes in \(slot.path.string) are removed")
        }
      } catch { throw .fileSystem(path: slot.gitFolder, error) }
    }
    return mended
  }

  /// Temporary files (`<name>.tmp.<pid>`) of processes that are gone, beside the queue and in the state folder.
  func mendTemporaryFiles() throws(Failure) -> [String] {
    var mended: [String] = []
    for file in LeftOvers.temporaryFiles(of: project) {
      do throws(Errno) { try File.remove(file) } catch { throw .fileSystem(path: file, error) }
      mended.append("\(file.string), a temporary file of a process that is gone, is removed")
    }
    return mended
  }
}

extension Run {
  /// `validate --repair`: takes the lock, finishes what dead runs left, and mends what remains.
  ///
  /// - Returns: one sentence for each thing that was mended; empty where all was in order.
  public static func repair(
    from folder: FilePath, environment: [String: String], index: String?, run: (Project) -> Run
  ) async throws(Failure) -> [String] {
    let bare = try await Repair.mendBareFlag(from: folder, environment: environment)
    let project = try await Project.open(from: folder, environment: environment, index: index)
    return bare + (try await run(project).repair())
  }

  func repair() async throws(Failure) -> [String] {
    let open = try project.allRecords().filter { $0.started != nil && !$0.isClosed }
    return try await perform("repair") { state, keeper throws(Failure) in
      let repair = Repair(project: self.project)
      var mended = open.compactMap { record -> String? in
        record.openIntent != nil
          ? "a landing of run \(record.run) that was cut short is finished or taken back"
          : record.finished == nil ? "run \(record.run), which died, is put in order; the next run goes on with it" : nil
      }
      mended += try await repair.mendWorktrees(slots: self.project.resolvedWorktreeRoot, keeper: keeper)
      mended += try await repair.mendSlotLocks(keeper)
      mended += try repair.mendTemporaryFiles()
      // Nobody but us holds the lock, so nobody works on these.
      let orphans = try self.project.loadQueue().index.tickets.filter { $0.state == .inProgress }.map(\.id)
      if !orphans.isEmpty {
        let time = WallTime.now.toTheSecond
        try await state.lander.record(orphans.map { TicketChange(ticket: $0, state: .unprocessed, time: time) })
        for ticket in orphans { mended.append("\(ticket.displayed) was IN_PROGRESS and nobody works on it; it is UNPROCESSED") }
      }
      return mended
    }
  }
}

extension Project {
  /// The folder of the slots as git lists their paths.
  var resolvedWorktreeRoot: FilePath { (try? File.resolved(worktreeRoot)) ?? worktreeRoot }
}
