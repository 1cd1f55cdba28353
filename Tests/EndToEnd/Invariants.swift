import Git
import Platform
import SageStream
import Support
import Testing

/// What must hold after everything (DESIGN section 4): the engine's `InvariantChecker`, and what only a test can know.
struct Invariants {
  let scenario: Scenario
  /// Where git is asked; any worktree of the repository, or the git folder of a bare one.
  var folder: FilePath?
  var target = "refs/heads/main"
  /// Paths at which the user has something of their own, or a folder with a slash at its end.
  var mine: [String] = []

  /// Records an issue for everything that does not hold: what the engine's own checker finds, what `git fsck --strict` finds, and every path
  /// of a checkout that is neither as the target has it nor the user's.
  func check(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    #expect(try await findings() == [], sourceLocation: sourceLocation)
    let check = try await scenario.tryGit(["fsck", "--strict", "--no-dangling", "--no-progress"], in: folder)
    #expect(check.status == 0, "\(String(decoding: check.output, as: UTF8.self))\(check.error)", sourceLocation: sourceLocation)
    for checkout in try await checkouts() { try await checkClean(checkout, sourceLocation) }
  }

  /// What `validate` would find.
  ///
  /// - Parameter earlierWork: what the user had before.
  func findings(earlierWork: UserWork? = nil) async throws -> [InvariantFinding] {
    let place = folder ?? scenario.path
    // A bare repository has no place for a queue.
    let isBare = try await git("rev-parse", "--is-bare-repository") == "true"
    return try await InvariantChecker.findings(
      from: place, environment: scenario.environment, index: isBare ? place.appending("no-queue.json").string : nil,
      target: RefName(target), earlierWork: earlierWork)
  }

  /// The tickets that have landed, oldest first.
  func landed() async throws -> [String] {
    let text = try await git("log", "--reverse", "--format=%(trailers:key=Sage-Ticket,valueonly,separator=)", target)
    return text.split(separator: "\n").map(String.init).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// The commits of a landing without the run's id, the one thing in them that differs from run to run.
  func chain(since start: String) async throws -> String {
    let text = try await git(
      "log", "--reverse", "--format=tree %T%nauthor %an <%ae> %ad%ncommitter %cn <%ce> %cd%nsigned %GF%n%n%B", "\(start)..\(target)")
    return text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("Sage-Run: ") }.joined(separator: "\n")
  }

  /// I5: index and work tree of every checkout of the target are where the target is, but for the user's own work.
  private func checkClean(_ checkout: FilePath, _ location: SourceLocation) async throws {
    let status = try await scenario.git("status", "--porcelain", "--untracked-files=all", in: checkout)
    let foreign = status.split(separator: "\n").map { String($0.dropFirst(3)) }.filter { path in
      !mine.contains { path == $0 || $0.hasSuffix("/") && path.hasPrefix($0) }
    }
    #expect(foreign == [], "in \(checkout)", sourceLocation: location)
  }

  private func checkouts() async throws -> [FilePath] {
    let list = try await git("worktree", "list", "--porcelain")
    return list.split(separator: "\n\n").filter { $0.split(separator: "\n").contains("branch \(target)") }.compactMap { record in
      record.split(separator: "\n").first { $0.hasPrefix("worktree ") }.map { FilePath(String($0.dropFirst("worktree ".count))) }
    }.filter { (try? FileStatus.of($0)) != nil }
  }

  @discardableResult
  private func git(_ arguments: String...) async throws -> String { try await scenario.git(arguments, in: folder) }
}
