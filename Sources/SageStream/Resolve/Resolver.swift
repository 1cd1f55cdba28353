import Git
import Platform
import Tickets

/// `resolve ID`: one conflict, finished by hand in a worktree of its own.
///
/// Opening needs no lock of the run: it only makes a worktree. What lands or drops the ticket is a `Run`, ours or the one that goes on.
/// One process at a time works on one ticket's conflict; where it is killed, the file of the `Resolution` and the worktree together say what
/// is left to do, and the same command typed again does it.
public struct Resolver: Sendable {
  public let project: Project
  public let ticket: TicketID
  let queue: Queue
  let names: TicketNames
  let store: ResolutionStore

  /// Where the worktree stands when a step is over.
  public enum Step: Sendable, Equatable {
    /// The cherry-pick is stopped: these paths are unmerged.
    case unmerged(worktree: FilePath, paths: [TreePath], isAgain: Bool)
    /// No path is unmerged, and these changes are not staged, or not committed although no cherry-pick goes on any more.
    case uncommitted(worktree: FilePath, paths: [TreePath], isStopped: Bool)
    /// The cherry-pick is stopped although no path is unmerged: what git says of it is for a person to judge.
    case stopped(worktree: FilePath, words: [String])
    /// git sees no conflict; a person has to change something, because a file would be moved to where nothing lands.
    case needsEdit(worktree: FilePath)
    /// All is picked and committed; the parts that are not among the commits any more were left out by the user.
    case ready(leftOut: [String])
    /// Opened earlier, finished by plain git since.
    case finished(worktree: FilePath)
  }

  /// - Throws: `Failure.unknownTicket` and what loading the queue throws.
  public init(_ ticket: TicketID, in project: Project) throws(Failure) {
    let queue = try project.loadQueue()
    guard queue.index[ticket] != nil else { throw .unknownTicket(ticket, similar: queue.idsLike(ticket)) }
    self.init(ticket, in: project, queue: queue, names: TicketNames(queue.index.tickets.map(\.id)))
  }

  init(_ ticket: TicketID, in project: Project, queue: Queue, names: TicketNames) {
    self.project = project
    self.ticket = ticket
    self.queue = queue
    self.names = names
    store = ResolutionStore(stateFolder: project.stateFolder, names: names)
  }

  /// Runs the steps of one command with nobody else at this ticket's conflict.
  ///
  /// - Throws: `Failure.refused` where another process is at it, and what the steps throw.
  public func alone<Outcome: Sendable>(_ body: () async throws(Failure) -> Outcome) async throws(Failure) -> Outcome {
    guard let lock = try store.lock(ticket) else {
      throw .refused("another git sage-stream works on the conflict of \(ticket.displayed) right now")
    }
    let outcome = try await body()
    release(lock)
    return outcome
  }

  /// Ends the lock, and keeps it up to here.
  private func release(_ lock: consuming FileLock) {}

  // MARK: - Opening

  /// Opens the worktree, or finds it open: the real `git cherry-pick`, stopped at the conflict. Conflicts that rerere knows are staged, and
  /// where nothing else is left the picks go through to their end.
  ///
  /// - Throws: `Failure.nothingToDo` for a ticket without a conflict, `.refused` with a reason.
  public func open() async throws(Failure) -> Step {
    var known = try store.read(ticket)
    if let resolution = known, resolution.phase == .dropped || resolution.phase == .aborted {
      try await tidy(resolution, keepingWork: true)
      known = nil
    }
    // The queue need not say DEFERRED yet: a run that goes on may write that at its end.
    if queue.index[ticket]?.state == .completed { throw .nothingToDo("\(ticket.displayed) is COMPLETED, so it has no conflict to resolve") }
    if let run = try RunStatus.latest(of: project), run.state == .running, run.slots.contains(where: { $0.ticket == ticket }) {
      throw .refused("run \(run.run) works on \(ticket.displayed) right now")
    }
    guard let resolution = known else { return try await begin() }
    switch try await worktree(resolution).standing() {
    case .busy(let operation): throw .operationInProgress(operation, resolution.worktree)
    case .picking(let status):
      if resolution.phase == .opening {
        try mark(resolution, .open)
        return try await settle(resolution, isAgain: false)
      }
      if !status.unmerged.isEmpty { return .unmerged(worktree: resolution.worktree, paths: status.unmerged, isAgain: false) }
      return .uncommitted(worktree: resolution.worktree, paths: status.changed, isStopped: true)
    case .settled, .uncommitted, .missing:
      if resolution.phase == .opening { return try await start(resolution, isAgain: false) }
    }
    switch try await worktree(resolution).standing() {
    case .uncommitted(let status):
      return .uncommitted(worktree: resolution.worktree, paths: status.changed + status.unmerged, isStopped: false)
    case .settled(let head, _) where try await holdsWork(head, resolution): return .finished(worktree: resolution.worktree)
    default: return try await begin()
    }
  }

