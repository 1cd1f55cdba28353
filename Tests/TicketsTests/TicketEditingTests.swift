import Testing
import Tickets

@Suite("The queue is edited by span")
struct TicketEditingTests {
  private static let time = "2026-11-22T19:54:00Z"
  private static let reason = DeferReason(category: "conflict", message: "clashes with B →", deferredAt: time)

  /// The text after one change of ticket A.
  private func edited(
    _ text: String, to state: TicketState, reason: DeferReason? = nil, time: String = TicketEditingTests.time
  ) throws -> String {
    let change = TicketChange(ticket: "A", state: state, deferReason: reason, time: time)
    let bytes = try index(text).applying([change])
    _ = try TicketIndex(parsing: bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("a new state changes the bytes of the state and no others")
  func state() throws {
    let text = #"{"x":{"state":"IN_PROGRESS"} , "tickets" : [ {"state_history":{"state":"?"},"state":  "IN_PROGRESS" ,"id":"A"}], "y":1 }"#
    #expect(
      try edited(text, to: .completed)
        == #"{"x":{"state":"IN_PROGRESS"} , "tickets" : [ {"state_history":{"state":"?"},"state":  "COMPLETED" ,"id":"A"}], "y":1 }"#)
  }

  @Test("status, completed and tasks never change")
  func untouched() throws {
    let text =
      #"{"tickets": [{"id": "A", "status": "Future", "completed": null, "tasks": [{"state": "UNPROCESSED"}], "state": "UNPROCESSED"}]}"#
    #expect(try edited(text, to: .completed) == text.replacing(#""state": "UNPROCESSED"}]}"#, with: #""state": "COMPLETED"}]}"#))
  }

  @Test("a reason is put in right after the state, laid out like the members around it")
  func reasonIn() throws {
    let text = """
      {
        "tickets": [
          {
            "id": "A",
            "state": "IN_PROGRESS",
            "title": "→"
          }
        ]
      }

      """
    let deferred = """
      {
        "tickets": [
          {
            "id": "A",
            "state": "DEFERRED",
            "deferReason": {
              "category": "conflict",
              "message": "clashes with B →",
              "deferred_at": "2026-11-22T19:54:00Z"
            },
            "title": "→"
          }
        ]
      }

      """
    #expect(try edited(text, to: .deferred, reason: Self.reason) == deferred)
    #expect(try edited(deferred, to: .inProgress) == text)
  }

  @Test("the indentation, the line ends and the blanks are those of the file", arguments: ["\n\t\t\t", "\r\n      ", "\n   "])
  func layout(line: String) throws {
    let brace = String(line.dropLast(line.contains("\t") ? 1 : 2))
    let text = #"{"tickets": [{\#(line)"id":"A",\#(line)"state":"UNPROCESSED"\#(brace)}]}"#
    let unit = line.contains("\t") ? "\t" : "  "
    #expect(
      try edited(text, to: .deferred, reason: Self.reason)
        == #"{"tickets": [{\#(line)"id":"A",\#(line)"state":"DEFERRED",\#(line)"deferReason":{\#(line + unit)"category":"conflict","#
        + #"\#(line + unit)"message":"clashes with B →",\#(line + unit)"deferred_at":"\#(Self.time)"\#(line)}\#(brace)}]}"#)
  }

  @Test(
    "a ticket on one line stays on one line",
    arguments: [
      (
        #"{"id": "A", "state": "X"}"#,
        #"{"id": "A", "state": "DEFERRED", "deferReason": {"category": "c", "message": "m", "deferred_at": "t"}}"#
      ),
      (
        #"{"state": "X", "id": "A"}"#,
        #"{"state": "DEFERRED", "deferReason": {"category": "c", "message": "m", "deferred_at": "t"}, "id": "A"}"#
      ),
      (#"{"id":"A","state":"X"}"#, #"{"id":"A","state":"DEFERRED","deferReason":{"category":"c","message":"m","deferred_at":"t"}}"#),
    ])
  func oneLine(before: String, after: String) throws {
    let reason = DeferReason(category: "c", message: "m", deferredAt: "t")
    #expect(try edited(#"{"tickets":[\#(before)]}"#, to: .deferred, reason: reason) == #"{"tickets":[\#(after)]}"#)
  }

  @Test("a reason that is there is replaced, and kept where none is given")
  func reasonReplaced() throws {
    let text = #"{"tickets": [{"deferReason": {"category": "old", "blocker": "B"}, "id": "A", "state": "DEFERRED"}]}"#
    #expect(
      try edited(text, to: .deferred, reason: DeferReason(category: "c", message: "m", deferredAt: "t"))
        == #"{"tickets": [{"deferReason": {"category": "c", "message": "m", "deferred_at": "t"}, "id": "A", "state": "DEFERRED"}]}"#)
    #expect(try edited(text, to: .deferred) == text)
    let other = text.replacing(#""DEFERRED""#, with: #""IN_PROGRESS""#)
    #expect(try edited(other, to: .deferred) == text)
  }

  @Test(
    "a reason is taken out with its comma when the ticket leaves DEFERRED, wherever it stands",
    arguments: [
      (#"{"deferReason": {"message": "}"}, "id": "A", "state": "DEFERRED"}"#, #"{"id": "A", "state": "COMPLETED"}"#),
      (#"{"id": "A", "deferReason": "x", "state": "DEFERRED"}"#, #"{"id": "A", "state": "COMPLETED"}"#),
      (#"{"id": "A", "state": "DEFERRED", "deferReason": {} }"#, #"{"id": "A", "state": "COMPLETED" }"#),
      (#"{"deferReason": 1, "deferReason": 2, "id": "A", "deferReason": 3, "state": "DEFERRED"}"#, #"{"id": "A", "state": "COMPLETED"}"#),
      (#"{"id": "A", "deferReason": null, "state": "DEFERRED"}"#, #"{"id": "A", "deferReason": null, "state": "COMPLETED"}"#),
      (#"{"id": "A", "defer_reason": "x", "state": "DEFERRED"}"#, #"{"id": "A", "defer_reason": "x", "state": "COMPLETED"}"#),
    ])
  func reasonOut(before: String, after: String) throws {
    #expect(try edited(#"{"tickets": [\#(before)]}"#, to: .completed) == #"{"tickets": [\#(after)]}"#)
  }

  @Test("updated changes only where it is there, as a text")
  func updated() throws {
    func after(_ member: String) throws -> String { try edited(#"{"tickets": [{"id": "A", "state": "X"\#(member)}]}"#, to: .completed) }
    #expect(try after(#", "updated": "$(date -u)", "updated_at": "x""#).contains(#""updated": "\#(Self.time)", "updated_at": "x""#))
    #expect(try after(#", "updated": null"#).contains(#""updated": null"#))
    #expect(try after("") == #"{"tickets": [{"id": "A", "state": "COMPLETED"}]}"#)
  }

  @Test(
    "state_history gets one more entry where it is there, laid out like the last one",
    arguments: [
      ("[]", #"[{"state": "COMPLETED", "timestamp": "t"}]"#),
      (#"[{"state": "X", "timestamp": "s"}]"#, #"[{"state": "X", "timestamp": "s"}, {"state": "COMPLETED", "timestamp": "t"}]"#),
      (#"[{"state":"X"},{"state":"Y","n":1}]"#, #"[{"state":"X"},{"state":"Y","n":1},{"state":"COMPLETED","timestamp":"t"}]"#),
      (
        "[\n  {\n    \"state\": \"X\"\n  }\n]",
        "[\n  {\n    \"state\": \"X\"\n  },\n  {\n    \"state\": \"COMPLETED\",\n    \"timestamp\": \"t\"\n  }\n]"
      ),
      ("[\n {\"state\": \"X\"}\n]", "[\n {\"state\": \"X\"},\n {\"state\": \"COMPLETED\", \"timestamp\": \"t\"}\n]"),
      ("[1]", #"[1, {"state": "COMPLETED", "timestamp": "t"}]"#),
      ("null", "null"),
      (#"{"state": "X"}"#, #"{"state": "X"}"#),
    ])
  func history(before: String, after: String) throws {
    func text(_ state: String, _ history: String) -> String {
      #"{"tickets": [{"id": "A", "state": "\#(state)", "state_history": \#(history)}]}"#
    }
    #expect(try edited(text("X", before), to: .completed, time: "t") == text("COMPLETED", after))
  }

  @Test("an empty state_history of a ticket over several lines is unfolded")
  func emptyHistory() throws {
    let text = "{\"tickets\": [\n{\n  \"id\": \"A\",\n  \"state_history\": [],\n  \"state\": \"X\"\n}]}"
    #expect(
      try edited(text, to: .completed, time: "t")
        == "{\"tickets\": [\n{\n  \"id\": \"A\",\n  \"state_history\": [\n    {\n      \"state\": \"COMPLETED\",\n      \"timestamp\": \"t\"\n"
        + "    }\n  ],\n  \"state\": \"COMPLETED\"\n}]}")
  }

  @Test("a new reason alone adds nothing to state_history")
  func reasonAloneIsNoHistory() throws {
    let text = #"{"tickets": [{"id": "A", "state": "DEFERRED", "state_history": []}]}"#
    #expect(try edited(text, to: .deferred, reason: Self.reason).contains(#""state_history": []"#))
  }

  @Test("a ticket that is in that state for that reason already keeps every byte")
  func nothing() throws {
    let text = #"{"tickets": [{"id": "A", "state": "COMPLETED", "updated": "x", "state_history": [], "deferReason": {}}]}"#
    #expect(try edited(text, to: .completed) == text)
    let member = #""deferReason": {"category": "conflict", "message": "clashes with B →", "deferred_at": "2026-11-22T19:54:00Z"}"#
    let deferred = #"{"tickets": [{"id": "A", "state": "DEFERRED", "updated": "x", \#(member)}]}"#
    #expect(try edited(deferred, to: .deferred, reason: Self.reason) == deferred)
  }

  @Test("a file that escapes what is not ASCII gets escapes, any other raw UTF-8")
  func escapes() throws {
    let reason = DeferReason(category: "c", message: "→😀", deferredAt: "t")
    func message(_ title: String) throws -> Bool {
      try edited(#"{"tickets": [{"id": "A", "state": "X", "title": "\#(title)"}]}"#, to: .deferred, reason: reason)
        .contains(#""message": "\u2192\ud83d\ude00""#)
    }
    #expect(try message(#"\u2192"#))
    #expect(try !message("→"))
    #expect(try !message(#"→ \u2192"#))
    #expect(try !message("plain"))
    #expect(try !message(#"\u001b"#), "jq escapes control characters too, and writes everything else raw")
  }

  @Test("of a state that stands there twice the last is changed, which is the one that counts")
  func duplicateKeys() throws {
    #expect(
      try edited(#"{"tickets": [{"state": "X", "id": "A", "state": "Y"}]}"#, to: .completed)
        == #"{"tickets": [{"state": "X", "id": "A", "state": "COMPLETED"}]}"#)
  }

  @Test("a missing state is put in after the id")
  func missingState() throws {
    #expect(
      try edited(#"{"tickets": [{"id": "A", "x": 1}]}"#, to: .completed) == #"{"tickets": [{"id": "A", "state": "COMPLETED", "x": 1}]}"#)
    #expect(
      try edited(#"{"tickets": [{"id": "A"}]}"#, to: .deferred, reason: DeferReason(category: "c", message: "m", deferredAt: "t"))
        == #"{"tickets": [{"id": "A", "state": "DEFERRED", "deferReason": {"category": "c", "message": "m", "deferred_at": "t"}}]}"#)
    #expect(try edited(#"{"tickets": [{"id": "A"}]}"#, to: .unprocessed) == #"{"tickets": [{"id": "A"}]}"#)
  }

  @Test("of several changes of one ticket the last counts")
  func lastChange() throws {
    let index = try index(#"{"tickets": [{"id": "A", "state": "X"}, {"id": "B", "state": "X"}]}"#)
    let bytes = try index.applying([
      TicketChange(ticket: "B", state: .completed, time: ""), TicketChange(ticket: "A", state: .inProgress, time: ""),
      TicketChange(ticket: "A", state: .completed, time: ""),
    ])
    #expect(
      String(decoding: bytes, as: UTF8.self) == #"{"tickets": [{"id": "A", "state": "COMPLETED"}, {"id": "B", "state": "COMPLETED"}]}"#)
  }

  @Test("a change of a ticket that is not there is an error")
  func unknown() throws {
    let index = try index(#"{"tickets": [{"id": "A-0010"}]}"#)
    #expect(throws: TicketIndexError.unknownTicket("A-001")) {
      try index.applying([TicketChange(ticket: "A-001", state: .completed, time: "")])
    }
  }
}
