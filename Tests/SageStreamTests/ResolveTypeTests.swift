import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

/// Each kind of conflict that git knows is stopped by git's own cherry-pick, and lands as it was resolved there, whoever ends the pick.
@Suite("resolve: every kind of conflict") struct ResolveTypeTests {
  enum Way: String, CaseIterable, CustomTestStringConvertible {
    case ours = "resolve --continue"
    case plainGit = "git cherry-pick --continue"
    var testDescription: String { rawValue }
  }

  @Test(arguments: ConflictTypeTests.cases, Way.allCases) func landsAsItWasResolved(_ sample: ConflictTypeTests.Case, _ way: Way)
    async throws
  {
    let lab = try await ConflictLab {
      try await sample.first($0)
      let tickets = [("A-1", "COMPLETED"), ("C-3", "DEFERRED")].map { #"{"id":"\#($0)","title":"\#($0)","state":"\#($1)"}"# }
      try $0.write(".sage/tickets/index.json", "{\"tickets\":[\(tickets.joined(separator: ","))]}\n")
    }
    try await lab.land("A-1", sample.landed)
    let report = try await lab.report("C-3", sample.ticket)
    let scenario = lab.scenario
    try await scenario.git("branch", "sage/C-3", report.commit.hex)
    let project = try await Project.open(from: scenario.path, environment: scenario.environment)
    try ConflictStore(stateFolder: project.stateFolder, names: TicketNames(["A-1", "C-3"])).write(report)
    let tip = try await lab.tip()

    let resolver = try Resolver("C-3", in: project)
    let opened = try await resolver.opening { Run(verbOn: project) }
    guard let worktree = Self.worktree(opened) else {
      Issue.record("it was not stopped: \(opened)")
      return
    }
    #expect(try await lab.tip() == tip)
    // git's own account of what is unmerged is the report's.
    let unmerged = try await scenario.git("diff", "--name-only", "--diff-filter=U", in: worktree).split(separator: "\n").map(String.init)
    let named = report.paths.map(\.path.description)
    #expect(unmerged.allSatisfy { path in named.contains { path == $0 || path.hasPrefix($0 + "~") } }, "\(unmerged), \(named)")

    // Something that neither side had: a resolution that takes ours as it is leaves nothing to pick, which has a test of its own.
    try AtomicFile.write(Array("resolved\n".utf8), to: worktree.appending("resolved"))
    try await scenario.git("add", "resolved", in: worktree)
    if sample.type == "submodule" {
      try await scenario.git("update-index", "--cacheinfo", "160000,\(String(repeating: "3", count: 40)),s", in: worktree)
    } else {
      try await scenario.git("add", "--all", in: worktree)
    }
    let resolved = try await scenario.git("ls-files", "--stage", in: worktree)
    if way == .plainGit { try await scenario.git("-c", "core.editor=true", "cherry-pick", "--continue", in: worktree) }
    let landed = try await resolver.continuing { Run(verbOn: project) }
    guard case .landed = landed else {
      Issue.record("it did not land: \(landed)")
      return
    }
    func withoutQueue(_ listing: String) -> [Substring] { listing.split(separator: "\n").filter { !$0.contains(".sage/") } }
    #expect(withoutQueue(try await scenario.git("ls-files", "--stage")) == withoutQueue(resolved))
    #expect(try await scenario.git("rev-parse", "main~1") == tip)
    let trailers = try await scenario.git("log", "-1", "--format=%s %(trailers:key=Sage-Ticket,valueonly,separator=)", "main")
    #expect(trailers == "Step 1 of C-3 C-3")
    #expect(try project.loadQueue().index["C-3"]?.state == .completed)
    #expect(try FileStatus.of(worktree) == nil)
    try await scenario.git("fsck", "--strict", "--no-dangling", "--no-progress")
  }

  private static func worktree(_ outcome: Resolver.Outcome) -> FilePath? {
    guard case .waits(let step) = outcome else { return nil }
    switch step {
    case .unmerged(let worktree, _, _), .uncommitted(let worktree, _, _), .stopped(let worktree, _), .needsEdit(let worktree),
      .finished(let worktree):
      return worktree
    case .ready: return nil
    }
  }
}
