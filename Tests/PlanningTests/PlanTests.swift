import Planning
import Testing
import Tickets

@Suite("The plan")
struct PlanTests {
  @Test("of a real queue has 13 waves, and its critical path is as long")
  func realQueue() throws {
    let plan = Plan(try skeleton("skeleton-46"), workers: 4)
    #expect(plan.waves.map(\.count) == [3, 1, 2, 1, 1, 11, 3, 1, 1, 4, 4, 4, 1])
    #expect(plan.ready.sorted() == plan.waves[0].sorted())
    #expect(plan.blocked.count == 34)
    #expect(plan.criticalPath.length == 13)
    #expect(plan.overlaps.count == 29)
    #expect(plan.widest == 11)
    #expect(plan.warnings.isEmpty)
  }

  @Test("of another has one wave of 48, and six tickets wait for a deferred one")
  func otherQueue() throws {
    let graph = try skeleton("skeleton-133")
    let plan = Plan(graph, workers: 4)
    #expect(plan.waves.map(\.count) == [48])
    #expect(plan.ready.count == 48)
    #expect(plan.blocked.map(\.ticket) == ["EVOL-002", "EVOL-003", "EVOL-004", "EVOL-005", "EVOL-006", "EVOL-007"])
    #expect(plan.blocked.allSatisfy { $0.by == ["ADAP-001"] })
    #expect(graph.blockers(of: "ADAP-001", Progress()) == ["ADAP-002"])
    #expect(plan.criticalPath.length == 1)
  }

  @Test("runs wave by wave: each ticket is startable when the waves before have landed")
  func wavesAgreeWithStarting() throws {
    let graph = try skeleton("skeleton-46")
    var progress = Progress()
    for wave in Plan(graph, workers: 1).waves {
      #expect(graph.startable(progress).sorted() == wave.sorted())
      for id in wave { progress.states[id] = .completed }
    }
    #expect(graph.epicsToComplete(progress).count == 9)
  }

  @Test("names every open ticket that is not ready, also behind a DEFERRED one, and what it waits for")
  func blocked() throws {
    let graph = try graph(
      ["id": "A", "state": "DEFERRED"], ["id": "B", "dependencies": ["A"]], ["id": "C", "dependencies": ["B", "D", "F"]], ["id": "D"],
      ["id": "E", "children": ["e"], "dependencies": ["D"]], ["id": "e"], ["id": "F", "state": "COMPLETED"])
    let plan = Plan(graph, workers: 2)
    #expect(plan.ready == ["D"])
    #expect(plan.blocked == [.init(ticket: "B", by: ["A"]), .init(ticket: "C", by: ["B", "D"]), .init(ticket: "e", by: ["D"])])
  }

  @Test("says which busy ticket an overlapping one waits for")
  func blockedByOverlap() throws {
    let graph = try graph(["id": "A", "targetFiles": ["x"]], ["id": "B", "targetFiles": ["x"]], ["id": "C"])
    let plan = Plan(graph, progress: Progress(busy: ["A"]), workers: 2)
    #expect(plan.ready == ["C"])
    #expect(plan.blocked == [.init(ticket: "B", by: ["A"])])
  }

  @Test("begins where a run stands: landed work is gone, and what waits for held work comes first")
  func midway() throws {
    let graph = try graph(
      ["id": "A"], ["id": "B", "dependencies": ["A"]], ["id": "C", "dependencies": ["B"]], ["id": "D", "dependencies": ["C"]])
    #expect(Plan(graph, progress: Progress(states: ["A": .completed]), workers: 1).waves == [["B"], ["C"], ["D"]])
    #expect(Plan(graph, progress: Progress(states: ["A": .completed], held: ["B"]), workers: 1).waves == [["C"], ["D"]])
    #expect(Plan(graph, progress: Progress(states: ["A": .completed], busy: ["B"]), workers: 1).waves == [["B"], ["C"], ["D"]])
  }

  @Test("follows the longest chain through epics, without naming them")
  func criticalPath() throws {
    let graph = try graph(
      ["id": "E", "children": ["b", "c"], "dependencies": ["A"]], ["id": "A"], ["id": "b"], ["id": "c", "dependencies": ["b"]],
      ["id": "D", "dependencies": ["E"]], ["id": "short"])
    let path = Plan(graph, workers: 1).criticalPath
    #expect(path.tickets == ["A", "b", "c", "D"])
    #expect(path.length == 4)
  }

