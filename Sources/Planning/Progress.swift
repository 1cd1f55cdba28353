import Tickets

/// What has happened since the queue was read: during a run the journal, folded over the index, is the truth.
public struct Progress: Sendable, Equatable {
  /// States that override the index.
  public var states: [TicketID: TicketState]
  /// Tickets that are running, or finished and waiting to land.
  public var busy: Set<TicketID>
  /// Tickets whose submission is held: they are not run again, tickets that depend on them may start, and so may tickets that overlap with
  /// them. A ticket that is also `busy` counts as held.
  public var held: Set<TicketID>

  /// Progress, by default none.
  public init(states: [TicketID: TicketState] = [:], busy: Set<TicketID> = [], held: Set<TicketID> = []) {
    self.states = states
    self.busy = busy
    self.held = held
  }
}
