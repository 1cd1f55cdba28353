import Git
import Platform
import Tickets

/// Why a ticket's work did not land: which of its changes meet which landed ones, and where the work is kept.
///
/// Nothing of it is a decision; main is as it was, the work is parked whole on `branch`.
public struct ConflictReport: Sendable, Equatable {
  public let ticket: TicketID
  public let title: String
  /// The branch that the ticket's work is parked on.
  public let branch: RefName
  /// The commit that the ticket started from.
  public let base: CommitID
  /// The commit that the work was picked onto.
  public let onto: CommitID
  /// The first of the ticket's commits that does not apply.
  public let commit: CommitID
  public let run: RunID
  /// The number of the attempt in its run, from 1.
  public let attempt: Int
  public let time: WallTime
  /// The worker's log.
  public let log: FilePath?
  /// The titles of the landed tickets that are named.
  public let others: [TicketID: String]
  /// In git's order.
  public let paths: [ConflictedFile]

  public init(
    ticket: TicketID, title: String, branch: RefName, base: CommitID, onto: CommitID, commit: CommitID, run: RunID, attempt: Int,
    time: WallTime, log: FilePath?, others: [TicketID: String], paths: [ConflictedFile]
  ) {
    self.ticket = ticket
    self.title = title
    self.branch = branch
    self.base = base
    self.onto = onto
    self.commit = commit
    self.run = run
    self.attempt = attempt
    self.time = time
    self.log = log
    self.others = others
    self.paths = paths
  }

  /// One sentence, as it goes into the ticket's `deferReason`.
  public var summary: String {
    let with = others.isEmpty ? "" : " with " + others.keys.sorted().map(\.displayed).joined(separator: ", ")
    let places = Set(paths.map(\.path)).sorted().map(\.description)
    let more = places.count > 5 ? " and \(places.count - 5) more" : ""
    return "conflicts\(with) in " + places.prefix(5).joined(separator: ", ") + more
  }

  /// The commits on the target that the work clashes with: those of the hunks, and of the paths that have none. Each once,
  /// in the order of the report.
  public var clashes: [LandedChange] {
    var clashes: [LandedChange] = []
    for path in paths {
      let named = path.hunks.compactMap(\.landedBy)
      for change in named.isEmpty ? [path.landedBy].compactMap(\.self) : named where !clashes.contains(change) {
        clashes.append(change)
      }
    }
    return clashes
  }

  /// The landed tickets that the work clashes with, each once, in the order of the report.
  public var landedTickets: [TicketID] {
    clashes.compactMap(\.ticket).reduce(into: []) { tickets, ticket in
      if !tickets.contains(ticket) { tickets.append(ticket) }
    }
  }
}
