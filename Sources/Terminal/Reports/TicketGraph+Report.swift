import Planning
import SageStream
import Tickets

extension TicketGraph {
  /// The graph with what became of each ticket in a run; those that had no part in it have the state that the queue says.
  ///
  /// - Parameter isWhole: whether tickets that had no part in it are drawn.
  init(_ report: RunReport, queue: Queue, isWhole: Bool) {
    let outcomes = Dictionary(report.rows.map { ($0.ticket, $0.outcome) }) { first, _ in first }
    let selection = isWhole ? Selection.everything : Selection(tickets: Set(outcomes.keys))
    self.init(queue.graph, criticalPath: report.criticalPath(in: queue), selection: selection) { ticket in
      if let outcome = outcomes[ticket.id] { return State(outcome.word, outcome.tone) }
      switch ticket.state {
      case .completed: return State("completed", .done)
      case .deferred: return State("set aside", .bad)
      case .other(let text): return State(text, .warn)
      case .unprocessed, .inProgress: return State(queue.graph.isEpic(ticket.id) ? "epic" : "not in this run", .idle)
      }
    }
  }
}
