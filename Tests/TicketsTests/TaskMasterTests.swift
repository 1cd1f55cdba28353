import Testing
import Tickets

@Suite("A Task Master file is a queue")
struct TaskMasterTests {
  private static let tasks = #"""
    {
      "tasks": [
        {"id": 1, "title": "Set up", "status": "done", "dependencies": [], "priority": "high"},
        {
          "id": 2, "title": "Log in", "status": "pending", "dependencies": [1], "priority": "critical", "details": "OAuth",
          "subtasks": [
            {"id": 1, "title": "Client", "status": "pending", "dependencies": []},
            {"id": 2, "title": "Callback", "status": "in-progress", "dependencies": [1, "1"], "updatedAt": "old"},
            {"id": 3, "title": "Token", "status": "deferred", "dependencies": ["2.2", 5], "priority": "low"}
          ],
          "updatedAt": "old"
        },
        {"id": "5", "title": "Ship", "status": "review", "dependencies": ["2", "2.3"]},
        {"id": 6, "status": "cancelled", "dependencies": [null]}
      ]
    }
    """#

  /// The tasks under a tag, as Task Master writes them by now.
  private static func tagged(_ tags: String...) -> String {
    let lists = tags.map { #""\#($0)": {"tasks": [{"id": 1, "title": "of \#($0)", "status": "pending"}], "metadata": {}}"# }
    return "{" + lists.joined(separator: ",") + "}"
  }

  @Test("tasks and subtasks are tickets: a subtask is called 2.1, and its task is its epic")
  func ids() throws {
    let queue = try index(Self.tasks)
    #expect(queue.format == .taskMaster)
    #expect(queue.tickets.map(\.id.rawValue) == ["1", "2", "2.1", "2.2", "2.3", "5", "6"])
    #expect(queue["2"]?.children == ["2.1", "2.2", "2.3"])
    #expect(queue["2.1"]?.parent == "2")
    #expect(queue["2.1"]?.component == "2")
    #expect(queue["2.1"]?.displayTitle == "Client")
    #expect(queue["2"]?.details == "OAuth")
  }

  @Test("a number among subtasks is a sibling, where there is one, and else a task")
  func dependencies() throws {
    let queue = try index(Self.tasks)
    #expect(queue["2"]?.dependencies == ["1"])
    #expect(queue["2.2"]?.dependencies == ["2.1", "2.1"])
    #expect(queue["2.3"]?.dependencies == ["2.2", "5"])
    #expect(queue["5"]?.dependencies == ["2", "2.3"])
    #expect(queue["6"]?.unreadableFields == ["dependencies"])
  }

  @Test("statuses and priorities are read into ours; a subtask has its task's priority unless it has its own")
  func words() throws {
    let queue = try index(Self.tasks)
    #expect(
      queue.tickets.map(\.state) == [
        .completed, .unprocessed, .unprocessed, .inProgress, .deferred, .other("review"), .other("cancelled"),
      ])
    #expect(queue.tickets.map(\.priority.level) == [1, 0, 0, 0, 3, 2, 2])
    #expect(try index(#"{"tasks": [{"id": 1, "status": "completed"}]}"#)["1"]?.state == .completed)
  }

  @Test("of a tagged file the chosen list is read, master by default")
  func tags() throws {
    let text = Array(Self.tagged("feature", "master").utf8)
    #expect(try TicketIndex(parsing: text)["1"]?.title == "of master")
    #expect(try TicketIndex(parsing: text, tag: "feature")["1"]?.title == "of feature")
    #expect(throws: TicketIndexError.noTag("gone", known: ["feature", "master"])) { try TicketIndex(parsing: text, tag: "gone") }
  }

  @Test("an array tickets makes it sage-dev's queue, whatever else stands there")
  func sageFirst() throws {
    let queue = try index(#"{"master": {"tasks": [{"id": 1}]}, "tasks": [], "tickets": [{"id": "A", "status": "done"}]}"#)
    #expect(queue.format == .sage)
    #expect(queue.tickets.map(\.state) == [.unprocessed])
  }

  @Test("a new state changes the bytes of status and updatedAt, of task and subtask alike, and no others")
  func editing() throws {
    let time = "2026-11-23T01:00:00Z"
    let reason = DeferReason(category: "conflict", message: "clash", deferredAt: time)
    let edited = try index(Self.tasks).applying([
      TicketChange(ticket: "2.2", state: .completed, time: time), TicketChange(ticket: "2", state: .completed, time: time),
      TicketChange(ticket: "2.1", state: .deferred, deferReason: reason, time: time),
      TicketChange(ticket: "1", state: .unprocessed, time: time),
      TicketChange(ticket: "2.3", state: .deferred, deferReason: reason, time: time),
    ])
    let expected = Self.tasks
      .replacing(#""Set up", "status": "done""#, with: #""Set up", "status": "pending""#)
      .replacing(#""Log in", "status": "pending""#, with: #""Log in", "status": "done""#)
      .replacing(#""Client", "status": "pending""#, with: #""Client", "status": "deferred""#)
      .replacing(#""status": "in-progress""#, with: #""status": "done""#)
      .replacing(#""updatedAt": "old""#, with: #""updatedAt": "\#(time)""#)
    #expect(String(decoding: edited, as: UTF8.self) == expected)
  }

  @Test("a task without a status gets one behind its id, and a tagged file keeps its other tags byte for byte")
  func insertion() throws {
    let text = #"{"other": {"tasks": [{"id": 1, "status": "pending"}]}, "master": {"tasks": [{"id": 1, "title": "x"}]}}"#
    let change = TicketChange(ticket: "1", state: .inProgress, time: "")
    #expect(
      String(decoding: try index(text).applying([change]), as: UTF8.self)
        == text.replacing(#"{"id": 1, "title""#, with: #"{"id": 1, "status": "in-progress", "title""#))
  }

  @Test("a subtask without an id is an entry without one, and what is no object too")
  func damaged() throws {
    let queue = try index(#"{"tasks": [{"id": 1, "subtasks": [{"title": "?"}, 7, {"id": true}]}, null]}"#)
    #expect(queue.tickets.map(\.id.rawValue) == ["1", "", "", "", ""])
  }
}
