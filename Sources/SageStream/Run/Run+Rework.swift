import Git
import Platform
import Tickets

/// Handing a conflict back: the same worker does the ticket once more, on the new tip, and is told what clashed (`--on-conflict=rework`).
extension Run {
  private var reworks: Bool { (options.onConflict ?? project.settings.onConflict) == .rework }

  /// Makes a ticket that has just conflicted work again, as often as `sageStream.reworkLimit` says. Its work is parked and its report is
  /// written by then, so whatever becomes of the next attempt, nothing is lost.
  ///
  /// - Returns: false where the ticket stays set aside.
  func rework(_ report: ConflictReport, of submission: Submission, _ state: RunState) throws(Failure) -> Bool {
    let ticket = submission.ticket
    guard reworks, state.command != nil, !state.isStopping, !state.resolving.contains(ticket), state.selected.contains(ticket),
      state.reworked[ticket, default: 0] < project.settings.reworkLimit
    else { return false }
    state.reworked[ticket, default: 0] += 1
    try state.journal.append(.reworking(ticket: ticket, conflict: state.reworked[ticket] ?? 1), durable: true)
    let landed = report.clashes.map { change in
      ConflictToSolve.Landed(change: change, ticket: change.ticket.flatMap { state.queue.index[$0] })
    }
    state.conflictsToSolve[ticket] = ConflictToSolve(report: report, tip: submission.tip, landed: landed)
    state.workAgain(ticket)
    return true
  }

  /// Gives an attempt the conflict that it is to solve: the report beside its prompt, where it stays whatever becomes of the one of the ticket.
  func hand(_ conflict: ConflictToSolve, to assignment: inout Assignment, _ state: RunState) throws(Failure) {
    let folder = project.attemptFolder(assignment.attempt, names: state.names)
    let file = folder.appending("conflict.json")
    try onDisk(file) { () throws(Errno) in
      try Folder.create(folder, permissions: FilePermissions(rawValue: 0o700))
      try AtomicFile.write(
        Array((conflict.report.json.serialized(pretty: true) + "\n").utf8), to: file, permissions: FilePermissions(rawValue: 0o600))
    }
    assignment.conflictFile = file
    assignment.conflict = conflict
  }
}
