import Git
import Platform
import Tickets

/// What became of a run that was ended instead of being resumed.
public struct Aborted: Sendable {
  /// The dead runs that nothing is left of, oldest first.
  public var runs: [RunID] = []
  public var target: RefName
  /// Landings that had passed their commit point and were finished.
  public var landed: [TicketID] = []
  /// Finished work that had not landed, with the branch that has it now.
  public var parked: [(ticket: TicketID, branch: RefName)] = []
  /// Uncommitted work that was saved from worktrees, with its references.
  public var saved: [(ticket: TicketID, reference: RefName)] = []
}

extension Run {
  /// `abort`: ends interrupted runs in an orderly way, instead of resuming them.
  ///
  /// A landing under way is finished or taken back, surviving workers are ended and what they made is saved, and states that were owed are
  /// written. Finished work does not land: it is put on `sage/<ticket>`, and its ticket stays as it was.
  ///
  /// - Returns: one account for each branch that dead runs were landing on.
  /// - Throws: `Failure.nothingToDo` where no run was interrupted.
  public func abort() async throws(Failure) -> [Aborted] {
    var results: [Aborted] = []
    while let target = try targetOfDeadRun(), !results.contains(where: { $0.target == target }) {
      results.append(
        try await perform("abort", on: target, patience: .zero) { state, keeper throws(Failure) in try await self.abort(state, keeper) })
    }
    if results.isEmpty { throw .nothingToDo("no run was interrupted, so there is nothing to abort") }
    return results
  }

  private func targetOfDeadRun() throws(Failure) -> RefName? {
    for run in try JournalReader.runs(in: project.stateFolder).reversed() {
      let record = try project.record(of: run)
      if let started = record.started, record.finished == nil, !record.isClosed { return started.target }
    }
    return nil
  }

  private func abort(_ state: RunState, _ keeper: SlotKeeper) async throws(Failure) -> Aborted {
    var result = Aborted(target: state.target)
    let tip = try await state.lander.tip()
    for slot in keeper.existingSlots() {
      do throws(Failure) { try await keeper.settleAfterCrash(slot, fallback: tip) } catch {
        guard case .refused(let reason, _) = error else { throw error }
        try state.journal.append(.warning(reason))
      }
    }
    Failpoint.abortSettled.hit()
    for submission in try ownRecord(state).submissions {
      let branch = try await state.lander.park(submission.ticket, at: submission.tip)
      try state.journal.append(.parked(ticket: submission.ticket, branch: branch), durable: true)
      result.parked.append((submission.ticket, branch))
      Failpoint.abortParked.hit()
    }
    try await state.lander.forgetHeld()
    result.landed = try ownRecord(state).landed.map(\.ticket)
    for event in try JournalReader.events(of: state.journal.file) {
      if case .salvageWritten(let attempt, let reference) = event.fact { result.saved.append((attempt.ticket, reference)) }
    }
    for run in try JournalReader.runs(in: project.stateFolder) where try project.record(of: run).takenOverBy == state.id {
      result.runs.append(run)
    }
    return result
  }

  /// What this run has done so far, as its journal tells.
  func ownRecord(_ state: RunState) throws(Failure) -> RunRecord { try project.record(of: state.id) }
}
