import Testing
import Tickets

@Suite("The queue is loaded")
struct TicketIndexTests {
  @Test("real queues load with every ticket in file order")
  func realQueues() throws {
    let small = try TicketIndex(parsing: fixture("skeleton-46"))
    #expect(small.tickets.count == 46)
    #expect(small.tickets.first?.id == "CORE-001")
    #expect(small["CORE-006"]?.dependencies == ["CORE-004", "CORE-005"])
    let large = try TicketIndex(parsing: fixture("skeleton-133"))
    #expect(large.tickets.count == 133)
    #expect(large.tickets.count { $0.state == .completed } == 72)
  }

  @Test("a title, dates, dependencies and the rest may be missing")
  func missing() throws {
    let ticket = try #require(try index(ticket: #"{"id": "CLI-R001", "state": "UNPROCESSED"}"#)["CLI-R001"])
    #expect(ticket.title == nil)
    #expect(ticket.displayTitle == "CLI-R001")
    #expect(ticket.type == nil)
    #expect(ticket.priority == .normal)
    #expect(ticket.dependencies.isEmpty && ticket.targetFiles.isEmpty && ticket.parent == nil)
  }

  @Test("nested states are not the ticket's, and neither is status")
  func nestedStates() throws {
    let ticket = try index(
      ticket: """
        {"state_history": [{"state": "DEFERRED"}], "tasks": [{"state": "COMPLETED"}], "state": "IN_PROGRESS", "status": "Future",
         "history": [{"state": "UNPROCESSED"}], "id": "A"}
        """)["A"]
    #expect(ticket?.state == .inProgress)
  }

