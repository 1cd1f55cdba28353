import Planning
import Tickets

/// The whole queue, a ticket a line: id, state, priority, title.
public struct TicketListText: Sendable {
  private let graph: DependencyGraph
  private let style: Style

  public init(_ graph: DependencyGraph, style: Style) {
    self.graph = graph
    self.style = style
  }

  public var lines: [String] {
    let tickets = graph.index.tickets
    let ids = min(32, tickets.map { $0.id.shown.count }.max() ?? 0)
    let states = tickets.map { $0.state.text.harmless().count }.max() ?? 0
    return tickets.map { ticket in
      let kind = graph.isEpic(ticket.id) ? style.faint("epic  ") : ""
      let title = ticket.title?.harmless().clipped(to: 100) ?? ""
      let state = paint(ticket.state)(ticket.state.text.harmless().padded(to: states))
      return "\(ticket.id.shown.padded(to: ids))  \(state)  \(ticket.priority)  \(kind)\(title)".trimmedEnd
    }
  }

  private func paint(_ state: TicketState) -> (String) -> String {
    switch state {
    case .completed: style.good
    case .deferred, .other: style.warning
    case .inProgress: style.name
    case .unprocessed: { $0 }
    }
  }
}
