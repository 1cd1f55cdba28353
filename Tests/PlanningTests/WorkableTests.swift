import Planning
import Testing
import Tickets

@Suite("Workable")
struct WorkableTests {
  @Test("are open tickets all of whose dependencies are COMPLETED or workable")
  func chain() throws {
    let graph = try graph(
      ["id": "A", "state": "COMPLETED"], ["id": "B", "dependencies": ["A"]], ["id": "C", "dependencies": ["B"], "state": "IN_PROGRESS"],
      ["id": "E", "children": ["C"]], ["id": "D", "dependencies": ["E"]])
    #expect(graph.workable(Progress()) == ["B", "C", "D"])
  }

  @Test("is nothing behind a DEFERRED ticket, or one in an unknown state")
  func stuck() throws {
    let graph = try graph(
      ["id": "A", "state": "DEFERRED"], ["id": "B", "dependencies": ["A"]], ["id": "C", "dependencies": ["B"]], ["id": "X", "state": "?"],
      ["id": "Y", "dependencies": ["X"]], ["id": "Z"])
    #expect(graph.workable(Progress()) == ["Z"])
    #expect(graph.workable(Progress(states: ["A": .completed])) == ["B", "C", "Z"])
  }

  @Test("stays what waits for a busy or held ticket")
  func taken() throws {
    let graph = try graph(["id": "A"], ["id": "B", "dependencies": ["A"]])
    #expect(graph.workable(Progress(busy: ["A"])) == ["A", "B"])
    #expect(graph.workable(Progress(held: ["A"])) == ["B"])
  }

  @Test("is nothing in a cycle or behind one")
  func cycle() throws {
    let graph = try graph(
      ["id": "A", "dependencies": ["B"]], ["id": "B", "dependencies": ["A"]], ["id": "C", "dependencies": ["A"]], ["id": "D"])
    #expect(graph.workable(Progress()) == ["D"])
  }

  @Test("are all 37 stories of a real queue, and the 48 of another")
  func realQueues() throws {
    #expect(try skeleton("skeleton-46").workable(Progress()).count == 37)
    #expect(try skeleton("skeleton-133").workable(Progress()).count == 48)
  }
}