  /// Opens the worktree for the work that is parked.
  private func begin() async throws(Failure) -> Step {
    guard let report = try report() else {
      throw .nothingToDo("\(ticket.displayed) has no conflict", hint: "git sage-stream conflicts lists those there are")
    }
    let target = try await target(of: report)
    let objects = try objects()
    let (tip, parked) = try await throughGit { () throws(GitError) in
      (try await objects.resolve(target), try await work(of: report, objects))
    }
    guard let tip else { throw .unbornTarget(target) }
    guard let parked else {
      throw .refused(
        "the branch \(report.branch.short) of \(ticket.displayed) is gone, and its work with it",
        hint: "git sage-stream retry ID does it again")
    }
    let isWhole = report.paths.contains { $0.type == "excluded" }
    let submission = Submission(
      attempt: Attempt(ticket: ticket, run: report.run, number: report.attempt), base: report.base, tip: parked, anchor: report.branch,
      message: queue.index[ticket].map { HarvestMessage($0).text } ?? ticket.displayed)
    let plan = try await ResolvePlan.of(submission, target: tip, picker: try await picker(objects), isWhole: isWhole)
    if plan.commits.isEmpty { throw .nothingToDo("all of \(ticket.displayed) is on \(target.short) already") }
    let path = project.resolvedWorktreeRoot.appending("resolve-" + names.name(of: ticket))
    var resolution = Resolution(
      ticket: ticket, attempt: submission.attempt, target: target, branch: report.branch, original: parked, onto: tip,
      commits: plan.commits, worktree: path, report: report.json)
    resolution.needsEdit = plan.needsEdit
    try worktree(resolution).checkIsOurs()
    try await anchor(plan.commits.last)
    return try await start(resolution, isAgain: false)
  }

  /// Puts the worktree at the tip and starts the picks; killed in between, it is started once more with the same ones.
  private func start(_ resolution: Resolution, isAgain: Bool) async throws(Failure) -> Step {
    var resolution = resolution
    let objects = try objects()
    guard let tip = try await throughGit({ () throws(GitError) in try await objects.resolve(resolution.target) }) else {
      throw .unbornTarget(resolution.target)
    }
    resolution.onto = tip
    resolution.phase = .opening
    try store.write(resolution)
    Failpoint.resolveWritten.hit()
    let worktree = worktree(resolution)
    try await worktree.prepare(name: "sage-resolve-" + names.name(of: ticket), at: tip, store: objects)
    Failpoint.resolveWorktree.hit()
    let said = try await worktree.pick(resolution.commits)
    Failpoint.resolvePicked.hit()
    try mark(resolution, .open)
    resolution.phase = .open
    return try await settle(resolution, said: said, isAgain: isAgain)
  }

  /// What a worktree in which a pick has just stopped or ended asks for. A stop without unmerged paths is one that rerere knew.
  private func settle(_ resolution: Resolution, said: [String]? = nil, isAgain: Bool) async throws(Failure) -> Step {
    var said = said
    while true {
      switch try await worktree(resolution).standing() {
      case .picking(let status) where status.unmerged.isEmpty:
        // rerere knows contents. Of other conflicts nobody but a person can say that they are solved.
        let others = said?.filter { !$0.hasPrefix("CONFLICT (content)") && !$0.hasPrefix("CONFLICT (add/add)") }
        if let others, others.isEmpty, said?.isEmpty == false {
          said = try await worktree(resolution).goOn()
        } else {
          return .stopped(worktree: resolution.worktree, words: others ?? [])
        }
      case .picking(let status): return .unmerged(worktree: resolution.worktree, paths: status.unmerged, isAgain: isAgain)
      case .settled where resolution.needsEdit: return .needsEdit(worktree: resolution.worktree)
      case .settled(let head, _): return try await ready(head, resolution)
      case .uncommitted(let status):
        return .uncommitted(worktree: resolution.worktree, paths: status.changed + status.unmerged, isStopped: false)
      case .busy(let operation): throw .operationInProgress(operation, resolution.worktree)
      case .missing: throw .refused("the worktree \(resolution.worktree.string) cannot be used")
      }
    }
  }

