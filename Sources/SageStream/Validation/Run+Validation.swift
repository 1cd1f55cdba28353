import Platform
import Tickets

/// The tickets' own validation: who consented to what, and what becomes of work that does not pass.
extension Run {
  /// Says once which commands will not run because nobody has agreed to them.
  ///
  /// - Throws: `Failure.untrustedValidation` with `--require-validation`.
  func announceValidation(_ state: RunState) throws(Failure) {
    let open = state.workableNow().sorted().compactMap { state.queue.index[$0] }
    let new = TrustList(open, consent: project.consent).new
    if new.isEmpty { return }
    let tickets = Set(new.flatMap(\.tickets)).sorted()
    if options.requireValidation { throw .untrustedValidation(tickets, commands: new.count) }
    state.saidUntrusted.formUnion(tickets)
    let commands = new.count == 1 ? "1 validation command" : "\(new.count) validation commands"
    let named = tickets.prefix(3).map(\.displayed).joined(separator: ", ") + (tickets.count > 3 ? " and \(tickets.count - 3) more" : "")
    try state.journal.append(
      .warning("\(commands) of \(named) will not run without your consent; git sage-stream trust shows them and records it"))
  }

  /// The validation commands that may run after an attempt at a ticket; the queue may have changed since the run began.
  ///
  /// - Returns: nil where the ticket must not be started: it was set aside.
  func validation(of ticket: Ticket, _ state: RunState) async throws(Failure) -> [ValidationScript]? {
    let scripts = ticket.validationScripts
    if scripts.isEmpty { return [] }
    let consent = project.consent
    let trusted = scripts.filter { consent.covers($0.command) }
    if trusted.count == scripts.count { return trusted }
    let sentence = "its validation commands have no consent; git sage-stream trust shows them and records it"
    if options.requireValidation {
      try await setAside(
        Deferred(ticket: ticket.id, category: InvalidWork.Category.scriptError.rawValue, message: sentence, isFailure: false), state)
      return nil
    }
    if state.saidUntrusted.insert(ticket.id).inserted {
      try state.journal.append(.warning("\(ticket.id.displayed): \(sentence); they are not run"))
    }
    return trusted
  }

  /// Work that did not pass: another attempt that goes on from it and is told why, or, when these are used up, the ticket is set aside.
  func invalid(_ invalid: InvalidWork, _ report: AttemptReport, _ state: RunState) async throws(Failure) {
    let ticket = report.attempt.ticket
    let used = state.furtherAttempts[ticket, default: 0]
    if used < invalid.furtherAttempts, !state.isStopping {
      state.furtherAttempts[ticket] = used + 1
      state.previousOutput[ticket] = invalid.output
      try await state.lander.writeWish(ticket, invalid.work)
      try state.journal.append(
        .warning("\(ticket.displayed): \(invalid.message); attempt \(used + 1) of \(invalid.furtherAttempts) to put it right follows"))
      return
    }
    if state.isStopping, used < invalid.furtherAttempts {
      // Not used up: the next run goes on from here.
      try await state.lander.writeWish(ticket, invalid.work)
      try state.journal.append(.interrupted(attempt: report.attempt))
      state.declined.insert(ticket)
      return
    }
    try await state.lander.forgetWish(ticket)
    let branch = try await state.lander.park(ticket, at: invalid.work.commit)
    try await setAside(
      Deferred(
        ticket: ticket, category: invalid.ownCategory ?? invalid.category.rawValue, message: invalid.message, branch: branch,
        log: invalid.log, isFailure: true),
      state)
    countFailure(state)
  }
}
