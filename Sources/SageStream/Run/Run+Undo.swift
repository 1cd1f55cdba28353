import Git
import Platform
import Tickets

/// What an undo did.
public struct UndoResult: Sendable {
  public let undone: Undone
  public let target: RefName
  /// The name of the undo itself, which can be taken back as well.
  public let id: RunID
}

extension Run {
  /// `undo [RUN]`: takes a run back, or an earlier undo.
  ///
  /// Where nothing but the run's own commits came on top and none of them was pushed, the target moves back by compare-and-swap; otherwise
  /// each commit is reverted by a new one. Ticket states follow.
  ///
  /// - Parameter run: nil for the newest run that landed something and is not taken back.
  /// - Throws: `Failure.nothingToDo`, and `.refused` with a reason where it would not be safe; nothing has changed then.
  public func undo(_ run: RunID?) async throws(Failure) -> UndoResult {
    let records = try project.allRecords()
    let named = if let run { run } else { try UndoPlan.latest(records) }
    guard let target = records.first(where: { $0.run == named })?.started?.target else {
      throw .nothingToDo("there is no run \(named) in this repository's journals", hint: "git sage-stream log lists the runs")
    }
    return try await perform("undo", on: target) { state, _ throws(Failure) in
      // Recovery may have finished a landing meanwhile.
      let records = try self.project.allRecords()
      let lander = state.lander
      let plan = try await UndoPlan.of(named, records, queue: Queue(try self.project.queueFile.load(), file: self.project.queueFile.path)) {
        from, to throws(Failure) in
        try await lander.commits(from: from, to: to)
      }
      return UndoResult(undone: try await lander.undo(plan), target: target, id: state.id)
    }
  }
}

extension Project {
  /// What all journals tell, oldest first.
  func allRecords() throws(Failure) -> [RunRecord] {
    var records: [RunRecord] = []
    for run in try JournalReader.runs(in: stateFolder) { records.append(try record(of: run)) }
    return records
  }
}

extension Lander {
  /// What `to` has beyond `from`, oldest first.
  func commits(from: CommitID, to: CommitID) async throws(Failure) -> [CommitID] {
    try await git { try await store.commits(reachableFrom: to, excluding: [from]) }
  }
}