  // MARK: - Going on

  /// Finishes what is staged, as `git cherry-pick --continue` does and without an editor, and has all ready to land: on the current tip, where
  /// the target has moved since.
  ///
  /// - Throws: `Failure.nothingToDo` where no conflict of the ticket's is being resolved, `.refused` with a reason.
  public func goOn() async throws(Failure) -> Step {
    let resolution = try opened()
    let standing = try await worktree(resolution).standing()
    if resolution.phase == .opening {
      if case .picking = standing {} else { return try await start(resolution, isAgain: false) }
    }
    switch standing {
    case .picking(let status):
      if !status.unmerged.isEmpty { return .unmerged(worktree: resolution.worktree, paths: status.unmerged, isAgain: false) }
      let unstaged = try await worktree(resolution).unstaged()
      if !unstaged.isEmpty { return .uncommitted(worktree: resolution.worktree, paths: unstaged, isStopped: true) }
      try mark(resolution, .open)
      let said = try await worktree(resolution).goOn()
      return try await settle(resolution, said: said, isAgain: false)
    case .settled(let head, _): return try await ready(head, resolution)
    case .uncommitted(let status):
      return .uncommitted(worktree: resolution.worktree, paths: status.unmerged + status.changed, isStopped: false)
    case .busy(let operation): throw .operationInProgress(operation, resolution.worktree)
    // Finished before, it does not need its worktree any more.
    case .missing where resolution.phase == .finished && resolution.tip != nil: return .ready(leftOut: [])
    case .missing: throw .refused("the worktree \(resolution.worktree.string) is gone", hint: "git sage-stream resolve ID opens it anew")
    }
  }

  /// Sees that what is committed fits the tip as it is now, and remembers it as what is to land.
  private func ready(_ head: CommitID, _ resolution: Resolution) async throws(Failure) -> Step {
    guard try await holdsWork(head, resolution) else {
      throw .refused(
        "nothing of \(ticket.displayed) is picked in \(resolution.worktree.string)",
        hint: "git sage-stream resolve ID starts again, resolve ID --skip drops it"
      )
    }
    let objects = try objects()
    guard let tip = try await throughGit({ () throws(GitError) in try await objects.resolve(resolution.target) }) else {
      throw .unbornTarget(resolution.target)
    }
    let isOnTip = try await throughGit { () throws(GitError) in try await objects.isAncestor(tip, of: head) }
    if !isOnTip {
      let submission = Submission(
        attempt: resolution.attempt, base: resolution.onto, tip: head, anchor: resolution.branch, message: ticket.displayed)
      let picker = try await picker(objects)
      let outcome = try await throughGit { () throws(GitError) in try await picker.pick(submission, target: tip, onto: tip) }
      if case .conflicted = outcome { return try await again(head, onto: tip, resolution, objects) }
    }
    let leftOut = try await leftOut(head, resolution, objects)
    try await anchor(head)
    var resolution = resolution
    resolution.tip = head
    resolution.phase = .finished
    try store.write(resolution)
    Failpoint.resolveFinished.hit()
    return .ready(leftOut: leftOut)
  }

  /// The target has moved, and what was resolved clashes with what has come: picked again, stopped again.
  private func again(
    _ head: CommitID, onto tip: CommitID, _ resolution: Resolution, _ objects: any ObjectStore
  ) async throws(Failure) -> Step {
    var resolution = resolution
    let base = resolution.onto
    resolution.commits = try await throughGit { () throws(GitError) in
      try await objects.commits(reachableFrom: head, excluding: [base, tip])
    }
    try await anchor(head)
    return try await start(resolution, isAgain: true)
  }

  // MARK: - Small things

  var nothingOpen: Failure {
    .nothingToDo("no conflict of \(ticket.displayed) is being resolved", hint: "git sage-stream resolve ID opens it")
  }

  func opened() throws(Failure) -> Resolution {
    guard let resolution = try store.read(ticket),
      resolution.phase == .open || resolution.phase == .opening || resolution.phase == .finished
    else { throw nothingOpen }
    return resolution
  }

  /// The branch that the ticket's work is to land on.
  public func target() async throws(Failure) -> RefName? {
    if let resolution = try store.read(ticket) { return resolution.target }
    guard let report = try report() else { return nil }
    return try await target(of: report)
  }

