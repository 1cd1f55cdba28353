import Git
import Platform
import Support
import Tickets

@testable import SageStream

/// A target on which tickets land, and a ticket that is then picked onto it: everything by real git, the pick and the report
/// by the code under test.
final class ConflictLab {
  typealias Step = (Scenario) async throws -> Void

  let scenario: Scenario
  private(set) var start = ""
  private(set) var titles: [TicketID: String] = [:]
  /// The commit of each landed ticket, and of the user's commits by their subject.
  private(set) var commits: [String: String] = [:]
  static let run = RunID(at: WallTime(seconds: 1_800_000_000), random: 0x3f2a)
  static let time = WallTime(seconds: 1_800_000_500)

  /// - Parameter first: makes the commit that the ticket starts from.
  init(_ first: Step) async throws {
    scenario = try await Scenario()
    try await first(scenario)
    start = try await scenario.commit("First")
  }

  /// A ticket lands: a commit on main with our trailers.
  func land(_ ticket: String, _ step: Step) async throws {
    titles[TicketID(ticket)] = "Title of \(ticket)"
    try await step(scenario)
    commits[ticket] = try await scenario.commit("Work of \(ticket)\n\nSage-Ticket: \(ticket)\nSage-Run: 20261122T195400-0001")
  }

  /// The user commits on main.
  func user(_ subject: String, _ step: Step) async throws {
    try await step(scenario)
    commits[subject] = try await scenario.commit(subject)
  }

  func remember(_ name: String, _ commit: String) { commits[name] = commit }

  /// What the target's tip is now; a later ticket may start from it.
  func tip() async throws -> String { try await scenario.id(of: "main") }

  /// A ticket's work from `base` (else the first commit), a commit for each step, picked onto main.
  func pick(_ ticket: String, from base: String? = nil, _ steps: [Step]) async throws -> (Submission, PickOutcome) {
    let base = base ?? start
    try await scenario.git("checkout", "--quiet", "--detach", base)
    for (place, step) in steps.enumerated() {
      try await step(scenario)
      try await scenario.commit("Step \(place + 1) of \(ticket)")
    }
    let submission = Submission(
      attempt: Attempt(ticket: TicketID(ticket), run: Self.run, number: 1), base: try id(base), tip: try id(await scenario.id(of: "HEAD")),
      anchor: RefName("refs/sage-stream/attempts/\(ticket)/1"), message: "Work of \(ticket)\n")
    try await scenario.git("checkout", "--quiet", "main")
    let store = try LibGit2Store(gitFolder: gitFolder)
    let picker = Picker(
      store: store, merge: OrtMerge(git: git, scratch: scenario.root.path.appending("scratch")),
      writer: CommitWriter(store: store, signer: nil), exclusions: .standard, git: git,
      committer: Array("Tess Ter <tess@example.org> 1800000400 +0000".utf8))
    let tip = try id(await tip())
    return (submission, try await picker.pick(submission, target: tip, onto: tip))
  }

  /// The report of a ticket that must not apply.
  func report(_ ticket: String, from base: String? = nil, _ steps: Step...) async throws -> ConflictReport {
    let (submission, outcome) = try await pick(ticket, from: base, steps)
    guard case .conflicted(let conflict) = outcome else { throw Scenario.Failure(description: "no conflict: \(outcome)") }
    return try await report(of: submission, conflict)
  }

  func report(of submission: Submission, _ conflict: PickConflict) async throws -> ConflictReport {
    try await ConflictReporter(store: LibGit2Store(gitFolder: gitFolder), git: git).report(
      submission: submission, title: "Title of \(submission.ticket)", conflict: conflict, branch: .branch("sage/\(submission.ticket)"),
      start: submission.base, titles: titles, log: scenario.root.path.appending("log"), target: "main", time: Self.time)
  }

  /// Whether `git cherry-pick` brings the whole submission onto main without a conflict, in a worktree of its own that is put back.
  func gitPicks(_ submission: Submission) async throws -> Bool {
    let folder = scenario.root.path.appending("oracle")
    if try FileStatus.of(folder) == nil {
      try await scenario.git("worktree", "add", "--quiet", "--detach", folder.string, "main")
    } else {
      try await scenario.git("reset", "--quiet", "--hard", "main", in: folder)
    }
    let commits = try await scenario.git("rev-list", "--reverse", "\(submission.base.hex)..\(submission.tip.hex)").split(separator: "\n")
    let status = try await scenario.tryGit(
      ["cherry-pick", "--allow-empty", "--keep-redundant-commits"] + commits.map(String.init), in: folder
    ).status
    if status != 0 { try await scenario.git("cherry-pick", "--abort", in: folder) }
    return status == 0
  }

  /// What git itself says of the same merge: each unmerged path or message with the word in brackets.
  func gitsWords(_ report: ConflictReport) async throws -> [String] {
    try await scenario.git("branch", "--force", "topic", report.commit.hex)
    let output = try await scenario.tryGit(["merge-tree", "--write-tree", "--no-messages", "--name-only", "-z", "main", "topic"]).output
    let messages = try await scenario.tryGit(["merge-tree", "--write-tree", "main", "topic"]).output
    let words = String(decoding: messages, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("CONFLICT (") }
    let paths = output.split(separator: 0).dropFirst().map { TreePath(bytes: $0).description }
    return (paths + words.map(String.init)).sorted()
  }

  var gitFolder: FilePath { scenario.path.appending(".git") }
  var git: GitCommand { GitCommand(inFolder: scenario.path, environment: .git(from: scenario.environment)).on(gitFolder: gitFolder) }

  private func id(_ text: String) throws -> CommitID {
    guard let id = CommitID(hex: text) else { throw Scenario.Failure(description: "no commit id: \(text)") }
    return id
  }
}

/// Numbered lines, some of them replaced: `lines(9, [5: "five"])`.
func numbered(_ count: Int, _ changes: [Int: String] = [:]) -> String {
  (1...count).map { (changes[$0] ?? "line \($0)") + "\n" }.joined()
}
