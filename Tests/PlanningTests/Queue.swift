import Foundation
import Planning
import Testing
import Tickets

/// The graph of a queue written down in a test; a ticket that names no state is UNPROCESSED.
func graph(_ tickets: JSON...) throws -> DependencyGraph { try graph(tickets) }

func graph(_ tickets: [JSON]) throws -> DependencyGraph {
  let stated = tickets.map { ticket -> JSON in
    guard var members = ticket.object, members["state"] == nil else { return ticket }
    members["state"] = "UNPROCESSED"
    return .object(members)
  }
  return DependencyGraph(try TicketIndex(parsing: Array((["tickets": .array(stated)] as JSON).serialized().utf8)))
}

/// A queue of the shape of a real one.
func skeleton(_ name: String) throws -> DependencyGraph {
  let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../TicketsTests/Fixtures/\(name).json")
  return DependencyGraph(try TicketIndex(parsing: Array(try Data(contentsOf: url))))
}

extension DependencyGraph {
  var errors: [String] { findings.filter { $0.severity == .error }.map(\.description) }
  var warnings: [String] { findings.filter { $0.severity == .warning }.map(\.description) }
  var startableNow: [TicketID] { startable(Progress()) }
}
