import Git
import Platform
import Tickets

/// A ticket that is work again.
public struct Reopened: Sendable, Equatable {
  public let ticket: TicketID
  /// What its next attempt starts with; nil: from the tip of the target.
  public let saved: SavedWork?
}

extension Run {
  /// `retry ID`: makes a DEFERRED ticket work again.
  ///
  /// - Parameter fromSalvage: its next attempt starts with the newest work that is saved of it, on top of the target's tip then.
  /// - Throws: `Failure.unknownTicket`, and `.refused` for tickets in another state and for saved work that does not fit any more.
  public func retry(_ ticket: TicketID, fromSalvage: Bool) async throws(Failure) -> Reopened {
    try await perform("retry", patience: .zero) { state, _ throws(Failure) in
      try await self.reopen(ticket, fromSalvage: fromSalvage, state)
    }
  }

  /// The work of `retry`, also for a run that goes on. In this order, so that a kill between two steps is made good by the next start:
  /// the wish, the journal, the conflict report, the state.
  func reopen(_ ticket: TicketID, fromSalvage: Bool, _ state: RunState) async throws(Failure) -> Reopened {
    guard let entry = state.queue.index[ticket] else { throw .unknownTicket(ticket, similar: state.queue.idsLike(ticket)) }
    let now = state.progress.states[ticket] ?? entry.state
    if state.progress.busy.contains(ticket) || state.progress.held.contains(ticket) {
      throw .refused("\(ticket.displayed) is being worked on, or its finished work waits to land, so there is nothing to retry")
    }
    let resolutions = ResolutionStore(stateFolder: project.stateFolder, names: state.names)
    if let open = try resolutions.read(ticket), open.phase != .dropped, open.phase != .aborted {
      throw .refused(
        "the conflict of \(ticket.displayed) is being resolved in \(open.worktree.string)",
        hint: "git sage-stream resolve ID --abort ends that"
      )
    }
    switch now {
    case .deferred: break
    case .unprocessed where fromSalvage, .inProgress where fromSalvage: break
    case .unprocessed, .inProgress:
      throw .refused("\(ticket.displayed) is \(now.text), so the next run works on it anyway", hint: "git sage-stream --auto")
    case .completed:
      throw .refused("\(ticket.displayed) is COMPLETED", hint: "git sage-stream undo takes the run that landed it back")
    case .other(let text): throw .refused("\(ticket.displayed) has the state \(text), which is not ours to change")
    }
    var saved: SavedWork?
    if fromSalvage {
      guard let work = try await state.lander.savedWork(of: ticket) else {
        throw .refused("nothing is saved of \(ticket.displayed)", hint: "git sage-stream retry ID, without --from-salvage")
      }
      _ = try await state.lander.restart(work, of: ticket, onto: try await state.lander.baseForWorkers())
      try await state.lander.writeWish(ticket, work)
      saved = work
    } else {
      try await state.lander.forgetWish(ticket)
    }
    Failpoint.retryWishWritten.hit()
    if now == .deferred {
      try state.journal.append(.reopened(ticket: ticket, saved: saved?.commit), durable: true)
      Failpoint.retryJournal.hit()
      try removeReport(of: ticket, state)
      Failpoint.retryReportRemoved.hit()
      try await state.lander.record([TicketChange(ticket: ticket, state: .unprocessed, time: WallTime.now.toTheSecond)])
      state.reopened(ticket)
    }
    return Reopened(ticket: ticket, saved: saved)
  }

  func removeReport(of ticket: TicketID, _ state: RunState) throws(Failure) {
    let reports = ConflictStore(stateFolder: project.stateFolder, names: state.names)
    do throws(Errno) { try reports.remove(ticket) } catch { throw .fileSystem(path: reports.path(of: ticket), error) }
  }

  /// What an attempt that is about to start goes on with. Work that does not fit any more stays where it is saved, and is said.
  func restart(_ assignment: Assignment, _ state: RunState) async throws(Failure) -> Restart? {
    let ticket = assignment.attempt.ticket
    guard let work = try await state.lander.wish(of: ticket) else { return nil }
    do throws(Failure) { return try await state.lander.restart(work, of: ticket, onto: assignment.base) } catch {
      guard case .refused(let reason, _) = error else { throw error }
      try await state.lander.forgetWish(ticket)
      try state.journal.append(.warning("\(ticket.displayed) starts anew: \(reason)"))
      return nil
    }
  }
}
