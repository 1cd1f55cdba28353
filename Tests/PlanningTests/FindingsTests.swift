import Planning
import Testing
import Tickets

@Suite("validate finds")
struct FindingsTests {
  @Test("nothing in real queues")
  func realQueues() throws {
    #expect(try skeleton("skeleton-46").findings.isEmpty)
    #expect(try skeleton("skeleton-133").findings.isEmpty)
  }

  @Test("an id that is used twice, with how often")
  func duplicates() throws {
    let graph = try graph(["id": "A"], ["id": "B"], ["id": "A"], ["id": "A"])
    #expect(graph.findings == [.duplicateID("A", times: 3)])
    #expect(graph.errors == ["3 tickets have the id A"])
  }

  @Test("an id that is empty or missing, over 200 bytes, has control characters, or white space around it")
  func unusableIDs() throws {
    let long = String(repeating: "é", count: 100)
    let graph = try graph(
      ["id": ""], [:], ["id": .string(long)], ["id": .string(long + "x")], ["id": "a\nb"], ["id": " a"], ["id": "a\u{A0}"])
    #expect(
      graph.findings == [
        .unusableID("", place: 1, .empty), .unusableID("", place: 2, .empty),
        .unusableID(TicketID(long + "x"), place: 4, .tooLong(bytes: 201)), .unusableID("a\nb", place: 5, .controlCharacter),
        .unusableID(" a", place: 6, .surroundingWhiteSpace), .unusableID("a\u{A0}", place: 7, .surroundingWhiteSpace),
      ])
    #expect(graph.errors[0] == "ticket 1 of the list has no id")
    #expect(graph.errors[3] == #"the id 'a\nb' has control characters"#)
  }

  @Test("nothing in ids that only look strange", arguments: ["CLI-R001", "ORCH-014-DUP1", "../../x", "-rf", "a b", "é", "sage"])
  func strangeIDs(id: String) throws {
    #expect(try graph(["id": .string(id)]).findings.isEmpty)
  }

  @Test("a dependency on a ticket that does not exist, though one begins like it")
  func unknownDependency() throws {
    let graph = try graph(["id": "A-0010"], ["id": "B", "dependencies": ["A-001"], "blockedBy": ["C"]])
    #expect(
      graph.findings == [
        .unknownDependency("B", on: "A-001", field: "dependencies"), .unknownDependency("B", on: "C", field: "blockedBy"),
      ])
    #expect(graph.errors[0] == "B depends on A-001, which does not exist (dependencies)")
  }

  @Test("a cycle, spelled so that A -> B means A depends on B")
  func cycle() throws {
    let graph = try graph(
      ["id": "X", "dependencies": ["A"]], ["id": "A", "dependencies": ["B"]], ["id": "B", "dependencies": ["C"]],
      ["id": "C", "dependencies": ["A"]])
    #expect(graph.findings == [.cycle(["A", "B", "C"])])
    #expect(graph.errors == ["dependency cycle: A -> B -> C -> A"])
  }

  @Test("a cycle whatever fields it is made of")
  func cycleOfFields() throws {
    let graph = try graph(
      ["id": "A", "blockedBy": ["B"]], ["id": "B", "dependencies": ["C"]], ["id": "C"], ["id": "D", "blocks": ["C"], "blockedBy": ["A"]])
    #expect(graph.errors == ["dependency cycle: A -> B -> C -> D -> A"])
  }

  @Test("a ticket that depends on itself, epic or not")
  func selfDependency() throws {
    let graph = try graph(
      ["id": "A", "dependencies": ["A"]], ["id": "E", "children": ["c"], "dependencies": ["E"]], ["id": "c"],
      ["id": "F", "children": ["gone"], "blocks": ["F"]])
    #expect(graph.errors == ["dependency cycle: A -> A", "dependency cycle: E -> E", "dependency cycle: F -> F"])
  }

  @Test("every cycle at once")
  func allCycles() throws {
    let graph = try graph(
      ["id": "A", "dependencies": ["B"]], ["id": "B", "dependencies": ["A"]], ["id": "C", "dependencies": ["D", "A"]],
      ["id": "D", "dependencies": ["C"]])
    #expect(graph.errors == ["dependency cycle: A -> B -> A", "dependency cycle: C -> D -> C"])
  }

  @Test("a cycle through an epic, which waits for its child")
  func cycleThroughEpic() throws {
    let graph = try graph(["id": "A", "dependencies": ["E"]], ["id": "E"], ["id": "b", "parent": "E", "dependencies": ["A"]])
    #expect(graph.errors == ["dependency cycle: A -> E -> b -> A"])
  }

  @Test("a cycle through what a child inherits from its epic")
  func cycleThroughInheritance() throws {
    let graph = try graph(["id": "E", "dependencies": ["X"]], ["id": "c", "parent": "E"], ["id": "X", "dependencies": ["c"]])
    #expect(graph.errors == ["dependency cycle: E -> X -> c -> E"])
  }

  @Test("a cycle of epics, named without their children")
  func cycleOfEpics() throws {
    let graph = try graph(
      ["id": "e", "parent": "E"], ["id": "f", "parent": "F"], ["id": "E", "dependencies": ["F"]], ["id": "F", "dependencies": ["E"]])
    #expect(graph.errors == ["dependency cycle: E -> F -> E"])
  }

  @Test("a long cycle, cut in the middle of its line")
  func longCycle() throws {
    let graph = try graph((0..<100).map { ["id": .string("T\($0)"), "dependencies": [.string("T\(($0 + 1) % 100)")]] })
    #expect(graph.errors.first?.hasPrefix("dependency cycle: T0 -> T1 -> ") == true)
    #expect(graph.errors.first?.hasSuffix("-> T98 -> T99 -> T0") == true)
    #expect(graph.errors.first?.contains("(81 more)") == true)
  }

  @Test("a loop of parents, also of one")
  func parentLoop() throws {
    let graph = try graph(
      ["id": "A", "parent": "B"], ["id": "B", "parent": "C"], ["id": "C", "children": ["B"], "parent": "A"], ["id": "D", "parent": "D"])
    #expect(graph.findings == [.parentLoop(["A", "B", "C"]), .parentLoop(["D"])].map { $0 })
    #expect(graph.errors == ["loop of parents: A -> B -> C -> A", "loop of parents: D -> D"])
  }

  @Test("unknown parents, children and blocked tickets, as warnings")
  func unknownRelatives() throws {
    let graph = try graph(["id": "A", "parent": "P", "blocks": ["X"]], ["id": "E", "children": ["A", "c"]])
    #expect(
      graph.findings == [.unknownBlocked("A", blocks: "X"), .unknownParent("A", parent: "P"), .unknownChild("E", child: "c")])
    #expect(graph.errors.isEmpty)
  }

  @Test("a COMPLETED ticket with incomplete dependencies, as a warning, and repairs nothing")
  func completedTooEarly() throws {
    let graph = try graph(
      ["id": "A", "state": "COMPLETED", "dependencies": ["B", "C", "E"]], ["id": "B"], ["id": "C", "state": "COMPLETED"],
      ["id": "E", "children": ["e"]], ["id": "e", "state": "COMPLETED"])
    #expect(graph.findings == [.completedBeforeDependencies("A", ["B"])])
    #expect(graph.warnings == ["A is COMPLETED, but depends on B, which is not"])
    #expect(graph.satisfied("A", Progress()))
  }

  @Test("nothing where a child is COMPLETED before its own epic, which it lists as a dependency")
  func completedBeforeOwnEpic() throws {
    let graph = try graph(
      ["id": "E", "children": ["a", "b"]], ["id": "a", "state": "COMPLETED", "dependencies": ["E"]], ["id": "b", "dependencies": ["E"]])
    #expect(graph.findings.isEmpty)
  }

  @Test("a state that is none of the four, or none at all, as a warning")
  func states() throws {
    let graph = try graph(["id": "A", "state": "FAILED"], ["id": "B", "state": nil])
    #expect(graph.findings == [.unknownState("A", "FAILED"), .missingState("B")])
    #expect(graph.startableNow == ["B"])
  }

  @Test("a field that says who waits for whom, but cannot be read")
  func unreadable() throws {
    #expect(try graph(["id": "A", "dependencies": ["B": true]]).findings == [.unreadableField("A", field: "dependencies")])
  }

  @Test("errors before warnings, all at once")
  func order() throws {
    let graph = try graph(
      ["id": "A", "parent": "gone", "dependencies": ["A"]], ["id": "A"], ["id": " B", "dependencies": ["gone"], "state": "?"])
    #expect(graph.findings.map(\.severity) == [.error, .error, .error, .error, .warning, .warning])
  }

  @Test("nothing that could move a terminal's cursor")
  func safeText() throws {
    let nasty: JSON = "x\u{1B}[2J\ny"
    let graph = try graph(
      ["id": nasty, "dependencies": [nasty, "\u{9B}gone"], "parent": "\u{7}", "state": "\r", "children": ["\u{8}"]], ["id": nasty])
    #expect(graph.findings.count == 8)
    #expect(graph.findings.allSatisfy { !$0.description.unicodeScalars.contains(where: TicketID.isControl) })
  }
}
