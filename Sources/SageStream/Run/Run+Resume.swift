import Git
import Platform
import Tickets

/// Taking over what earlier runs left: half-done landings, finished work, held submissions, states that were never written.
extension Run {
  /// Everything before the first new ticket. Afterwards no earlier run has anything left to do, and their journals say so.
  func resume(_ state: RunState) async throws(Failure) {
    var records: [RunRecord] = []
    for run in try JournalReader.runs(in: project.stateFolder) where run != state.id {
      let file = project.runFolder(run).appending("journal.jsonl")
      if try JournalReader.saysClosed(file) { continue }
      let record = RunRecord(run: run, events: try JournalReader.events(of: file))
      guard let started = record.started, !record.isClosed else { continue }
      if isOfAnotherQueue(started) { throw .otherQueueInterrupted(run, queue: started.index, tag: started.tag) }
      records.append(record)
    }
    if records.isEmpty { return try await state.lander.discardEveryPending() }
    for record in records {
      // A check that outlived its run works for nobody.
      for check in record.checks.values where check.process.isAlive { check.process.signal(SIGKILL, group: true) }
      await state.lander.waitForChildren(record)
    }
    try await state.lander.removeDeadLocks()
    _ = try Repair(project: project).mendTemporaryFiles()
    Failpoint.recoveryLocksRemoved.hit()
    var open: [TicketID: Takeover] = [:]
    var order: [TicketID] = []
    var closed: [RunRecord] = []
    for record in records {
      let recovered = try await state.lander.recover(record)
      // A checkout that was put back has put the ticket states back that came with the landing.
      if record.openIntent != nil { try await reload(state) }
      if let intent = recovered {
        for member in intent.tickets {
          try await landed(member, of: intent, state)
          Failpoint.recoveryLanded.hit()
        }
        if let undo = intent.undo { try await finish(undo, statesAreFolded: intent.statesAreFolded, of: record, state) }
      }
      try await state.lander.discardPending(record)
      Failpoint.recoveryPendingDropped.hit()
      for landing in record.landed {
        open[landing.ticket] = nil
        // Its conflict, if it had one, is over.
        if record.setAside[landing.ticket] == nil { try removeReport(of: landing.ticket, state) }
      }
      for ticket in record.setAside.keys { open[ticket] = nil }
      try await write(record.owed, state)
      Failpoint.recoveryStatesWritten.hit()
      state.orphans += record.unsettled.values
      guard record.started?.target == state.target else { continue }
      closed.append(record)
      for submission in record.landingOrder {
        open[submission.ticket] = Takeover(
          submission: submission, heldFor: record.held[submission.ticket], isResolved: record.resolved.contains(submission.ticket),
          original: record.resolutions[submission.tip],
          awaitsReview: record.review.contains(submission.ticket), isApproved: record.approved.contains(submission.ticket))
        order.append(submission.ticket)
      }
    }
    try await state.lander.discardEveryPending()
    var seen: Set<TicketID> = []
    for ticket in order where seen.insert(ticket).inserted {
      guard let takeover = open[ticket], !state.hasLanded(ticket) else { continue }
      try await adopt(takeover, state)
      Failpoint.recoveryAdopted.hit()
    }
    // What is taken over is in our journal for good before theirs says so.
    try state.journal.synchronize()
    for record in closed {
      try Journal.close(project.runFolder(record.run).appending("journal.jsonl"), of: record.run, takenOverBy: state.id)
      Failpoint.recoveryJournalClosed.hit()
    }
  }

  /// Whether an earlier run worked on a queue that is still there and is not this run's: what it left is to be finished with its own queue,
  /// where the same id may be another ticket.
  private func isOfAnotherQueue(_ started: RunStarted) -> Bool {
    let mine = project.queueFile
    if started.index == mine.path { return started.tag != mine.tag }
    return ((try? FileStatus.of(started.index)) ?? nil) != nil
  }

  /// A parked ticket whose branch the user has merged into the target is done.
  func completeMergedByHand(_ state: RunState) async throws(Failure) {
    let parked = state.queue.index.tickets.filter { $0.state == .deferred }.map(\.id)
    let merged = try await state.lander.merged(parked)
    let time = WallTime.now.toTheSecond
    for ticket in merged {
      state.progress.states[ticket] = .completed
      try state.journal.append(.warning("\(ticket.displayed) was merged by hand; it is COMPLETED now"))
    }
    try await state.lander.record(merged.map { TicketChange(ticket: $0, state: .completed, time: time) })
  }

  /// A ticket that has landed while the queue here is another branch's is done, whatever that says.
  func completeLandedElsewhere(_ state: RunState) async throws(Failure) {
    let queue = state.queue
    let landed = try await state.lander.landedElsewhere { queue }.filter { state.progress.states[$0] == nil }
    if landed.isEmpty { return }
    let time = WallTime.now.toTheSecond
    for ticket in landed {
      state.progress.states[ticket] = .completed
      try state.journal.append(
        .warning("\(ticket.displayed) is COMPLETED on \(state.target.short); the queue of the branch that is checked out did not know"))
    }
    try await state.lander.record(landed.map { TicketChange(ticket: $0, state: .completed, time: time) })
  }

  /// The queue, under the lock. Where a landing that was bringing its file along died, or ran out of disk, in the middle of writing it, it is first put
  /// back as it was: recovery would do that, and needs the queue itself.
  func loadQueueUnderLock() async throws(Failure) -> Queue {
    do throws(Failure) { return try project.loadQueue() } catch {
      switch error {
      case .queueMissing, .queueInvalid: break
      default: throw error
      }
      guard let bytes = try await queueBeforeTornWrite() else { throw error }
      let file = project.queueFile.path
      do throws(Errno) {
        if try FileStatus.of(file) == nil { try AtomicFile.write(bytes, to: file) } else { try project.queueFile.write(bytes) }
      } catch { throw .fileSystem(path: file, error) }
      return try project.loadQueue()
    }
  }

