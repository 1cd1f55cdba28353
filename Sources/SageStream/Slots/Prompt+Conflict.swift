import Git
import Tickets

/// The conflict that an attempt is to solve, with what both sides wanted.
public struct ConflictToSolve: Sendable {
  /// A side that has landed.
  public struct Landed: Sendable {
    public let change: LandedChange
    /// Nil for a commit of the user's, and for a ticket that the queue no longer has.
    public let ticket: Ticket?

    public init(change: LandedChange, ticket: Ticket?) {
      self.change = change
      self.ticket = ticket
    }
  }

  public let report: ConflictReport
  /// The work that did not fit.
  public let tip: CommitID
  public let landed: [Landed]

  public init(report: ConflictReport, tip: CommitID, landed: [Landed]) {
    self.report = report
    self.tip = tip
    self.landed = landed
  }
}

extension Prompt {
  /// What a worker is told that does a ticket once more because its work clashed: both intents, and where they meet.
  static func conflict(_ conflict: ConflictToSolve, file: String) -> [String] {
    var parts = [
      "## A conflict to solve",
      "An earlier attempt did this work (`git log -p \(conflict.report.base.short)..\(conflict.tip.short)`), but it clashes with what has landed "
        + "since. Both intents must hold in the end: what this ticket asks for, and what has landed. Do the work again on top of what is here "
        + "now; keep what has landed.",
      "### What has landed",
    ]
    for side in conflict.landed {
      guard let ticket = side.change.ticket else {
        parts.append("- a commit of \(oneLine(side.change.author)): \(oneLine(side.change.subject)) (`\(side.change.commit.short)`)")
        continue
      }
      let title = side.ticket?.displayTitle ?? conflict.report.others[ticket] ?? side.change.subject
      parts.append("- \(oneLine(ticket.rawValue)): \(oneLine(title)) (`\(side.change.commit.short)`)")
      if let description = side.ticket?.description { parts.append(fenced(description)) }
    }
    if conflict.landed.isEmpty { parts.append("- nobody in particular: see the report") }
    let places = conflict.report.paths.map { path in
      let hunks = path.hunks.isEmpty ? "" : ", \(path.hunks.count) \(path.hunks.count == 1 ? "hunk" : "hunks")"
      return "- \(oneLine(path.path.description)) (\(oneLine(path.type))\(hunks))"
    }
    parts += [
      "### Where they clash", places.joined(separator: "\n"),
      "Hunk by hunk, with the lines of base, of what has landed and of the earlier attempt, it is in `\(file)`.",
    ]
    return parts
  }
}
