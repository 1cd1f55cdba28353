import Git
import Platform
import Tickets

/// What other terminals ask of this run.
extension Run {
  /// Rings the inbox whenever a request comes in.
  func listen() -> WakeFifo? {
    let box = RequestBox(stateFolder: project.stateFolder)
    let inbox = inbox
    do throws(Errno) {
      try Folder.create(box.folder, permissions: FilePermissions(rawValue: 0o700))
      return try WakeFifo.listen(at: box.bell) { inbox.yield(.requested) }
    } catch {
      // A file system without named pipes: whoever asks is served by the next start.
      return nil
    }
  }

  /// Does everything that has been asked and not been answered, oldest first: also what a dead run left unanswered.
  ///
  /// The answer is in the journal before the request vanishes, so one that a kill left behind is not done twice.
  func answerRequests(_ state: RunState) async throws(Failure) {
    let box = RequestBox(stateFolder: project.stateFolder)
    for (path, request) in try box.waiting() {
      if let request, state.pending[request.id] != nil { continue }
      if let request, try project.answer(to: request) == nil {
        guard let answer = try await answer(request, at: path, state) else { continue }
        try state.journal.append(.answered(answer), durable: true)
        Failpoint.requestAnswered.hit()
      } else if request == nil {
        try state.journal.append(.warning("\(path.string) is not a request of this version and was dropped"))
      }
      try box.remove(path)
    }
  }

  /// - Returns: nil where the answer has to wait for a landing.
  private func answer(_ request: Request, at path: FilePath, _ state: RunState) async throws(Failure) -> RequestAnswer? {
    func reply(_ isDone: Bool, _ sentence: String) -> RequestAnswer {
      RequestAnswer(request: request.id, verb: request.verb.name, isDone: isDone, sentence: sentence)
    }
    if case .retry(let ticket, let fromSalvage) = request.verb {
      do throws(Failure) {
        let reopened = try await reopen(ticket, fromSalvage: fromSalvage, state)
        let saved = reopened.saved.map { ", with the work in \($0.reference)" } ?? ""
        let isSelected = state.selected.contains(ticket) || request.run != state.id
        let later = isSelected ? "" : "; this run does not cover it, the next one does"
        return reply(true, "\(ticket.displayed) is work again\(saved)\(later)")
      } catch {
        switch error {
        case .refused(let reason, let hint): return reply(false, hint.map { "\(reason); \($0)" } ?? reason)
        case .unknownTicket: return reply(false, "the queue has no ticket \(ticket.displayed)")
        default: throw error
        }
      }
    }
    if let answer = try await answerLanding(request, at: path, state) { return answer }
    if state.pending[request.id] != nil { return nil }
    guard request.run == state.id else { return reply(request.verb == .abort, "the run that this was meant for has ended") }
    switch request.verb {
    case .retry, .resolve, .drop, .land: return reply(false, "")
    case .cancel(let ticket):
      guard let entry = state.queue.index[ticket] else { return reply(false, "the queue has no ticket \(ticket.displayed)") }
      if state.cancel(ticket) { return reply(true, "the attempt at \(ticket.displayed) is being stopped; what it made is kept") }
      let now = state.progress.states[ticket] ?? entry.state
      if state.progress.busy.contains(ticket) || now == .completed || now == .deferred {
        return reply(false, "\(ticket.displayed) is not being worked on")
      }
      state.declined.insert(ticket)
      return reply(true, "\(ticket.displayed) had not been started, and this run does not start it any more")
    case .pause:
      state.isPaused = true
      return reply(true, "run \(state.id) starts no more tickets; those that run go on")
    case .continue:
      state.isPaused = false
      return reply(true, "run \(state.id) goes on")
    case .abort:
      stopInOrder(state, reason: "another terminal asked for it")
      return reply(true, "run \(state.id) is stopping: no new tickets, workers are being stopped, finished work lands")
    }
  }
}
