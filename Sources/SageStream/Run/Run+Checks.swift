import Platform
import Tickets

extension Run {
  /// What decides about landings in this run; nil where nobody asked for a check.
  func makeGate(_ state: RunState, _ keeper: SlotKeeper) throws(Failure) -> CheckGate? {
    guard let command = options.check ?? project.settings.check, !command.allSatisfy(\.isWhitespace) else { return nil }
    let runner = CheckRunner(command: command, keeper: keeper, stateFolder: project.stateFolder)
    let scope = project.settings.checkScope
    return CheckGate(
      runner: runner, scope: scope, landsUndecided: options.checkUndecided == .land, journal: state.journal,
      suspects: scope == .batch ? try suspects() : [])
  }

  /// Tickets whose newest end was that the check did not pass.
  private func suspects() throws(Failure) -> Set<TicketID> {
    var suspects: Set<TicketID> = []
    for record in try project.allRecords() {
      suspects.subtract(record.landed.map(\.ticket))
      suspects.formUnion(record.setAside.values.filter { $0.category == CheckGate.Rejection.failed }.map(\.ticket))
    }
    return suspects
  }
}
