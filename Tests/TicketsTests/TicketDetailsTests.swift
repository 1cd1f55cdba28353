import Testing
import Tickets

@Suite("A ticket says")
struct TicketDetailsTests {
  @Test("its component: the field, else the part of the id before the first dash")
  func component() throws {
    func component(_ id: String, _ member: String = "") throws -> String? {
      try index(ticket: #"{"id": "\#(id)"\#(member)}"#)[TicketID(id)]?.component
    }
    #expect(try component("ADAP-001", #", "component": "adaptive""#) == "adaptive")
    #expect(try component("ADAP-001", #", "component": """#) == "ADAP")
    #expect(try component("LLM-CLIENT-002") == "LLM")
    #expect(try component("A2A-001") == "A2A")
    #expect(try component("lonely") == "lonely")
    #expect(try component("-rf") == "-rf")
  }

  @Test("its priority: P0 is first, and none or an unknown one is P2")
  func priority() throws {
    func priority(_ member: String) throws -> Priority? { try index(ticket: #"{"id": "A"\#(member)}"#)["A"]?.priority }
    #expect(try priority(#", "priority": "P0""#) == Priority(level: 0))
    #expect(try priority(#", "priority": "p4""#) == Priority(level: 4))
    for member in [
      "", #", "priority": null"#, #", "priority": "high""#, #", "priority": "P""#, #", "priority": "P-1""#, #", "priority": 1"#,
    ] {
      #expect(try priority(member) == Priority(level: 2))
    }
    #expect(Priority(level: 0) < .normal)
  }

  @Test("which files it touches: targetFiles as texts or objects, then the files of its tasks, each once")
  func targetFiles() throws {
    let ticket = try index(
      ticket: """
        {"id": "A", "tasks": [{"files": ["b", "research/papers/"]}, {"id": "x"}, 7],
         "targetFiles": ["a", {"path": "b", "action": "create"}, {"purpose": "none"}, 3, ""]}
        """)["A"]
    #expect(ticket?.targetFiles == ["a", "b", "research/papers/"])
    #expect(try index(ticket: #"{"id": "A", "targetFiles": "a", "tasks": "none"}"#)["A"]?.targetFiles == ["a"])
  }

  @Test("its own bytes, verbatim")
  func rawJSON() throws {
    let text = #"{ "id":"A" ,"x":"\u2192" }"#
    #expect(try index(ticket: text)["A"]?.rawJSON == Array(text.utf8))
  }

  @Test("which documents it goes by, from docs and from context")
  func docs() throws {
    let small = try TicketIndex(parsing: fixture("skeleton-46"))
    #expect(small["CORE-001"]?.docs.first == DocumentReference(name: "spec", path: "docs/specs/core/spec.md"))
    #expect(small["CORE-002"]?.docs.map(\.name) == ["specs", "plans", "tasks"])
    #expect(try index(ticket: #"{"id": "A", "docs": {"spec": ["a", "b"], "plan": null}}"#)["A"]?.docs.map(\.path) == ["a", "b"])
  }

  @Test("which commands prove its work, with the task they belong to")
  func validationScripts() throws {
    let large = try TicketIndex(parsing: fixture("skeleton-133"))
    #expect(
      large["ADAP-002"]?.validationScripts.first
        == ValidationScript(task: "ADAP-002-1", command: #"test -e "work/ADAP-002-1" && echo '{"state": "ok"}'"#, maxRetries: 1))
    let ticket = try index(
      ticket: """
        {"id": "A", "validation_config": {"max_retries": 3, "verification_scripts": [{"name": "n", "command": "make check"}, {}]}}
        """)["A"]
    #expect(ticket?.validationScripts == [ValidationScript(task: nil, command: "make check", maxRetries: 3)])
  }

  @Test("what is to be done, and what proves it done")
  func texts() throws {
    let ticket = try #require(try index(ticket: #"{"id": "A", "description": "d", "acceptanceCriteria": ["x", 1, "y"]}"#)["A"])
    #expect(ticket.description == "d")
    #expect(ticket.acceptanceCriteria == ["x", "y"])
    #expect(try index(ticket: #"{"id": "A", "description": {}, "acceptanceCriteria": "x"}"#)["A"]?.acceptanceCriteria == ["x"])
  }

  @Test("why it is deferred, as an object or as a text")
  func deferReason() throws {
    let object = #"{"id": "A", "deferReason": {"category": "c", "message": "m", "blocker": "B", "deferred_at": "t"}}"#
    #expect(try index(ticket: object)["A"]?.deferReason == DeferReason(category: "c", message: "m", deferredAt: "t"))
    #expect(try index(ticket: #"{"id": "A", "deferReason": "m"}"#)["A"]?.deferReason?.message == "m")
    #expect(try index(ticket: #"{"id": "A", "deferReason": null}"#)["A"]?.deferReason == nil)
  }

  @Test("its title on one line, without anything that moves a terminal's cursor")
  func titleOnOneLine() throws {
    #expect(try index(ticket: #"{"id": "A", "title": "one\ntwo\u001b[31m →"}"#)["A"]?.titleOnOneLine == "one two [31m →")
  }

  @Test("its type in any case, as written")
  func type() throws {
    #expect(try index(ticket: #"{"id": "A", "type": "Story"}"#)["A"]?.type == "Story")
  }
}
