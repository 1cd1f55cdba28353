import Planning
import Testing
import Tickets

@Suite("Large queues")
struct ScaleTests {
  private static func id(_ number: Int) -> JSON { .string("T-\(number)") }

  @Test("a chain of 100,000 tickets is planned and explained without recursion")
  func chain() throws {
    let tickets = (0..<100_000).map { #"{"id":"T-\#($0)","state":"UNPROCESSED","dependencies":[\#($0 == 0 ? "" : "\"T-\($0 - 1)\"")]}"# }
    let index = try TicketIndex(parsing: Array(#"{"tickets":[\#(tickets.joined(separator: ","))]}"#.utf8))
    let graph = DependencyGraph(index)
    #expect(graph.startableNow == ["T-0"])
    #expect(Plan(graph, workers: 8).criticalPath.length == 100_000)
    #expect(graph.explanation(of: "T-99999", Progress())?.blockers.count == 99_999)
  }

  @Test("a cycle of 20,000 tickets is found")
  func cycle() throws {
    let graph = try graph((0..<20_000).map { ["id": Self.id($0), "dependencies": [Self.id(($0 + 1) % 20_000)]] })
    #expect(graph.findings.count == 1)
    #expect(graph.workable(Progress()).isEmpty)
  }

  @Test("20,000 epics one inside the other are no burden, and each may name one above it")
  func nested() throws {
    let graph = try graph(
      [["id": Self.id(0)]] + (1..<20_000).map { ["id": Self.id($0), "parent": Self.id($0 - 1), "dependencies": [Self.id($0 / 2)]] })
    #expect(graph.findings.isEmpty)
    #expect(graph.startableNow == ["T-19999"])
    #expect(graph.epicsToComplete(Progress(states: ["T-19999": .completed])).count == 19_999)
  }

  @Test("10,000 tickets that wait for an epic with 10,000 children make no 100,000,000 edges")
  func wideEpic() throws {
    let children = (1...10_000).map(Self.id)
    let tickets: [JSON] =
      [["id": Self.id(0), "children": .array(children)]] + children.map { ["id": $0] }
      + (10_001...20_000).map { ["id": Self.id($0), "dependencies": [Self.id(0)]] }
    let graph = try graph(tickets)
    let plan = Plan(graph, workers: 8)
    #expect(plan.waves.map(\.count) == [10_000, 10_000])
    #expect(plan.blocked.allSatisfy { $0.by == ["T-0"] })
  }

  @Test("an epic with 10,000 children that depends on 10,000 tickets names at most 100 of them for each child")
  func heavyEpic() throws {
    let dependencies = (1...10_000).map(Self.id)
    let tickets: [JSON] =
      [["id": Self.id(0), "dependencies": .array(dependencies)]] + dependencies.map { ["id": $0] }
      + (10_001...20_000).map { ["id": Self.id($0), "parent": Self.id(0)] }
    let graph = try graph(tickets)
    let plan = Plan(graph, workers: 8)
    #expect(plan.waves.map(\.count) == [10_000, 10_000])
    #expect(plan.blocked.allSatisfy { $0.by.count == 100 })
    #expect(graph.dependencies(of: "T-20000").count == 10_000)
  }
}
