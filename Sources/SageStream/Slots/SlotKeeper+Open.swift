import Git
import Platform

extension SlotKeeper {
  /// Gives slot `number` a worktree: the one that an earlier run left, or a new one, filled with `base` and prepared by the `setup` command.
  ///
  /// A worktree that is broken is set aside under another name, never reset; one in which somebody else's process works, and one that belongs to
  /// another repository, is left alone and the next free name is taken. Work that an adopted worktree still holds is saved when
  /// the first ticket is run in it.
  ///
  /// - Throws: `Failure.fileSystem`, `.git`, and `.refused` where the setup command fails.
  public func open(number: Int, at base: CommitID, stop: StopRequest = StopRequest()) async throws(Failure) -> Slot {
    let root = try onDisk(settings.root) { () throws(Errno) in
      try Folder.create(settings.root)
      return try File.resolved(settings.root)
    }
    for candidate in 1...9 {
      let path = root.appending(SlotName.text(number) + (candidate == 1 ? "" : "-\(candidate)"))
      switch SlotFolder.look(at: path, number: number, commonFolder: layout.commonFolder) {
      case .absent: break
      case .someoneElses: continue
      case .slot(let slot):
        guard await StrayProcesses.end(in: slot).isEmpty else { continue }
        try onDisk(slot.gitFolder) { () throws(Errno) in
          try GitFolderState(slot).removeLocks()
          try HeadLog.ensureExists(slot.gitFolder)
        }
        try await prepareOnce(slot, stop)
        return slot
      case .broken(let reason):
        guard ProcessIdentity.working(in: path).allSatisfy({ $0.pid == getpid() }) else { continue }
        try setAside(path, number: number, reason: reason)
      }
      let slot = try await registration.pass { () async throws(Failure) -> Slot in
        try await forgetRegistrations(of: path, number: number)
        return try await register(path, number: number, at: base)
      }
      try await fill(slot, at: base)
      try journal.append(.slotCreated(slot: number, path: path))
      try await prepareOnce(slot, stop)
      return slot
    }
    throw .refused("slot \(number) has no usable name left in \(root.string)", hint: "git sage-stream clean removes slots")
  }

  private func register(_ path: FilePath, number: Int, at base: CommitID) async throws(Failure) -> Slot {
    let gitFolder = try await throughGit { () throws(GitError) in
      guard settings.inheritsSparseCheckout else {
        let name = freeName(registrationName(number))
        return try await SlotWorktree.register(name: name, path: path, at: base, in: layout, store: makeStore()).gitFolder
      }
      // Only git itself copies the patterns.
      try await layout.git.run("worktree", "add", "--detach", "--no-checkout", "--quiet", path.string, base.hex)
      guard case .slot(let slot) = SlotFolder.look(at: path, number: number, commonFolder: layout.commonFolder) else {
        throw .fileSystem(path: path.string, reason: "the new worktree cannot be read")
      }
      return slot.gitFolder
    }
    let slot = try onDisk(path) { () throws(Errno) in
      let slot = Slot(number: number, path: path, gitFolder: try File.resolved(gitFolder))
      try HeadLog.ensureExists(slot.gitFolder)
      if !settings.inheritsSparseCheckout { _ = try GitFolderState(slot).removeOwnConfiguration() }
      return slot
    }
    Failpoint.slotRegistered.hit()
    return slot
  }

  /// Writes all files of a new worktree, or shares those of another one. Several are filled side by side; one alone is filled by several processes of git's.
  private func fill(_ slot: Slot, at base: CommitID) async throws(Failure) {
    do throws(Failure) {
      try await filling.pass { () async throws(Failure) in
        cloneFiles(into: slot, at: base)
        let git = filling.isShared ? layout.git : layout.git.configured("checkout.workers=0")
        try await SlotGit(slot, git: git).reset(to: base)
        noteFilled(slot, with: base)
        // The first ticket need not ask git once more; a setup command may leave anything.
        if settings.setup == nil, !settings.inheritsSparseCheckout {
          rested.note(slot, SlotStatus(cleanAt: base, ignored: []), SpecialFiles(in: slot, outside: []).folders)
        }
      }
    } catch {
      // Half-filled it would pass for a slot with work in it.
      try? Folder.removeTree(slot.path)
      try? Folder.removeTree(slot.gitFolder)
      throw error
    }
    Failpoint.slotFilled.hit()
  }

  private func registrationName(_ number: Int) -> String { "sage-\(SlotName.text(number))" }

  /// Whether a registration has a name as `freeName` makes it for a slot.
  func isOfSlot(_ number: Int, _ registration: String) -> Bool {
    let name = registrationName(number)
    return registration == name || registration.hasPrefix("\(name)-") && registration.dropFirst(name.utf8.count + 1).allSatisfy(\.isNumber)
  }

  private func freeName(_ name: String) -> String {
    let folder = layout.commonFolder.appending("worktrees")
    func isTaken(_ name: String) -> Bool { ((try? FileStatus.of(folder.appending(name))) ?? nil) != nil }
    if !isTaken(name) { return name }
    return (2...).lazy.map { "\(name)-\($0)" }.first { !isTaken($0) } ?? name
  }

  /// Runs the `setup` command, once for each worktree and again where the command has changed since.
  private func prepareOnce(_ slot: Slot, _ stop: StopRequest) async throws(Failure) {
    guard let setup = settings.setup else { return }
    let done = slot.gitFolder.appending("sage-stream-setup")
    if (try? File.readText(done)) == .some(setup) { return }
    let log = runFolder.appending("\(SlotName.text(slot.number)).setup.log")
    let process = WorkerProcess(
      command: .shell(setup), folder: slot.path, environment: commandEnvironment(slot), promptFile: nil, log: log,
      logLimit: settings.logLimit, timeout: settings.timeout, idleTimeout: settings.idleTimeout, grace: settings.grace)
    let ending: WorkerProcess.Ending
    do throws(WorkerProcess.NotStarted) { ending = try await process.run(stop: stop) { _ in } } catch {
      throw .refused("the setup command of slots could not be started: \(error.reason)")
    }
    guard ending.exit == .status(0), ending.stop == nil else {
      let status = ending.exit.shellStatus
      throw .refused(
        "the setup command of slots (sageStream.setup) ended with status \(status) in \(slot.path.string); its output is in \(log.string)")
    }
    try onDisk(done) { () throws(Errno) in try AtomicFile.write(Array(setup.utf8), to: done) }
  }
}
