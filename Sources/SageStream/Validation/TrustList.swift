import Tickets

/// The validation commands of a queue, each once, with the tickets that name it: what `git sage-stream trust` shows.
public struct TrustList: Sendable {
  public struct Entry: Sendable {
    public let command: String
    /// In the order of the queue.
    public let tickets: [TicketID]
    /// Whether the user had agreed to it before.
    public let isKnown: Bool
  }

  /// In the order in which the queue names them first.
  public let entries: [Entry]

  public var new: [Entry] { entries.filter { !$0.isKnown } }

  /// - Parameter tickets: those that are COMPLETED are left out, for their commands never run.
  public init(_ tickets: [Ticket], consent: Consent) {
    var order: [String] = []
    var owners: [String: [TicketID]] = [:]
    for ticket in tickets where ticket.state != .completed {
      for script in ticket.validationScripts {
        if owners[script.command] == nil { order.append(script.command) }
        if owners[script.command]?.last != ticket.id { owners[script.command, default: []].append(ticket.id) }
      }
    }
    entries = order.map { Entry(command: $0, tickets: owners[$0] ?? [], isKnown: consent.covers($0)) }
  }
}
