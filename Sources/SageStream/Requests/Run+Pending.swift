import Git
import Platform
import Tickets

/// Requests for a landing: their answer is what the landing came to, so they wait in the box until it is over.
extension Run {
  /// Begins what a request for a landing asks.
  ///
  /// - Returns: an answer where there is one at once; nil where it waits (then the request is among `pending`), or asks for something else.
  func answerLanding(_ request: Request, at path: FilePath, _ state: RunState) async throws(Failure) -> RequestAnswer? {
    func reply(_ isDone: Bool, _ sentence: String) -> RequestAnswer {
      RequestAnswer(request: request.id, verb: request.verb.name, isDone: isDone, sentence: sentence)
    }
    do throws(Failure) {
      switch request.verb {
      case .resolve(let ticket):
        if state.hasLanded(ticket) {
          var answer = reply(true, landedSentence(ticket, state.landedWork[ticket]?.commit, state))
          answer.outcome = "landed"
          return answer
        }
        if let landed = try await submitResolved(ticket, state) {
          var answer = reply(true, landedSentence(ticket, landed.commits.last, state))
          answer.outcome = "landed"
          return answer
        }
      case .land(let ticket): try await approve(ticket, state)
      case .drop(let ticket):
        try await drop(ticket, state)
        return reply(true, "the conflict of \(ticket.displayed) is given up; its work is kept on its branch")
      default: return nil
      }
    } catch {
      switch error {
      case .refused(let reason, let hint), .nothingToDo(let reason, let hint):
        return reply(false, hint.map { "\(reason); \($0)" } ?? reason)
      case .unknownTicket(let ticket, _): return reply(false, "the queue has no ticket \(ticket.displayed)")
      default: throw error
      }
    }
    state.pending[request.id] = (path, request)
    return nil
  }

  /// Answers those who wait for the landing of a ticket.
  func answerPending(_ ticket: TicketID, _ result: LandingResult, _ state: RunState) throws(Failure) {
    for (id, waiting) in state.pending where waiting.request.verb.ticket == ticket {
      var answer = RequestAnswer(request: id, verb: waiting.request.verb.name, isDone: false, sentence: "")
      switch Resolved(result, target: state.target) {
      // Of a landing that began before somebody approved, or that has not decided.
      case nil: continue
      case .held(let reason) where reason == Lander.reviewReason(ticket): continue
      case .landed:
        answer.isDone = true
        answer.outcome = "landed"
        answer.sentence = landedSentence(ticket, state.landedWork[ticket]?.commit, state)
      case .held(let reason):
        answer.outcome = "held"
        answer.sentence = reason
      case .conflicted:
        answer.outcome = "conflicted"
        answer.sentence = "\(ticket.displayed) conflicts with what has landed meanwhile"
      case .failed(let reason):
        answer.outcome = "failed"
        answer.sentence = reason
      }
      try state.journal.append(.answered(answer), durable: true)
      Failpoint.requestAnswered.hit()
      try RequestBox(stateFolder: project.stateFolder).remove(waiting.path)
      state.pending[id] = nil
    }
  }

  /// Answers those whose ticket is held as it was before: no landing says that again.
  func answerThoseStillHeld(_ state: RunState) async throws(Failure) {
    if state.mustTryHeld { return }
    for waiting in state.pending.values {
      guard let ticket = waiting.request.verb.ticket, let reason = await state.lander.reasonForHolding(ticket) else { continue }
      try answerPending(ticket, .held(reason: reason), state)
    }
  }

  /// Lands what requests of a dead run wait for: a verb has no landings of its own.
  func landPending(_ state: RunState) async throws(Failure) {
    let tickets = Set(state.pending.values.compactMap(\.request.verb.ticket))
    if !tickets.isEmpty { _ = try await landNow(tickets, state) }
  }

  private func landedSentence(_ ticket: TicketID, _ commit: CommitID?, _ state: RunState) -> String {
    let commit = commit.map { " as \($0.short)" } ?? ""
    return "\(ticket.displayed) has landed on \(state.target.short)\(commit)"
  }
}
