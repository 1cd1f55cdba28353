import Git
import Tickets

/// Runs that ask: which ticket is next, and whether what it made may land.
extension Run {
  /// Asks whether to begin at all; a run that asks at the borders of components asks there.
  func mayBegin(_ state: RunState) async -> Bool {
    let startable = state.startable().compactMap { state.queue.index[$0] }
    guard options.mode == .interactive, !startable.isEmpty else { return true }
    return await prompter.ask(.begin(tickets: startable)) == .yes
  }

  /// The next ticket that may start, in the order of starting; nil where nothing can or the user wants nothing more.
  func nextToStart(_ state: RunState) async throws(Failure) -> Ticket? {
    while !state.isStopping, !state.isPaused, let ticket = nextInOrder(state), let entry = state.queue.index[ticket] {
      let answer: Answer
      switch options.mode {
      case .automatic: return entry
      case .semiAutomatic:
        if state.component == entry.component.lowercased() { return entry }
        answer = await askForComponent(of: entry, state)
        if answer == .yes { return entry }
        state.declinedComponents.insert(entry.component.lowercased())
      case .interactive:
        answer = await prompter.ask(.start(entry, left: state.startable().count - 1, isFirst: !state.hasStartedAny))
        if answer == .yes { return entry }
        if answer == .no { state.declined.insert(ticket) }
        if answer == .skip {
          try await setAside(Deferred(ticket: ticket, category: "user_rejected", message: "skipped by the user", isFailure: false), state)
        }
      }
      if answer == .quit { state.stop("you said so") }
    }
    return nil
  }

  /// A component is worked off before the next one begins, as far as its tickets can start.
  private func nextInOrder(_ state: RunState) -> TicketID? {
    guard let next = state.nextTicket() else { return nil }
    guard options.mode == .semiAutomatic, let component = state.component else { return next }
    return state.startable().first { state.queue.index[$0]?.component.lowercased() == component } ?? next
  }

  private func askForComponent(of ticket: Ticket, _ state: RunState) async -> Answer {
    let component = ticket.component.lowercased()
    func members(_ name: String) -> [Ticket] {
      state.queue.index.tickets.filter { $0.component.lowercased() == name && state.selected.contains($0.id) }
    }
    let workable = state.workableNow()
    let tickets = members(component).filter { workable.contains($0.id) && !state.declined.contains($0.id) }
    let before = state.component.map { name in
      let done = members(name).compactMap { state.progress.states[$0.id] }
      return Question.ComponentOutcome(
        name: members(name).first?.component ?? name, landed: done.count { $0 == .completed }, setAside: done.count { $0 == .deferred })
    }
    let answer = await prompter.ask(.component(ticket.component, tickets: tickets, after: before))
    if answer == .yes { state.component = component }
    return answer
  }

  /// Takes a finished attempt's work, after the user has seen it where the run asks for that.
  func confirm(_ submission: Submission, _ report: AttemptReport, _ state: RunState) async throws(Failure) {
    if options.review { return try await submitForReview(submission, state) }
    guard options.mode == .interactive, let ticket = state.queue.index[submission.ticket] else { return state.submit(submission) }
    switch await prompter.ask(.land(ticket, try await changes(of: submission))) {
    case .yes: state.submit(submission)
    case .skip:
      let branch = try await state.lander.park(submission.ticket, at: submission.tip)
      try await setAside(
        Deferred(
          ticket: submission.ticket, category: "user_rejected", message: "its work was not accepted", branch: branch, log: report.log,
          isFailure: false), state)
    case .no, .quit:
      _ = try await state.lander.park(submission.ticket, at: submission.tip)
      state.declined.insert(submission.ticket)
      try state.journal.append(.interrupted(attempt: submission.attempt))
    }
  }

  private func changes(of submission: Submission) async throws(Failure) -> Changes {
    let git = project.git
    let (base, tip) = (submission.base.hex, submission.tip.hex)
    do throws(GitError) {
      let commits = try await git.run("log", "--reverse", "--format=%s", "\(base)..\(tip)").lines.map { String($0) }
      let stat = try await git.run("diff", "--stat", base, tip).text
      return Changes(summary: submission.summary, commits: commits, stat: stat) {
        (try? await git.run("diff", "--no-ext-diff", "--no-color", base, tip).text) ?? "the changes cannot be read"
      }
    } catch { throw .git(error) }
  }
}
