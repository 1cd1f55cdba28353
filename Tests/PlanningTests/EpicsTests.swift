import Planning
import Testing
import Tickets

@Suite("Epics")
struct EpicsTests {
  @Test("are tickets with children, or named as a parent, and never handed to a worker")
  func recognised() throws {
    let graph = try graph(
      ["id": "E", "children": ["a"]], ["id": "a"], ["id": "F"], ["id": "f", "parent": "F"], ["id": "G", "children": ["gone"]],
      ["id": "not", "type": "Epic", "children": []])
    #expect(["E", "F", "G"].allSatisfy { graph.isEpic(TicketID($0)) })
    #expect(["a", "f", "not", "nobody"].allSatisfy { !graph.isEpic(TicketID($0)) })
    #expect(graph.startableNow == ["a", "f", "not"])
  }

  @Test("are satisfied when COMPLETED, or when all descendants that are no epics are")
  func satisfied() throws {
    let graph = try graph(
      ["id": "E", "children": ["F", "a"]], ["id": "F", "children": ["b"]], ["id": "a", "state": "COMPLETED"], ["id": "b"],
      ["id": "X", "dependencies": ["E"]])
    #expect(!graph.satisfied("E", Progress()))
    #expect(graph.satisfied("E", Progress(states: ["b": .completed])))
    #expect(graph.satisfied("E", Progress(states: ["E": .completed])))
    #expect(!graph.satisfied("E", Progress(states: ["F": .completed])), "an epic below that is called COMPLETED finishes nothing")
    #expect(graph.satisfied("F", Progress(states: ["F": .completed])))
    #expect(graph.startable(Progress(states: ["b": .completed])) == ["X"])
  }

  @Test("are kept open by a DEFERRED child")
  func deferredChild() throws {
    let graph = try graph(
      ["id": "E", "children": ["a", "b"]], ["id": "a", "state": "COMPLETED"], ["id": "b", "state": "DEFERRED"],
      ["id": "X", "dependencies": ["E"]])
    #expect(graph.startableNow.isEmpty)
    #expect(!graph.workable(Progress()).contains("X"))
    #expect(graph.epicsToComplete(Progress()).isEmpty)
  }

  @Test("are not waited for by their own children, also further down")
  func ownAncestor() throws {
    let graph = try graph(
      ["id": "E", "children": ["F"]], ["id": "F", "children": ["a"], "dependencies": ["E"]], ["id": "a", "dependencies": ["F", "E"]])
    #expect(graph.errors.isEmpty)
    #expect(graph.dependencies(of: "a").isEmpty)
    #expect(graph.startableNow == ["a"])
  }

  @Test("do not wait for their own descendants as dependencies")
  func ownDescendant() throws {
    let graph = try graph(
      ["id": "E", "children": ["F"], "dependencies": ["a"]], ["id": "F", "children": ["a", "b"], "blockedBy": ["b"]], ["id": "a"],
      ["id": "b"])
    #expect(graph.errors.isEmpty)
    #expect(graph.startableNow == ["a", "b"])
  }

  @Test("bind their descendants with their own dependencies, however deep")
  func inherited() throws {
    let graph = try graph(
      ["id": "X"], ["id": "E", "children": ["F"], "dependencies": ["X"]], ["id": "F", "children": ["a"], "dependencies": ["Y"]],
      ["id": "a", "dependencies": ["Z"]], ["id": "Y"], ["id": "Z"])
    #expect(graph.dependencies(of: "a") == ["Z", "Y", "X"])
    #expect(graph.dependencies(of: "E") == ["X"])
    #expect(graph.startableNow == ["X", "Y", "Z"])
    #expect(graph.startable(Progress(states: ["Y": .completed, "Z": .completed])) == ["X"])
    #expect(graph.startable(Progress(states: ["X": .completed, "Y": .completed, "Z": .completed])) == ["a"])
  }

  @Test("bind their descendants also when blocked by another ticket's blocks")
  func inheritedBlocks() throws {
    let graph = try graph(["id": "E", "children": ["a"]], ["id": "a"], ["id": "X", "blocks": ["E"]])
    #expect(graph.startableNow == ["X"])
    #expect(graph.dependencies(of: "a") == ["X"])
  }

  @Test("may share a child: what one depends on binds it, but never the other epic that it is in itself")
  func sharedChild() throws {
    let graph = try graph(
      ["id": "E", "children": ["a", "b"], "dependencies": ["F", "X"]], ["id": "F", "children": ["b", "c"]], ["id": "a"], ["id": "b"],
      ["id": "c"], ["id": "X"])
    #expect(graph.errors.isEmpty)
    #expect(graph.dependencies(of: "b") == ["X"])
    #expect(graph.dependencies(of: "a") == ["F", "X"])
    #expect(graph.startableNow == ["X", "c"] || graph.startableNow == ["c", "X"])
  }

  @Test("follow their last child: named once all the work in them is COMPLETED")
  func toComplete() throws {
    let graph = try graph(
      ["id": "E", "children": ["F", "a"]], ["id": "F", "children": ["b"]], ["id": "a"], ["id": "b", "state": "COMPLETED"],
      ["id": "G", "children": ["g"], "state": "COMPLETED"], ["id": "g", "state": "COMPLETED"], ["id": "H", "children": ["gone"]])
    #expect(graph.epicsToComplete(Progress()) == ["F"])
    #expect(graph.epicsToComplete(Progress(states: ["a": .completed])) == ["E", "F"])
    #expect(graph.epicsToComplete(Progress(states: ["a": .completed, "E": .completed, "F": .completed])).isEmpty)
    #expect(graph.epicsToComplete(Progress(held: ["a"])) == ["F"], "held is not landed")
  }

  @Test("without a single known child hold nobody up")
  func empty() throws {
    let graph = try graph(["id": "E", "children": ["gone"]], ["id": "X", "dependencies": ["E"]])
    #expect(graph.startableNow == ["X"])
  }
}