  @Test("lists pairs that share a path once, with all they share, and the file rather than the folder above it")
  func overlaps() throws {
    let graph = try graph(
      ["id": "A", "targetFiles": ["src/", "x"]], ["id": "B", "targetFiles": ["src/b.c", "./x"]], ["id": "C", "targetFiles": ["src/b.c"]],
      ["id": "D", "targetFiles": ["src"], "state": "COMPLETED"])
    let plan = Plan(graph, workers: 1)
    #expect(plan.overlaps.map(\.tickets) == [["A", "B"], ["A", "C"], ["B", "C"]])
    #expect(plan.overlaps.map(\.paths) == [["x", "src/b.c"], ["src/b.c"], ["src/b.c"]])
    #expect(plan.listsAllOverlaps)
  }

  @Test("lists no more than 1000 overlaps, and says so")
  func manyOverlaps() throws {
    let plan = Plan(try graph((0..<100).map { ["id": .string("T\($0)"), "targetFiles": ["x"]] }), workers: 1)
    #expect(plan.overlaps.count == 1000)
    #expect(!plan.listsAllOverlaps)
    #expect(plan.warnings == ["only the first 1000 overlaps are listed"])
  }

  @Test("suggests no more workers than tickets that can run, and at least one")
  func workers() throws {
    let graph = try graph(["id": "A"], ["id": "B"], ["id": "C", "state": "COMPLETED"])
    let finished = DependencyGraph(try TicketIndex(parsing: Array(#"{"tickets": []}"#.utf8)))
    #expect(Plan(graph, workers: 4).workers == 2)
    #expect(Plan(graph, workers: 1).workers == 1)
    #expect(Plan(finished, workers: 4).workers == 1)
  }

  @Test("takes half the cores by default, 1 to 8", arguments: [(0, 1), (1, 1), (2, 1), (3, 1), (4, 2), (10, 5), (16, 8), (128, 8)])
  func defaultWorkers(cores: Int, workers: Int) {
    #expect(defaultWorkerCount(cores: cores) == workers)
  }

  @Test("estimates how long the work takes with so many workers")
  func makespan() throws {
    let free = Plan(try graph((0..<10).map { ["id": .string("T\($0)")] }), workers: 1)
    #expect(free.makespan(workers: 1) == 10)
    #expect(free.makespan(workers: 4) == 3)
    let overlapping = Plan(try graph((0..<10).map { ["id": .string("T\($0)"), "targetFiles": ["x"]] }), workers: 1)
    #expect(overlapping.makespan(workers: 4) == 10)
    let real = Plan(try skeleton("skeleton-46"), workers: 1)
    #expect(real.makespan(workers: 1) == 37)
    #expect(real.makespan(workers: 64) >= 13)
    #expect(Plan(try graph([]), workers: 1).makespan(workers: 3) == 0)
  }

  @Test("is about the selected tickets only")
  func selection() throws {
    let graph = try graph(
      ["id": "CORE-1"], ["id": "CORE-2", "dependencies": ["CORE-1", "UI-1"]], ["id": "UI-1", "component": "ui"],
      ["id": "UI-2", "component": "UI", "dependencies": ["UI-1"]])
    let core = Plan(graph, workers: 4, selection: Selection(component: "core"))
    #expect(core.ready == ["CORE-1"])
    #expect(core.waves == [["CORE-1"], ["CORE-2"]])
    #expect(core.blocked == [.init(ticket: "CORE-2", by: ["CORE-1", "UI-1"])])
    #expect(core.makespan(workers: 1) == 2)
    #expect(Plan(graph, workers: 4, selection: Selection(component: "ui")).waves == [["UI-1"], ["UI-2"]])
    #expect(Plan(graph, workers: 4, selection: Selection(tickets: ["UI-2"])).waves == [["UI-2"]])
    #expect(Plan(graph, workers: 4, selection: Selection(component: "nobody")).waves.isEmpty)
  }

  @Test("as JSON has the members that scripts rely on")
  func json() throws {
    let graph = try graph(
      ["id": "A", "targetFiles": ["x"]], ["id": "B", "targetFiles": ["x"], "dependencies": ["A"]], ["id": "C", "parent": "gone"])
    #expect(
      String(decoding: Plan(graph, workers: 2).json(), as: UTF8.self)
        == #"{"schema_version":1,"ready":["A","C"],"waves":[["A","C"],["B"]],"blocked":[{"ticket":"B","by":["A"]}],"#
        + #""critical_path":{"tickets":["A","B"],"length":2},"overlaps":[{"tickets":["A","B"],"paths":["x"]}],"workers":2,"#
        + #""warnings":["C has the parent gone, which does not exist"]}"#)
  }
}
