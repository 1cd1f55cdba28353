import Platform
import Support
import Testing
import Tickets

/// Three tickets in a repository that has something special about it.
///
/// A and B edit the same file at two places, so B is git's own merge; B removes a file; C adds a folder. The user has a change, a
/// staged change and an untracked file of their own.
struct Habitat {
  var name = "repository"
  var initOptions: [String] = []
  /// What the worker does beside the three edits, in its worktree; `$SAGE_TICKET_ID` is the ticket.
  var work = ""
  var arguments: [String] = []
  /// A path in the work tree where the command is typed.
  var folder = ""
  var hasOwnWork = true
  /// Tracked paths that differ from the target after a run, and should.
  var differing: [String] = []
  /// A repository that libgit2 cannot open has one engine only.
  var engines = ["auto", "git"]
  /// Where the repository is; the scenario's own path where it is nil.
  var place: (@Sendable (Scenario) -> FilePath)?
  /// Runs before the first commit.
  var begin: @Sendable (Scenario) async throws -> Void = { _ in }
  /// Runs between the first commit and the run.
  var prepare: @Sendable (Scenario) async throws -> Void = { _ in }

  static let own = ["notes.txt", "staged.txt", "untracked.txt"]
  static let tickets = #"{"id":"A","title":"First"},{"id":"B","title":"Second"},{"id":"C","title":"Third"}"#
  static let edits = #"""
    edit() { awk -v n="$1" -v s="$2" 'NR == n { sub(/line [0-9]+/, s) } { print }' shared.txt >shared.tmp; mv shared.tmp shared.txt; }
    case $SAGE_TICKET_ID in
      A) edit 1 first ;;
      B) edit 9 ninth; rm old/gone.txt ;;
      C) mkdir -p new; echo c >new/c.txt; echo more >>old/keep.txt ;;
    esac
    """#

  /// Runs the queue by the engine that the repository gets by itself and by git alone, each in a repository of its own, checks what must
  /// hold, and that both made the same commits.
  func lands(sourceLocation: SourceLocation = #_sourceLocation, check: (Scenario) async throws -> Void = { _ in }) async throws {
    var chains: [String] = []
    for engine in engines {
      let scenario = try await make()
      let start = try await scenario.git("rev-parse", "main", in: place?(scenario))
      let answer = try await run(scenario, engine: engine)
      #expect(answer.status == 0, "engine \(engine): \(answer.output)\(answer.error)", sourceLocation: sourceLocation)
      let invariants = Invariants(scenario: scenario, folder: place?(scenario), mine: (hasOwnWork ? Self.own : []) + differing)
      #expect(try await invariants.landed() == ["A", "B", "C"], sourceLocation: sourceLocation)
      try await invariants.check(sourceLocation: sourceLocation)
      if hasOwnWork { try checkOwnWork(scenario, sourceLocation) }
      try await check(scenario)
      chains.append(try await invariants.chain(since: start))
    }
    #expect(chains.first == chains.last, "the two engines made different commits", sourceLocation: sourceLocation)
  }

  /// Refuses to run before anything is made, in one sentence.
  func isRefused(_ sentence: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let scenario = try await make()
    let before = try scenario.everything()
    let answer = try await run(scenario, engine: "auto")
    #expect(answer.status == 128 || answer.status == 129, sourceLocation: sourceLocation)
    #expect(answer.errorLines.first?.contains(sentence) == true, "\(answer.error)", sourceLocation: sourceLocation)
    #expect(try scenario.everything() == before, sourceLocation: sourceLocation)
    #expect(try FileStatus.of(FilePath(scenario.path.string + ".sage-stream")) == nil, sourceLocation: sourceLocation)
  }

  /// The repository as the user has it when they type the command.
  func make() async throws -> Scenario {
    let scenario = try await Scenario(name: name, initOptions: initOptions)
    try await begin(scenario)
    try scenario.write("shared.txt", (1...9).map { "line \($0)\n" }.joined())
    try scenario.write("old/keep.txt", "keep\n")
    try scenario.write("old/gone.txt", "gone\n")
    for path in ["notes.txt", "staged.txt"] { try scenario.write(path, "\(path)\n") }
    try scenario.write(Scenario.queuePath, "{\"tickets\":[\(Self.tickets)]}\n")
    try await scenario.commit("Begin")
    try await prepare(scenario)
    if hasOwnWork {
      try scenario.write("notes.txt", "notes of the user\n")
      try scenario.write("staged.txt", "staged by the user\n")
      try await scenario.git("add", "staged.txt")
      try scenario.write("untracked.txt", "untracked\n")
    }
    return scenario
  }

  /// Types the command.
  func run(_ scenario: Scenario, engine: String) async throws -> Answer {
    let worker = try scenario.worker(Self.edits + "\n" + work)
    let start = place?(scenario) ?? scenario.path
    return try await scenario.sage(
      ["--auto", "--parallel=3", "--schedule=batch", "--worker", worker] + arguments,
      in: folder.isEmpty ? start : start.appending(folder),
      setting: ["GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "sageStream.engine", "GIT_CONFIG_VALUE_0": engine])
  }

  private func checkOwnWork(_ scenario: Scenario, _ location: SourceLocation) throws {
    #expect(try scenario.read("notes.txt") == "notes of the user\n", sourceLocation: location)
    #expect(try scenario.read("staged.txt") == "staged by the user\n", sourceLocation: location)
    #expect(try scenario.read("untracked.txt") == "untracked\n", sourceLocation: location)
  }
}

extension Scenario {
  /// Every tracked file is on disk byte for byte as git itself would check it out, filters and all.
  func isCheckedOutRight(in folder: FilePath? = nil, except own: [String] = Habitat.own) async throws -> Bool {
    let oracle = root.path.appending("oracle")
    try Folder.removeTree(oracle)
    try await git("checkout-index", "--all", "--prefix=\(oracle.string)/", in: folder)
    var wrong: [String] = []
    for path in try await git("ls-files", in: folder).split(separator: "\n").map(String.init) where !own.contains(path) {
      guard try FileStatus.of(oracle.appending(path))?.kind == .file else { continue }
      if try File.read((folder ?? self.path).appending(path)) != File.read(oracle.appending(path)) { wrong.append(path) }
    }
    #expect(wrong == [])
    return wrong.isEmpty
  }
}
