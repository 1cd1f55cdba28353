import Foundation
import Testing
import Tickets

/// A queue of the shape of a real one.
func fixture(_ name: String) throws -> [UInt8] {
  let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
  return Array(try Data(contentsOf: url))
}

/// The index of a queue written down in a test.
func index(_ text: String) throws -> TicketIndex { try TicketIndex(parsing: Array(text.utf8)) }

/// The index of a queue with one ticket.
func index(ticket: String) throws -> TicketIndex { try index(#"{"tickets": [\#(ticket)]}"#) }
