import Platform
import Support
import Testing

@Suite("A queue that cannot be used is refused before anything begins")
struct BadQueueTests {
  /// The first line on standard error of a run over this queue, after checking that all readers agree and nothing changed.
  private func refusal(_ bytes: [UInt8]?, sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
    let scenario = try await Scenario()
    try scenario.write("README.md", "hello\n")
    try await scenario.commit("Begin")
    if let bytes { try scenario.write(Array(Scenario.queuePath.utf8), bytes) }
    let before = try await scenario.git("for-each-ref")
    let answer = try await scenario.sage("--auto", "--worker", "touch pwned")
    #expect(answer.status == 128, sourceLocation: sourceLocation)
    let plan = try await scenario.sage("plan")
    #expect(plan.status == 128 && plan.errorLines.first == answer.errorLines.first, sourceLocation: sourceLocation)
    #expect(try await scenario.git("for-each-ref") == before, sourceLocation: sourceLocation)
    let sentence = try #require(answer.errorLines.first, sourceLocation: sourceLocation)
    return sentence.replacing(scenario.path.string, with: "REPOSITORY")
  }

  private func refusal(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
    try await refusal(Array(text.utf8), sourceLocation: sourceLocation)
  }

  private func sentence(_ what: String) -> String {
    "fatal: the ticket queue REPOSITORY/.sage/tickets/index.json \(what); nothing was changed"
  }

  @Test("missing")
  func missing() async throws {
    #expect(
      try await refusal(nil) == "fatal: there is no ticket queue at REPOSITORY/.sage/tickets/index.json; nothing was changed")
  }

  @Test("empty")
  func empty() async throws { #expect(try await refusal("") == sentence("cannot be used: the file is empty")) }

  @Test("invalid JSON, with line and column")
  func invalid() async throws {
    let text = try await refusal("{\n  \"tickets\": [\n    {\"id\": \"A-1\",}\n  ]\n}\n")
    #expect(text.hasPrefix("fatal: the ticket queue REPOSITORY/.sage/tickets/index.json cannot be used: not valid JSON"))
    #expect(text.contains("line 3") && text.contains("column"))
  }

  @Test("invalid UTF-8")
  func encoding() async throws {
    let text = try await refusal(Array("{\"tickets\":[{\"id\":\"A\",\"title\":\"".utf8) + [0xff] + Array("\"}]}".utf8))
    #expect(text.hasPrefix("fatal: the ticket queue REPOSITORY/.sage/tickets/index.json cannot be used: not valid JSON"))
  }

  @Test("100,000 levels deep")
  func deep() async throws {
    let levels = 100_000
    let text = try await refusal(
      #"{"tickets":[{"id":"A","x":"# + String(repeating: "[", count: levels) + String(repeating: "]", count: levels) + "}]}")
    #expect(text.hasPrefix("fatal: the ticket queue REPOSITORY/.sage/tickets/index.json cannot be used: not valid JSON"))
  }

  @Test("no tickets, duplicate ids, unknown dependencies, a cycle")
  func findings() async throws {
    #expect(try await refusal("{}") == sentence(#"cannot be used: not a ticket queue: it has no "tickets" array"#))
    #expect(try await refusal(#"{"tickets":[{"id":"A"},{"id":"A"}]}"#) == sentence("has 1 error"))
    #expect(try await refusal(#"{"tickets":[{"id":"A","dependencies":["X"]}]}"#) == sentence("has 1 error"))
    #expect(
      try await refusal(#"{"tickets":[{"id":"A","dependencies":["B"]},{"id":"B","dependencies":["A"]}]}"#) == sentence("has 1 error"))
  }

  @Test("validate prints every finding and ends with 1; a queue that is sound ends with 0")
  func validate() async throws {
    let scenario = try await Scenario.with(tickets: (1...20).map { #"{"id":"A-\#($0)","dependencies":["X"]}"# }.joined(separator: ","))
    let broken = try await scenario.sage("validate")
    #expect(broken.status == 1)
    #expect(broken.output.split(separator: "\n").count { $0.hasPrefix("error: ") } == 20)
    try scenario.write(Scenario.queuePath, #"{"tickets":[{"id":"A-1","state":"UNPROCESSED"}]}"#)
    let sound = try await scenario.sage("validate", "--json")
    #expect(sound.status == 0)
    #expect(sound.output.contains("\"findings\": []"))
  }

  @Test("validate shows a row for each prerequisite, whatever the queue came to, also where there is no repository")
  func prerequisites() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A-1","dependencies":["X"]}"#)
    let answer = try await scenario.sage("validate", "--worker", "tools/none.sh", "--parallel=4")
    #expect(answer.status == 1)
    let rows = answer.output.split(separator: "\n").map(String.init)
    #expect(rows[0].hasPrefix("ok       git            ") && rows[0].hasSuffix(", and 2.38 or newer is needed"))
    #expect(rows.contains("error    worker         tools/none.sh: tools/none.sh is not in the commit that workers start from"))
    #expect(rows.contains("error: A-1 depends on X, which does not exist (dependencies)"))
    #expect(rows.last?.hasPrefix("a run would stop, or land nothing: 2 errors above") == true)
    let outside = try await scenario.sage("validate", in: scenario.root.path)
    #expect(outside.status == 1 && outside.error == "")
    #expect(outside.output.contains("\nerror    repository     not a git repository (or any of the parent directories): .git\n"))
  }

  @Test("ten megabytes are no reason to refuse")
  func large() async throws {
    let long = String(repeating: "x", count: 1000)
    let scenario = try await Scenario.with(
      tickets: (1...10_000).map { #"{"id":"A-\#($0)","description":"\#(long)"}"# }.joined(separator: ","))
    let answer = try await scenario.sage("plan")
    #expect(answer.status == 0)
    #expect(answer.output.hasPrefix("10000 tickets, 10000 can be worked on, 10000 of them now\n"))
  }

  #if os(Linux)
    @Test("unreadable", .enabled(if: geteuid() != 0, "root reads everything"))
    func unreadable() async throws {
      let scenario = try await Scenario.with(tickets: "")
      _ = chmod(scenario.path.appending(Scenario.queuePath).string, 0)
      let answer = try await scenario.sage("plan")
      #expect(answer.status == 128)
      #expect(answer.errorLines.first?.contains("cannot be read: permission denied") == true)
    }
  #endif

  @Test("a folder in the place of the queue")
  func folder() async throws {
    let scenario = try await Scenario()
    try Folder.create(scenario.path.appending(Scenario.queuePath))
    let answer = try await scenario.sage("plan")
    #expect(answer.status == 128)
    #expect(answer.errorLines.first?.hasSuffix("cannot be read: is a directory; nothing was changed") == true)
  }
}
