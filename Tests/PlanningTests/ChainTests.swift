import Planning
import Testing
import Tickets

@Suite("Chains by weight, and what a ticket itself waits for")
struct ChainTests {
  private func graph(_ tickets: String) throws -> DependencyGraph {
    DependencyGraph(try TicketIndex(parsing: Array("{\"tickets\":[\(tickets)]}".utf8)))
  }

  private let tickets = #"""
    {"id":"E","children":["A","B"],"dependencies":["X"]},{"id":"A"},{"id":"B","dependencies":["A"]},{"id":"C","dependencies":["E"]},
    {"id":"X"},{"id":"Y","dependencies":["X"]}
    """#

  @Test("the heaviest chain, through epics and what they wait for")
  func heaviest() throws {
    let graph = try graph(tickets)
    #expect(graph.heaviestChain(["A": 1, "B": 1, "C": 1, "X": 1, "Y": 1]) == ["X", "A", "B", "C"])
    #expect(graph.heaviestChain(["A": 1, "B": 1, "C": 1, "X": 1, "Y": 9]) == ["X", "Y"])
    #expect(graph.heaviestChain(["B": 1, "C": 2]) == ["B", "C"])
    #expect(graph.heaviestChain([:]) == [])
    #expect(graph.heaviestChain(["none": 1, "E": 5]) == [])
  }

  @Test("a cycle ends")
  func cycle() throws {
    let graph = try graph(#"{"id":"A","dependencies":["B"]},{"id":"B","dependencies":["A"]}"#)
    #expect(!graph.heaviestChain(["A": 1, "B": 1]).isEmpty)
  }

  @Test("own dependencies and children, without what is inherited")
  func own() throws {
    let graph = try graph(tickets)
    #expect(graph.ownDependencies(of: "E") == ["X"])
    #expect(graph.ownDependencies(of: "A") == [])
    #expect(graph.ownDependencies(of: "B") == ["A"])
    #expect(graph.ownDependencies(of: "C") == ["E"])
    #expect(graph.children(of: "E") == ["A", "B"])
    #expect(graph.children(of: "A") == [])
    #expect(graph.ownDependencies(of: "none") == [])
  }
}