  @Test("keys may follow the tickets, and counters are not believed")
  func keysAfterTickets() throws {
    let index = try index(#"{"total_tickets": 344, "tickets": [{"id": "A"}], "completed_tickets": 99, "metadata": {"tickets": []}}"#)
    #expect(index.tickets.map(\.id) == ["A"])
  }

  @Test("dates are opaque, and effort may be anything", arguments: ["3", "\"5 story points\"", "{\"storyPoints\": 3}", "null", "[]"])
  func opaque(effort: String) throws {
    let index = try index(ticket: #"{"id": "A", "updated": "$(date -u +%Y-%m-%dT%H:%M:%SZ)", "created": 7, "effort": \#(effort)}"#)
    #expect(index["A"] != nil)
  }

  @Test("ids are taken verbatim, whatever they look like", arguments: ["CLI-R001", "ORCH-014-DUP1", "../../x", "-rf", "a b", "é→", "\\\""])
  func anyID(text: String) throws {
    let index = try index(ticket: "{\"id\": \(JSON(text).serialized())}")
    #expect(index[TicketID(text)]?.id.rawValue == text)
  }

  @Test("an id is never found by one that only begins like it")
  func exactIDs() throws {
    let index = try index(#"{"tickets": [{"id": "A-0010"}, {"id": "ORCH-014-DUP1"}]}"#)
    #expect(index["A-001"] == nil)
    #expect(index["ORCH-014"] == nil)
    #expect(index["a-0010"] == nil)
  }

  @Test("two spellings of an accented letter are two ids")
  func canonicalEquivalence() throws {
    let index = try index(#"{"tickets": [{"id": "\u00e9"}, {"id": "e\u0301"}]}"#)
    #expect(index.tickets[0].id != index.tickets[1].id)
    #expect(index.position(of: "e\u{301}") == 1)
  }

  @Test("of an id that is used twice the first ticket is found")
  func duplicates() throws {
    let index = try index(#"{"tickets": [{"id": "A", "title": "one"}, {"id": "A", "title": "two"}]}"#)
    #expect(index["A"]?.title == "one")
    #expect(index.tickets.count == 2)
  }

  @Test("only the four states exactly are states; none at all is UNPROCESSED")
  func states() throws {
    func state(_ member: String) throws -> TicketState? { try index(ticket: #"{"id": "A"\#(member)}"#)["A"]?.state }
    #expect(try state(#", "state": "COMPLETED""#) == .completed)
    #expect(try state(#", "state": "completed""#) == .other("completed"))
    #expect(try state(#", "state": "COMPLETED ""#) == .other("COMPLETED "))
    #expect(try state(#", "state": 3"#) == .other("3"))
    #expect(try state(#", "state": null"#) == .unprocessed)
    #expect(try state("") == .unprocessed)
    #expect(try state(#", "state": "COMPLETED", "state": "DEFERRED""#) == .deferred)
  }

  @Test("a key written with escapes is the same key")
  func escapedKeys() throws {
    #expect(try index(#"{"\u0074ickets": [{"\u0069d": "A", "st\u0061te": "COMPLETED"}]}"#)["A"]?.state == .completed)
  }

  @Test("a dependency may be one text, and null is none; what cannot be read is named")
  func shapes() throws {
    let ticket = try #require(
      try index(ticket: #"{"id": "A", "dependencies": "B", "blockedBy": null, "blocks": 5, "children": ["C", 7], "parent": ""}"#)["A"])
    #expect(ticket.dependencies == ["B"])
    #expect(ticket.blockedBy == [])
    #expect(ticket.blocks == [])
    #expect(ticket.children == ["C"])
    #expect(ticket.parent == nil)
    #expect(ticket.unreadableFields == ["blocks", "children"])
  }

  @Test("entries that are no objects, or have no id, are kept as tickets without an id")
  func oddEntries() throws {
    let index = try index(#"{"tickets": [null, 5, [], {}, {"id": 7}, {"id": "A"}]}"#)
    #expect(index.tickets.map(\.id.rawValue) == ["", "", "", "", "", "A"])
  }

  @Test("what is no queue is refused")
  func refused() {
    #expect(throws: TicketIndexError.empty) { try index("") }
    #expect(throws: TicketIndexError.empty) { try index(" \n") }
    #expect(throws: TicketIndexError.notAnObject) { try index("[]") }
    #expect(throws: TicketIndexError.noTickets) { try index("{}") }
    #expect(throws: TicketIndexError.noTickets) { try index(#"{"tickets": null}"#) }
    #expect(throws: TicketIndexError.noTickets) { try index(#"{"tickets": [], "tickets": {}}"#) }
    #expect(throws: TicketIndexError.invalid(JSONError(line: 2, column: 3, problem: .unexpectedEnd))) { try index("{\"tickets\": [\n{}") }
    #expect(throws: TicketIndexError.invalid(JSONError(line: 1, column: 15, problem: .trailingContent))) { try index("{\"tickets\":[]}x") }
    #expect(throws: TicketIndexError.invalid(JSONError(line: 1, column: 21, problem: .invalidUTF8))) {
      try TicketIndex(parsing: Array("{\"tickets\":[{\"id\":\"A".utf8) + [0xFF] + Array("\"}]}".utf8))
    }
  }

  @Test("an error is one line that names the place")
  func errorText() {
    #expect(
      TicketIndexError.invalid(JSONError(line: 2, column: 3, problem: .unexpectedEnd)).description
        == "not valid JSON: line 2, column 3: it ends in the middle of a value")
    #expect(TicketIndexError.unknownTicket("a\nb").description == #"there is no ticket 'a\nb'"#)
  }

  @Test("a queue of 10 MB simply works")
  func large() throws {
    let text = String(repeating: "lorem ipsum → ", count: 60)
    let tickets = (0..<10_000).map { #"{"id":"T-\#($0)","state":"UNPROCESSED","description":"\#(text)","dependencies":[]}"# }
    let bytes = Array(#"{"tickets":[\#(tickets.joined(separator: ","))]}"#.utf8)
    #expect(bytes.count > 9_000_000)
    let index = try TicketIndex(parsing: bytes)
    #expect(index.tickets.count == 10_000)
    let changed = try index.applying(index.tickets.map { TicketChange(ticket: $0.id, state: .completed, time: "") })
    #expect(try TicketIndex(parsing: changed).tickets.allSatisfy { $0.state == .completed })
  }
}
