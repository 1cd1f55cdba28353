import Git
import Platform
import Support
import Synchronization
import Tickets

@testable import SageStream

/// A repository with a queue, and a lander that works on it.
final class LandingScenario {
  let repository: Scenario
  let project: Project
  let lander: Lander
  let journal: Journal
  let run = RunID(at: WallTime(seconds: 1_800_000_000), random: 0xabcd)
  private let seen = Seen()

  final class Seen: Sendable {
    let events = Mutex<[Event]>([])
  }

  static let queue = """
    {
      "tickets": [
        { "id": "A-1", "title": "First", "state": "UNPROCESSED", "dependencies": [] },
        { "id": "A-2", "title": "Second", "state": "UNPROCESSED", "dependencies": [] },
        { "id": "A-3", "title": "Third", "state": "UNPROCESSED", "dependencies": ["A-2"] }
      ]
    }

    """

  init(
    files: [String: String] = ["a.txt": "one\ntwo\nthree\n", "b.txt": "b\n", "dir/c.txt": "c\n"], isQueueTracked: Bool = true,
    configuration: [String: String] = [:], queue: String = LandingScenario.queue, engine: Settings.Engine = .automatic
  ) async throws {
    repository = try await Scenario()
    if engine != .automatic { try await repository.git("config", "sageStream.engine", engine.rawValue) }
    for (key, value) in configuration { try await repository.git("config", key, value) }
    for (path, text) in files { try repository.write(path, text) }
    if !isQueueTracked { try repository.write(".gitignore", ".sage/\n") }
    try repository.write(".sage/tickets/index.json", queue)
    try await repository.commit("Start")
    // The clock stands still, so that the same landing makes the same commits.
    let environment = repository.environment.merging(["GIT_COMMITTER_DATE": "1800000100 +0000"]) { $1 }
    project = try await Project.open(from: repository.path, environment: environment)
    let seen = seen
    try Folder.create(project.runFolder(run))
    journal = try Journal(run: run, folder: project.runFolder(run)) { event in seen.events.withLock { $0.append(event) } }
    let lock = try await RunLock.acquire(project, run: run, patience: .zero)
    let names = TicketNames(try project.loadQueue().index.tickets.map(\.id))
    lander = try Lander(
      project: project, target: .branch("main"), journal: journal, names: names, committer: try await project.committer(), lock: lock)
  }

  var events: [Event] { seen.events.withLock { $0 } }

  /// Commits made on a branch of their own, starting from `base`, as a worker's slot would have them.
  /// A nil text removes the file. Ignored files are added all the same.
  func submission(
    _ ticket: String, from base: String = "main", _ commits: [(message: String, files: [String: String?])]
  ) async throws -> Submission {
    let start = try await repository.id(of: base)
    let folder = repository.root.path.appending("work-\(ticket)")
    try await repository.git("worktree", "add", "--quiet", "--detach", folder.string, start)
    for (message, files) in commits {
      for (path, text) in files {
        let file = folder.appending(path)
        guard let text else {
          try File.remove(file)
          continue
        }
        try Folder.create(file.removingLastComponent())
        try AtomicFile.write(Array(text.utf8), to: file)
        try await repository.git("add", "--force", path, in: folder)
      }
      try await repository.commit(message, in: folder)
    }
    let tip = try await repository.git("rev-parse", "HEAD", in: folder)
    try await repository.git("worktree", "remove", "--force", folder.string)
    guard let base = CommitID(hex: start), let tip = CommitID(hex: tip) else { throw Scenario.Failure(description: "no ids") }
    let attempt = Attempt(ticket: TicketID(ticket), run: run, number: 1)
    let anchor = InternalReference.attempt(ticket, attempt)
    try await repository.git("update-ref", anchor.rawValue, tip.hex)
    return Submission(attempt: attempt, base: base, tip: tip, anchor: anchor, message: "task(A): #\(ticket) \(ticket)\n")
  }

  func land(_ submissions: Submission...) async throws -> [TicketID: LandingResult] {
    let results = try await lander.land(submissions, queue: try project.loadQueue(), progress: .init())
    return Dictionary(results.map { ($0.0.ticket, $0.1) }) { $1 }
  }

  func state(of ticket: String) throws -> TicketState? { try project.loadQueue().index[TicketID(ticket)]?.state }
}

extension LandingResult {
  var isLanded: Bool { if case .landed = self { true } else { false } }
  var isHeld: Bool { if case .held = self { true } else { false } }
  var isConflicted: Bool { if case .conflicted = self { true } else { false } }
}
