import Planning
import Testing
import Tickets

@Suite("explain says")
struct ExplanationTests {
  private func lines(_ graph: DependencyGraph, _ id: TicketID, _ progress: Progress = Progress()) throws -> [String] {
    try #require(graph.explanation(of: id, progress)).lines
  }

  @Test("READY for a ticket that may start, and what it waited for")
  func ready() throws {
    let graph = try graph(["id": "A", "state": "COMPLETED"], ["id": "B", "title": "Do it", "priority": "P0", "dependencies": ["A"]])
    #expect(try lines(graph, "B") == ["B  Do it", "READY (UNPROCESSED, P0)", "satisfied: A"])
  }

  @Test("BLOCKED with the whole chain, each with state and title, and each unfolded once")
  func blocked() throws {
    let graph = try graph(
      ["id": "A", "title": "Base", "state": "DEFERRED", "deferReason": ["category": "conflict", "message": "clashes\nwith Z"]],
      ["id": "B", "dependencies": ["A"], "state": "IN_PROGRESS"], ["id": "C", "dependencies": ["A"]],
      ["id": "D", "title": "Top", "dependencies": ["C", "B", "Z"]], ["id": "X", "dependencies": ["B", "D"]],
      ["id": "Z", "state": "COMPLETED"])
    #expect(
      try lines(graph, "X") == [
        "X", "BLOCKED (UNPROCESSED, P2), waits for:", "  B  IN_PROGRESS", "    A  DEFERRED  Base  (conflict: clashes with Z)",
        "  D  UNPROCESSED  Top", "    C  UNPROCESSED", "      A  DEFERRED  Base  (conflict: clashes with Z)",
        "    B  IN_PROGRESS  (see above)",
      ])
  }

  @Test("what an epic still waits for, and that a ticket waits for its epic's dependencies")
  func epics() throws {
    let graph = try graph(
      ["id": "E", "children": ["a", "b"], "dependencies": ["X"]], ["id": "a"], ["id": "b", "state": "COMPLETED"], ["id": "X"],
      ["id": "Y", "dependencies": ["E"]])
    #expect(
      try lines(graph, "Y") == [
        "Y", "BLOCKED (UNPROCESSED, P2), waits for:", "  E  UNPROCESSED", "    a  UNPROCESSED", "      X  UNPROCESSED",
      ])
    #expect(try lines(graph, "a") == ["a", "BLOCKED (UNPROCESSED, P2), waits for:", "  X  UNPROCESSED"])
    #expect(graph.explanation(of: "E", Progress())?.verdict == .epic)
    #expect(graph.explanation(of: "E", Progress())?.blockers.map(\.ticket) == ["a", "X"])
  }

  @Test("which running ticket touches the same file")
  func overlap() throws {
    let graph = try graph(["id": "A", "targetFiles": ["src/"]], ["id": "B", "targetFiles": ["src/x"]])
    let explanation = try #require(graph.explanation(of: "B", Progress(states: ["A": .inProgress], busy: ["A"])))
    #expect(explanation.verdict == .blocked)
    #expect(explanation.lines == ["B", "BLOCKED (UNPROCESSED, P2), shares files with:", "  A  IN_PROGRESS  (src/x)"])
  }

  @Test("what else a ticket may be")
  func verdicts() throws {
    let graph = try graph(
      ["id": "A"], ["id": "C", "state": "COMPLETED", "dependencies": ["A"]], ["id": "D", "state": "DEFERRED", "deferReason": "why"],
      ["id": "U", "state": "?"])
    #expect(graph.explanation(of: "A", Progress(busy: ["A"]))?.verdict == .busy)
    #expect(graph.explanation(of: "A", Progress(held: ["A"]))?.verdict == .held)
    #expect(graph.explanation(of: "C", Progress())?.verdict == .completed)
    #expect(graph.explanation(of: "C", Progress())?.blockers.isEmpty == true)
    #expect(try lines(graph, "D") == ["D", "DEFERRED (DEFERRED, P2)", "  why"])
    #expect(graph.explanation(of: "U", Progress())?.verdict == .unknownState)
    #expect(graph.explanation(of: "nobody", Progress()) == nil)
  }

  @Test("nothing that could move a terminal's cursor")
  func safeText() throws {
    let nasty: JSON = "x\u{1B}[2J\ny"
    let graph = try graph(
      ["id": nasty, "title": nasty, "state": "DEFERRED", "deferReason": ["message": nasty]],
      ["id": "B", "title": nasty, "dependencies": [nasty]],
      ["id": "C", "state": nasty, "targetFiles": [nasty]])
    for id in graph.index.tickets.map(\.id) {
      #expect(try lines(graph, id).allSatisfy { !$0.unicodeScalars.contains(where: TicketID.isControl) })
    }
  }
}
