import ArgumentParser
import Planning
import SageStream
import Tickets

/// Which tickets a command is about.
struct SelectionFlags: ParsableArguments {
  @Option(
    name: .customLong("component"), parsing: .unconditionalSingleValue,
    help: .init("Only tickets of this component; may be repeated.", valueName: "name"))
  var components: [String] = []
  @Option(
    name: .customLong("ticket"), parsing: .unconditionalSingleValue, help: .init("Only this ticket; may be repeated.", valueName: "id"))
  var tickets: [String] = []

  /// The tickets of these names that belong to one of these components, as a run takes them.
  ///
  /// - Throws: `Failure.unknownTicket` and `.unknownComponent`.
  func selection(in queue: Queue) throws(Failure) -> Selection {
    if components.isEmpty, tickets.isEmpty { return .everything }
    let named = tickets.map { TicketID($0) }
    for ticket in named where queue.index[ticket] == nil { throw queue.unknown(ticket) }
    let known = Set(queue.index.tickets.map { $0.component.lowercased() })
    for component in components where !known.contains(component.lowercased()) {
      throw .unknownComponent(component, known: known.sorted())
    }
    let wanted = Set(components.map { $0.lowercased() })
    let chosen = queue.index.tickets.filter { ticket in
      (named.isEmpty || named.contains(ticket.id)) && (wanted.isEmpty || wanted.contains(ticket.component.lowercased()))
    }
    return Selection(tickets: Set(chosen.map(\.id)))
  }
}

extension Queue {
  /// What to throw for a ticket that this queue does not have.
  func unknown(_ ticket: TicketID) -> Failure { .unknownTicket(ticket, similar: idsLike(ticket)) }
}
