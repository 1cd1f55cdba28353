import Tickets

/// Which tickets a command is about.
public struct Selection: Sendable, Equatable {
  /// Only tickets of this component, upper and lower case taken as equal; nil for all.
  public var component: String?
  /// Only these tickets; nil for all.
  public var tickets: Set<TicketID>?

  /// The tickets that fit all that is given, by default every ticket.
  public init(component: String? = nil, tickets: Set<TicketID>? = nil) {
    self.component = component
    self.tickets = tickets
  }

  /// Every ticket.
  public static let everything = Selection()

  /// Whether a ticket is selected.
  public func contains(_ ticket: Ticket) -> Bool {
    if let tickets, !tickets.contains(ticket.id) { return false }
    guard let component else { return true }
    return component == ticket.component || component.lowercased() == ticket.component.lowercased()
  }
}
