import Planning
import Testing
import Tickets

@Suite("What may start")
struct StartingTests {
  @Test("are open tickets whose dependencies are COMPLETED")
  func ready() throws {
    let graph = try graph(
      ["id": "A", "state": "COMPLETED"], ["id": "B", "dependencies": ["A"]], ["id": "C", "dependencies": ["A", "B"]],
      ["id": "D", "state": "DEFERRED"], ["id": "E", "dependencies": ["D"]], ["id": "F", "state": "WEIRD"],
      ["id": "G", "dependencies": ["F"]])
    #expect(graph.startableNow == ["B"])
  }

  @Test("a dependency on a prefix of an id is never satisfied by the longer id")
  func prefix() throws {
    let graph = try graph(
      ["id": "A-001"], ["id": "A-0010", "state": "COMPLETED"], ["id": "B", "dependencies": ["A-001"]],
      ["id": "ORCH-014-DUP1", "state": "COMPLETED"], ["id": "ORCH-014"], ["id": "C", "blockedBy": ["ORCH-014"]])
    #expect(graph.startableNow == ["A-001", "ORCH-014"])
  }

  @Test("blockedBy counts like dependencies, and blocks like its inverse")
  func fields() throws {
    let graph = try graph(["id": "A", "blocks": ["C"]], ["id": "B", "blockedBy": ["A"]], ["id": "C"])
    #expect(graph.startableNow == ["A"])
    #expect(graph.dependencies(of: "B") == ["A"])
    #expect(graph.dependencies(of: "C") == ["A"])
  }

  @Test("a ticket that an earlier crash left IN_PROGRESS is work again, unless it is busy")
  func inProgress() throws {
    let graph = try graph(["id": "A", "state": "IN_PROGRESS"])
    #expect(graph.startableNow == ["A"])
    #expect(graph.startable(Progress(busy: ["A"])).isEmpty)
  }

  @Test("the states of the run count, not those of the index")
  func overlay() throws {
    let graph = try graph(["id": "A"], ["id": "B", "dependencies": ["A"]], ["id": "C", "state": "DEFERRED"])
    #expect(graph.startable(Progress(states: ["A": .completed])) == ["B"])
    #expect(graph.startable(Progress(states: ["A": .deferred, "C": .unprocessed])) == ["C"])
    #expect(graph.startable(Progress(states: ["nobody": .completed])) == ["A"])
  }

  @Test("a finished ticket that waits to land lets nobody start; a held one does, and is not started again")
  func held() throws {
    let graph = try graph(
      ["id": "A"], ["id": "B", "dependencies": ["A"]], ["id": "E", "children": ["A"]], ["id": "C", "dependencies": ["E"]])
    #expect(graph.startable(Progress(busy: ["A"])).isEmpty)
    #expect(graph.startable(Progress(held: ["A"])) == ["B", "C"])
    #expect(graph.startable(Progress(busy: ["A"], held: ["A"])) == ["B", "C"])
    #expect(graph.satisfied("E", Progress(held: ["A"]), countingHeld: true))
    #expect(!graph.satisfied("E", Progress(held: ["A"])))
    #expect(!graph.satisfied("A", Progress(held: ["A"])))
  }

  @Test("in the order of priority, where none is P2")
  func priority() throws {
    let graph = try graph(
      ["id": "none"], ["id": "P3", "priority": "P3"], ["id": "P2", "priority": "P2"], ["id": "P0", "priority": "P0"],
      ["id": "odd", "priority": "soon"])
    #expect(graph.startableNow == ["P0", "none", "P2", "odd", "P3"])
  }

  @Test("then of the longest chain of work behind, then of the file")
  func chains() throws {
    let graph = try graph(
      ["id": "A"], ["id": "B"], ["id": "C"], ["id": "b", "dependencies": ["B"]], ["id": "c", "dependencies": ["C"]],
      ["id": "cc", "dependencies": ["c"]], ["id": "D"])
    #expect(graph.startableNow == ["C", "B", "A", "D"])
  }