  /// What the queue's file held before a landing that is not finished; nil where what stands there now is not the beginning of what that landing writes.
  private func queueBeforeTornWrite() async throws(Failure) -> [UInt8]? {
    guard let path = project.queueFile.treePath?.text else { return nil }
    let torn: [UInt8]
    do throws(Errno) { torn = try File.read(project.queueFile.path) ?? [] } catch { throw .fileSystem(path: project.queueFile.path, error) }
    for run in try JournalReader.runs(in: project.stateFolder).reversed() {
      let record = try project.record(of: run)
      guard !record.isClosed, let intent = record.openIntent, intent.statesAreFolded,
        let written = try await checkedOut(path, at: intent.to), written.starts(with: torn)
      else { continue }
      return try await checkedOut(path, at: intent.from)
    }
    return nil
  }

  /// A file as a checkout of the commit would have it; nil where the commit has none.
  private func checkedOut(_ path: String, at commit: CommitID) async throws(Failure) -> [UInt8]? {
    do throws(GitError) {
      let answer = try await project.git.run("cat-file", "--filters", "\(commit):\(path)", accepting: [0, 128])
      return answer.status == 0 ? answer.standardOutput : nil
    } catch { throw .git(error) }
  }

  /// Ends workers that survived the death of their run and saves what they made, before their slots are touched: slots side by side, what
  /// several dead runs left of one slot in their order.
  func settleOrphans(_ state: RunState, _ keeper: SlotKeeper) async throws(Failure) {
    let slots = Dictionary(grouping: state.orphans, by: \.slot)
    let failure: Failure? = await withTaskGroup(of: Failure?.self) { group in
      for orphans in slots.values {
        group.addTask {
          do throws(Failure) {
            for orphan in orphans {
              try await keeper.recover(orphan)
              Failpoint.recoveryOrphanSettled.hit()
            }
            return nil
          } catch { return error }
        }
      }
      return await group.reduce(nil) { $0 ?? $1 }
    }
    if let failure { throw failure }
  }

  /// A ticket whose landing passed the commit point in a run that died: its states and its event follow now.
  private func landed(_ member: LandingIntent.Member, of intent: LandingIntent, _ state: RunState) async throws(Failure) {
    let landed = try await state.lander.finishLanded(member, of: intent, queue: state.queue, progress: state.progress)
    state.landed(landed, title: state.queue.title(of: member.ticket))
    try await closeConflict(of: member.ticket, state)
  }

  /// An undo that passed the commit point in a run that died: its states, and its event in the journal of that run.
  private func finish(_ undo: Undone, statesAreFolded: Bool, of record: RunRecord, _ state: RunState) async throws(Failure) {
    try await state.lander.writeStates(of: undo, statesAreFolded: statesAreFolded)
    try Journal.append(.undone(undo), to: project.runFolder(record.run).appending("journal.jsonl"), of: record.run)
    for reversal in undo.states { state.progress.states[reversal.ticket] = reversal.to }
  }

  /// States that a killed run still owed the queue; a ticket that has another state by now is left alone.
  private func write(_ owed: [TicketChange], _ state: RunState) async throws(Failure) {
    let changes = owed.filter { change in
      let now = state.queue.index[change.ticket]?.state
      return change.state == .unprocessed ? now == .deferred : now == .unprocessed || now == .inProgress
    }
    // A ticket that was about to be retried has no conflict any more.
    for change in changes where change.state == .unprocessed { try removeReport(of: change.ticket, state) }
    for change in changes { state.progress.states[change.ticket] = change.state }
    try await state.lander.record(changes)
  }

  /// Finished work of a dead run.
  private struct Takeover {
    let submission: Submission
    let heldFor: String?
    let isResolved: Bool
    let original: CommitID?
    let awaitsReview: Bool
    let isApproved: Bool

    func isWanted(_ state: TicketState) -> Bool {
      state == .unprocessed || state == .inProgress || isResolved && state == .deferred
    }
  }

  private func adopt(_ takeover: Takeover, _ state: RunState) async throws(Failure) {
    let submission = takeover.submission
    let ticket = submission.ticket
    guard let entry = state.queue.index[ticket], takeover.isWanted(entry.state) else {
      let branch = try await state.lander.park(ticket, at: submission.tip)
      try state.journal.append(
        .warning("\(ticket.displayed) is no longer open, so its finished work of run \(submission.attempt.run) is kept on \(branch.short)"))
      return
    }
    if takeover.isResolved {
      try state.journal.append(.resolved(ticket: ticket, commit: submission.tip, original: takeover.original))
      state.resolving.insert(ticket)
    }
    try state.journal.append(.submissionAnchored(submission, slot: 0))
    if takeover.isApproved {
      try state.journal.append(.approved(ticket: ticket))
    } else if takeover.awaitsReview || options.review && !takeover.isResolved {
      try state.journal.append(.awaitsReview(ticket: ticket))
      await state.lander.requireReview(of: ticket)
    }
    if let reason = takeover.heldFor {
      try state.journal.append(.held(ticket: ticket, reason: reason))
      await state.lander.adopt(submission, reason: reason)
      state.hold(ticket)
      state.mustTryHeld = true
    } else {
      state.submit(submission)
    }
  }
}
