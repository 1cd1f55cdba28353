import Git
import Platform
import Support
import Synchronization
import Testing
import Tickets

@testable import SageStream

/// A repository with a few files and a keeper of slots on it; `work` runs a shell command as the worker of a ticket.
final class SlotScenario: Sendable {
  let scenario: Scenario
  let keeper: SlotKeeper
  let base: CommitID
  private let attempts = Mutex<[TicketID: Int]>([:])

  var main: FilePath { scenario.path }
  var root: FilePath { keeper.settings.root }

  init(
    queue: [String] = [], initOptions: [String] = [], useGit: Bool = false, configure: (inout SlotSettings) -> Void = { _ in },
    arrange: (Scenario) async throws -> Void = { _ in },
    clone: @escaping @Sendable (FilePath, FilePath) throws(Errno) -> Bool = { (source, target) throws(Errno) in
      try File.clone(source, to: target)
    }
  ) async throws {
    let scenario = try await Scenario(initOptions: initOptions)
    try scenario.write("README", "read me\n")
    try scenario.write(".gitignore", "build/\n*.log\n")
    try scenario.write("src/a.txt", "one\ntwo\nthree\n")
    try scenario.write("src/b.txt", "b\n")
    try await scenario.commit("first")
    try await arrange(scenario)
    self.scenario = scenario
    base = try #require(CommitID(hex: await scenario.id(of: "HEAD")))
    let layout = try await RepositoryLayout.discover(from: scenario.path, environment: scenario.environment)
    let run = RunID(at: WallTime(seconds: 1_800_000_000), random: 7)
    let folder = layout.commonFolder.appending("sage-stream").appending("runs").appending(run.rawValue)
    try Folder.create(folder)
    let collected = EventList()
    let journal = try Journal(run: run, folder: folder) { collected.append($0) }
    eventList = collected
    var settings = SlotSettings(root: scenario.root.path.appending("slots"))
    settings.grace = .milliseconds(200)
    configure(&settings)
    let (common, git, format) = (layout.commonFolder, layout.git, layout.objectFormat)
    keeper = SlotKeeper(
      layout: layout, settings: settings, names: TicketNames(queue.map { TicketID($0) }), journal: journal,
      environment: scenario.environment,
      target: RefName("refs/heads/main"),
      makeStore: { () throws(GitError) -> any ObjectStore in
        if useGit { return GitCommandStore(git: git, format: format) }
        return try LibGit2Store(gitFolder: common)
      }, clone: clone)
  }

  private let eventList: EventList

  var facts: [Fact] { eventList.all.map(\.fact) }

  /// Worktrees that were set aside, oldest first.
  var asides: [FilePath] { facts.compactMap { if case .slotSetAside(_, let path, _) = $0 { path } else { nil } } }

  func slot(_ number: Int = 1) async throws -> Slot { try await keeper.open(number: number, at: base) }

  /// Runs a shell command as the worker of a ticket in a slot; without one, in slot 1, which is opened.
  @discardableResult
  func work(
    _ command: String, on ticket: String = "T-1", in slot: Slot? = nil, fields: String = "", base: CommitID? = nil,
    stop: StopRequest = StopRequest(),
    change: (inout Assignment) -> Void = { _ in }
  ) async throws -> AttemptReport {
    let number = attempts.withLock { attempts in
      attempts[TicketID(ticket), default: 0] += 1
      return attempts[TicketID(ticket)] ?? 1
    }
    var assignment = Assignment(
      attempt: Attempt(ticket: TicketID(ticket), run: keeper.run, number: number), ticket: try Self.ticket(ticket, fields: fields),
      base: base ?? self.base, command: .shell(command))
    change(&assignment)
    let place = if let slot { slot } else { try await self.slot() }
    return await keeper.run(assignment, in: place, stop: stop)
  }

  static func ticket(_ id: String, fields: String = "") throws -> Ticket {
    let queue: JSON = ["tickets": [["id": .string(id), "title": "Do \(id)", "type": "Feature"]]]
    var text = queue.serialized()
    if !fields.isEmpty { text = text.replacing("\"type\":\"Feature\"", with: fields) }
    return try #require(try TicketIndex(parsing: Array(text.utf8)).tickets.first)
  }

  func git(_ arguments: String..., in folder: FilePath? = nil) async throws -> String { try await scenario.git(arguments, in: folder) }

  /// The paths in a commit.
  func files(_ commit: some CustomStringConvertible) async throws -> [String] {
    try await git("-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "\(commit)").split(separator: "\n").map(String.init)
  }

  /// Everything that differs between base and a commit.
  func changed(_ commit: some CustomStringConvertible) async throws -> [String] {
    try await git("-c", "core.quotePath=false", "diff", "--name-only", "--no-renames", base.hex, "\(commit)").split(separator: "\n").map(
      String.init)
  }

  /// The next ticket must find exactly the base: HEAD detached, nothing changed, nothing untracked.
  func expectCleanStart(in slot: Slot? = nil, _ location: SourceLocation = #_sourceLocation) async throws {
    let report = try await work(
      """
      { git status --porcelain --untracked-files=all; git rev-parse HEAD; git symbolic-ref -q HEAD; find . -path ./build -prune -o -name .git -prune -o -print | sort; } \
      >"$SAGE_RESULT_FILE.seen" 2>&1
      """, on: "NEXT", in: slot)
    let seen = try File.readText(FilePath(report.log.removingLastComponent().string + "/result.json.seen"))
    let expected = try await files(base.hex)
    #expect(
      seen == "\(base)\n" + Self.tree(of: expected), "the next ticket in the slot starts clean", sourceLocation: location)
  }

  private static func tree(of files: [String]) -> String {
    var names: Set<String> = ["."]
    for file in files {
      var path = "."
      for part in file.split(separator: "/") {
        path += "/" + part
        names.insert(path)
      }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { $0 + "\n" }.joined()
  }
}

/// Events in the order in which the journal saw them.
final class EventList: Sendable {
  private let list = Mutex<[Event]>([])
  func append(_ event: Event) { list.withLock { $0.append(event) } }
  var all: [Event] { list.withLock { $0 } }
}

extension AttemptOutcome {
  var submission: Submission? { if case .submitted(let submission) = self { submission } else { nil } }
  var failure: AttemptFailure? { if case .failed(let failure) = self { failure } else { nil } }
  var name: String {
    switch self {
    case .submitted: "submitted"
    case .noChange: "no change"
    case .notApplicable: "not applicable"
    case .throttled: "throttled"
    case .refused: "refused"
    case .cannotRun: "cannot run"
    case .interrupted: "interrupted"
    case .obstructed: "obstructed"
    case .failed(let failure): failure.category.rawValue
    case .invalid(let work): work.category.rawValue
    }
  }
}