  @Test("a chain through an epic counts its tickets, and not the epic")
  func chainThroughEpic() throws {
    let graph = try graph(
      ["id": "A"], ["id": "B"], ["id": "E", "children": ["B"]], ["id": "x", "dependencies": ["E"]], ["id": "y", "dependencies": ["x"]],
      ["id": "a", "dependencies": ["A"]])
    #expect(graph.startableNow == ["B", "A"])
  }

  @Test("a chain does not go through an epic that is called COMPLETED: nobody waits for its open child")
  func noChainThroughCompletedEpic() throws {
    let graph = try graph(["id": "A"], ["id": "b", "parent": "E"], ["id": "E", "state": "COMPLETED"], ["id": "x", "dependencies": ["E"]])
    #expect(graph.startableNow == ["A", "b", "x"])
    #expect(graph.startable(Progress(states: ["E": .unprocessed])) == ["b", "A"])
  }

  @Test("work that cannot be reached lengthens no chain, and neither does finished work")
  func chainsOfWorkOnly() throws {
    let graph = try graph(
      ["id": "A"], ["id": "B"], ["id": "stuck", "dependencies": ["A"], "state": "DEFERRED"], ["id": "behind", "dependencies": ["stuck"]],
      ["id": "done", "dependencies": ["A"], "state": "COMPLETED"], ["id": "after", "dependencies": ["done"]],
      ["id": "b", "dependencies": ["B"]])
    #expect(graph.startableNow == ["B", "A", "after"])
  }
}

@Suite("Overlapping tickets")
struct OverlapTests {
  @Test(
    "never run at the same time",
    arguments: [
      ("a/b.swift", "a/b.swift"), ("./a/b", "a/b"), ("a//b", "a/./b"), ("a/", "a/b.swift"), ("a", "a/b/c"), ("a/b/../c", "a/c"),
      ("./", "x"),
      ("/a/b", "a/b/"), ("a/b/", "a/b/c/d/e"),
    ])
  func overlap(first: String, second: String) throws {
    for (a, b) in [(first, second), (second, first)] {
      let graph = try graph(["id": "A", "targetFiles": [.string(a)]], ["id": "B", "targetFiles": [["path": .string(b)]]])
      #expect(graph.startableNow == ["A", "B"], "both are listed; whoever starts one asks again")
      #expect(graph.startable(Progress(busy: ["A"])).isEmpty)
      #expect(graph.startable(Progress(busy: ["B"])).isEmpty)
    }
  }

  @Test(
    "are none that only look alike",
    arguments: [("a/b", "a/bc"), ("a/", "ab"), ("a/b.swift", "a/c.swift"), ("a.b", "a"), ("A", "a"), ("", "a")])
  func noOverlap(first: String, second: String) throws {
    let graph = try graph(["id": "A", "targetFiles": [.string(first)]], ["id": "B", "targetFiles": [.string(second)]])
    #expect(graph.startable(Progress(busy: ["A"])) == ["B"])
    #expect(graph.startable(Progress(busy: ["B"])) == ["A"])
  }

  @Test("overlap through the files of their tasks as well")
  func taskFiles() throws {
    let graph = try graph(["id": "A", "tasks": [["id": "A-1", "files": ["src/"]]]], ["id": "B", "targetFiles": ["src/x.c"]], ["id": "C"])
    #expect(graph.startable(Progress(busy: ["A"])) == ["C"])
  }

  @Test("may start as soon as the first has landed, was set aside, or is held")
  func released() throws {
    let graph = try graph(["id": "A", "targetFiles": ["x"]], ["id": "B", "targetFiles": ["x"]])
    #expect(graph.startable(Progress(states: ["A": .completed])) == ["B"])
    #expect(graph.startable(Progress(states: ["A": .deferred])) == ["B"])
    #expect(graph.startable(Progress(held: ["A"])) == ["B"])
    #expect(graph.startable(Progress(busy: ["A"], held: ["A"])) == ["B"])
  }
}
