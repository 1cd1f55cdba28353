import Git
import Tickets

/// A run that is taken back, or put back: the payload of an undo's intent and of its event.
public struct Undone: Sendable, Equatable {
  /// One ticket's state before and after.
  public struct Reversal: Sendable, Equatable {
    public var ticket: TicketID
    public var from: TicketState
    public var to: TicketState
    /// Of whichever of the two is DEFERRED, so that this can be taken back as well.
    public var reason: DeferReason?

    public init(ticket: TicketID, from: TicketState, to: TicketState, reason: DeferReason? = nil) {
      self.ticket = ticket
      self.from = from
      self.to = to
      self.reason = reason
    }

    func change(at time: String) -> TicketChange {
      TicketChange(ticket: ticket, state: to, deferReason: to == .deferred ? reason : nil, time: time)
    }
  }

  /// What is taken back: a run, or an earlier undo.
  public var run: RunID
  public var from: CommitID
  public var to: CommitID
  /// New commits on the target, oldest first; empty where the target only moved along commits that were there.
  public var commits: [CommitID]
  public var states: [Reversal]

  public init(run: RunID, from: CommitID, to: CommitID, commits: [CommitID], states: [Reversal]) {
    self.run = run
    self.from = from
    self.to = to
    self.commits = commits
    self.states = states
  }

  /// Whether the target went to a commit that it had before (or had been on when an undo took it away).
  public var movesAlong: Bool { commits.isEmpty }
}

extension Undone {
  public var json: JSON {
    [
      "undone": .string(run.rawValue), "from": .string(from.hex), "to": .string(to.hex), "commits": JSON(commits.map(\.hex)),
      "states": .array(states.map(\.json)),
    ]
  }

  init?(json: JSON?) {
    guard let json, let run = json["undone"]?.string.flatMap({ RunID($0) }), let from = json["from"]?.string.flatMap({ CommitID(hex: $0) }),
      let to = json["to"]?.string.flatMap({ CommitID(hex: $0) })
    else { return nil }
    self.init(
      run: run, from: from, to: to, commits: (json["commits"]?.array ?? []).compactMap { $0.string.flatMap { CommitID(hex: $0) } },
      states: (json["states"]?.array ?? []).compactMap { Reversal(json: $0) })
  }
}

extension Undone.Reversal {
  var json: JSON {
    var members: [JSON.Object.Member] = [
      .init("ticket", .string(ticket.rawValue)), .init("from", .string(from.text)), .init("to", .string(to.text)),
    ]
    if let reason {
      members.append(
        .init(
          "reason",
          ["category": .string(reason.category), "message": .string(reason.message), "deferred_at": .string(reason.deferredAt)]))
    }
    return .object(JSON.Object(members))
  }

  init?(json: JSON) {
    guard let ticket = json["ticket"]?.string, let from = json["from"]?.string, let to = json["to"]?.string else { return nil }
    self.init(ticket: TicketID(ticket), from: TicketState(from), to: TicketState(to))
    guard let reason = json["reason"] else { return }
    self.reason = DeferReason(
      category: reason["category"]?.string ?? "", message: reason["message"]?.string ?? "",
      deferredAt: reason["deferred_at"]?.string ?? "")
  }
}