  func worktree(_ resolution: Resolution) -> ResolveWorktree { ResolveWorktree(layout: project.layout, path: resolution.worktree) }

  func mark(_ resolution: Resolution, _ phase: Resolution.Phase) throws(Failure) {
    var resolution = resolution
    resolution.phase = phase
    try store.write(resolution)
  }

  func report() throws(Failure) -> ConflictReport? {
    let reports = ConflictStore(stateFolder: project.stateFolder, names: names)
    return try onDisk(reports.path(of: ticket)) { () throws(Errno) in try reports.report(for: ticket) }
  }

  /// The work that conflicted: what its branch has, unless a later attempt of ours was parked there meanwhile. What the user has made of the
  /// branch counts.
  func work(of report: ConflictReport, _ objects: any ObjectStore) async throws(GitError) -> CommitID? {
    let name = names.name(of: ticket)
    let branch = try await objects.resolve(report.branch)
    let own = InternalReference.attempt(name, Attempt(ticket: ticket, run: report.run, number: report.attempt))
    let anchored = try await objects.resolve(own)
    guard let branch, branch != anchored else { return anchored ?? branch }
    for kind in ["attempts", "salvage"] {
      let references = try await objects.references(startingWith: InternalReference.prefix + "\(kind)/\(name)/")
      if references.contains(where: { $0.commit == branch }) { return anchored ?? branch }
    }
    return branch
  }

  /// The branch that the run which met the conflict was landing on.
  func target(of report: ConflictReport) async throws(Failure) -> RefName {
    if let started = try project.record(of: report.run).started { return started.target }
    return try await project.target(onto: nil)
  }

  func objects() throws(Failure) -> any ObjectStore {
    do throws(GitError) { return try project.makeStore() } catch { throw .git(error) }
  }

  func picker(_ objects: any ObjectStore) async throws(Failure) -> Picker {
    let scratch = project.stateFolder.appending("scratch")
    try onDisk(scratch) { () throws(Errno) in try Folder.create(scratch) }
    return Picker(
      store: objects, merge: OrtMerge(git: project.git, scratch: scratch), writer: CommitWriter(store: objects, signer: nil),
      exclusions: project.exclusions, git: project.git, committer: try await project.committer().bytes)
  }

  /// Keeps the commits that are picked, or were finished, from `git gc`.
  func anchor(_ commit: CommitID?) async throws(Failure) {
    let objects = try objects()
    let reference = InternalReference.resolution(names.name(of: ticket))
    try await throughGit { () throws(GitError) in
      if commit == nil, try await objects.resolve(reference) == nil { return }
      try await objects.update(reference, from: .anything, to: commit, reason: "sage-stream: resolve")
    }
  }

  /// Whether a commit has anything that the target does not have.
  func holdsWork(_ commit: CommitID, _ resolution: Resolution) async throws(Failure) -> Bool {
    let objects = try objects()
    return try await throughGit { () throws(GitError) in
      if commit == resolution.onto { return false }
      guard let tip = try await objects.resolve(resolution.target) else { return true }
      return try await !objects.isAncestor(commit, of: tip)
    }
  }

  /// Whether every commit that was to be picked is among those that were.
  func isWhole(_ head: CommitID, _ resolution: Resolution) async throws(Failure) -> Bool {
    guard try await holdsWork(head, resolution) else { return false }
    return try await missing(head, resolution, objects()).isEmpty
  }

  func leftOut(_ head: CommitID, _ resolution: Resolution, _ objects: any ObjectStore) async throws(Failure) -> [String] {
    let missing = try await missing(head, resolution, objects)
    // Where none is there, the user has made a commit of their own of it all.
    return missing.count == resolution.commits.count ? [] : missing
  }

  /// The subjects of the commits that were to be picked and are not among those that were: skipped by the user, or dropped with `--quit`.
  func missing(_ head: CommitID, _ resolution: Resolution, _ objects: any ObjectStore) async throws(Failure) -> [String] {
    try await throughGit { () throws(GitError) in
      var authors: [[UInt8]] = []
      for id in try await objects.commits(reachableFrom: head, excluding: [resolution.onto]) {
        authors.append(try await objects.commit(id).author)
      }
      var missing: [String] = []
      for id in resolution.commits {
        let commit = try await objects.commit(id)
        // A pick keeps the author and the author's date; squashed commits keep one of them.
        if let place = authors.firstIndex(of: commit.author) { authors.remove(at: place) } else { missing.append(commit.subject) }
      }
      return missing
    }
  }
}
