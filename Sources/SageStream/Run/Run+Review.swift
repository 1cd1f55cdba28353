import Git
import Platform
import Tickets

/// `--review`: finished work lands only when somebody has approved it with `land ID`.
///
/// Work that waits for that is held like work whose paths are not free: it stays a submission from run to run, those that depend on it may
/// start on top of it, and none of them lands before it.
extension Run {
  /// `land ID`: approves finished work, and lands it.
  ///
  /// - Throws: `Failure.refused` for a ticket that has nothing that waits; `.locked` where a run goes on: then that one is to be asked.
  public func approve(_ ticket: TicketID) async throws(Failure) -> Resolved {
    try await perform("land", patience: .zero) { state, _ throws(Failure) in
      try await self.approve(ticket, state)
      if let outcome = try await self.landNow([ticket], state)[ticket] { return outcome }
      return .held(reason: await state.lander.reasonForHolding(ticket) ?? "it could not land")
    }
  }

  /// The work of `land ID`, also for a run that goes on: the journal first, so that a kill after it has approved all the same.
  func approve(_ ticket: TicketID, _ state: RunState) async throws(Failure) {
    guard let entry = state.queue.index[ticket] else { throw .unknownTicket(ticket, similar: state.queue.idsLike(ticket)) }
    let isWaiting = state.waitingToLand.contains { $0.ticket == ticket }
    guard state.progress.held.contains(ticket) || isWaiting || state.isLanding && state.progress.busy.contains(ticket) else {
      if state.running[ticket] != nil { throw .refused("\(ticket.displayed) is still being worked on") }
      switch state.progress.states[ticket] ?? entry.state {
      case .completed: throw .refused("\(ticket.displayed) has landed already", hint: "git sage-stream show ID has its commits")
      case .deferred:
        throw .refused(
          "\(ticket.displayed) is set aside", hint: "git sage-stream resolve ID finishes a conflict, git sage-stream retry ID does it again"
        )
      default: throw .refused("\(ticket.displayed) has no finished work that waits to land")
      }
    }
    try state.journal.append(.approved(ticket: ticket), durable: true)
    Failpoint.reviewApproved.hit()
    await state.lander.approve(ticket)
    state.mustTryHeld = true
  }

  /// Finished work that somebody has to look at first.
  func submitForReview(_ submission: Submission, _ state: RunState) async throws(Failure) {
    try state.journal.append(.awaitsReview(ticket: submission.ticket), durable: true)
    await state.lander.requireReview(of: submission.ticket)
    state.submit(submission)
  }
}

extension Lander {
  /// Why a ticket is held that nobody has approved yet.
  static func reviewReason(_ ticket: TicketID) -> String { "it waits for review: git sage-stream land \(ticket.displayed)" }

  func requireReview(of ticket: TicketID) { unapproved.insert(ticket) }

  func approve(_ ticket: TicketID) { unapproved.remove(ticket) }

  func reasonForHolding(_ ticket: TicketID) -> String? { held.first { $0.submission.ticket == ticket }?.reason }
}
