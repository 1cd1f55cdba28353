/// A new state for one ticket.
public struct TicketChange: Sendable, Equatable {
  /// The ticket to change.
  public let ticket: TicketID
  /// Its state from now on.
  public let state: TicketState
  /// Why it is DEFERRED; nil keeps the reason it has. Without meaning for other states, which have none.
  public let deferReason: DeferReason?
  /// When, as it is to stand in `updated` and `state_history`.
  public let time: String

  /// A change of one ticket.
  public init(ticket: TicketID, state: TicketState, deferReason: DeferReason? = nil, time: String) {
    self.ticket = ticket
    self.state = state
    self.deferReason = deferReason
    self.time = time
  }
}
