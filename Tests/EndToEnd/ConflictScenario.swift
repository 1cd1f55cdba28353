import Platform
import Support
import Testing

/// A queue in which A-1 has landed and A-2 clashes with it in `clash.txt`, driven through the real binary.
struct ConflictScenario {
  let scenario: Scenario

  /// - Parameters:
  ///   - worker: what a ticket does; by default both write `clash.txt`.
  ///   - prepare: what the repository has before the run.
  init(
    worker: String = "echo $SAGE_TICKET_ID >clash.txt; echo $SAGE_TICKET_ID >$SAGE_TICKET_ID.txt",
    prepare: (Scenario) async throws -> Void = { _ in }
  ) async throws {
    scenario = try await Scenario()
    try scenario.write("README.md", "hello\n")
    try scenario.write("clash.txt", "base\n")
    try scenario.write(
      Scenario.queuePath,
      #"{"tickets":[{"id":"A-1","title":"one","state":"UNPROCESSED"},{"id":"A-2","title":"two","state":"UNPROCESSED"}]}"# + "\n")
    try await prepare(scenario)
    try await scenario.commit("Begin")
    let command = try scenario.worker(worker)
    let answer = try await scenario.sage("--auto", "--parallel=2", "--schedule=batch", "--worker", command)
    #expect(answer.status == 1, "\(answer.error)")
    #expect(try scenario.states() == ["A-1": "COMPLETED", "A-2": "DEFERRED"])
  }

  /// `resolve A-2`; the worktree that its last line names.
  func open() async throws -> FilePath {
    let answer = try await scenario.sage("resolve", "A-2")
    #expect(answer.status == 0, "\(answer.error)")
    let path = FilePath(answer.output.split(separator: "\n").last.map(String.init) ?? "")
    #expect(try FileStatus.of(path)?.kind == .directory, "\(answer.output)")
    return path
  }

  func write(_ text: String, to path: String = "clash.txt", in worktree: FilePath) throws {
    try AtomicFile.write(Array(text.utf8), to: worktree.appending(path))
  }

  /// Solves `clash.txt` and stages it.
  func solve(_ worktree: FilePath, _ text: String = "both\n") async throws {
    try write(text, in: worktree)
    try await scenario.git("add", "clash.txt", in: worktree)
  }

  /// A-2 has landed whole, with what was resolved, and nothing is left over.
  func expectLanded(_ text: String = "both\n", mine: [String] = [], sourceLocation: SourceLocation = #_sourceLocation) async throws {
    #expect(try scenario.states() == ["A-1": "COMPLETED", "A-2": "COMPLETED"], sourceLocation: sourceLocation)
    #expect(try await scenario.show("main:clash.txt") == text, sourceLocation: sourceLocation)
    #expect(try scenario.read("clash.txt") == text, sourceLocation: sourceLocation)
    try await expectTidy(sourceLocation: sourceLocation)
    let invariants = Invariants(scenario: scenario, mine: mine)
    try await invariants.check(sourceLocation: sourceLocation)
    #expect(try await invariants.landed() == ["A-1", "A-2"], sourceLocation: sourceLocation)
    #expect(try await scenario.sage("conflicts").output == "no conflicts: nothing is parked\n", sourceLocation: sourceLocation)
  }

  /// Neither a worktree nor a reference nor a file of a resolution is left.
  func expectTidy(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    #expect(!(try await scenario.git("worktree", "list").contains("resolve-")), sourceLocation: sourceLocation)
    #expect(try await scenario.git("for-each-ref", "refs/sage-stream/resolve") == "", sourceLocation: sourceLocation)
    let folder = scenario.path.appending(".git/sage-stream/resolve")
    let left = try FileStatus.of(folder) == nil ? [] : Folder.names(in: folder).map { String(decoding: $0, as: UTF8.self) }
    #expect(left.filter { !$0.hasSuffix(".lock") } == [], sourceLocation: sourceLocation)
  }

  /// The references that a user or a later run could miss.
  func references() async throws -> String { try await scenario.git("for-each-ref") }
}
