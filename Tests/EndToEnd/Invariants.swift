import Platform
import Support
import Testing

/// What must hold after everything (DESIGN section 4), asked of git alone.
struct Invariants {
  let scenario: Scenario
  /// Where git is asked; any worktree of the repository, or the git folder of a bare one.
  var folder: FilePath?
  var target = "refs/heads/main"
  /// Paths at which the user has something of their own, or a folder with a slash at its end.
  var mine: [String] = []

  /// Records an issue for everything that does not hold.
  func check(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let check = try await scenario.tryGit(["fsck", "--strict", "--no-dangling", "--no-progress"], in: folder)
    #expect(check.status == 0, "\(String(decoding: check.output, as: UTF8.self))\(check.error)", sourceLocation: sourceLocation)
    if try await scenario.tryGit(["rev-parse", "-q", "--verify", target], in: folder).status == 0 {
      try await checkWholeTickets(sourceLocation)
    }
    try await checkAttempts(sourceLocation)
    for checkout in try await checkouts() { try await checkClean(checkout, sourceLocation) }
    let pending = try await git("for-each-ref", "refs/sage-stream/pending")
    #expect(pending == "", sourceLocation: sourceLocation)
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

  /// I1 and I4: at each step of the target every ticket is there with all of its commits or not at all, and our steps only go forward.
  private func checkWholeTickets(_ location: SourceLocation) async throws {
    let log = try await git("reflog", "show", "--format=%H %gs", target).split(separator: "\n").map(String.init)
    let steps = log.compactMap { $0.split(separator: " ", maxSplits: 1).first.map(String.init) }
    var whole: [String: Int] = [:]
    for (index, step) in steps.enumerated() {
      let lines = try await git(
        "log", "--format=%(trailers:key=Sage-Ticket,valueonly,separator=)|%(trailers:key=Sage-Run,valueonly,separator=)", step)
      var counts: [String: Int] = [:]
      for line in lines.split(separator: "\n") {
        let parts = line.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { continue }
        #expect(!parts[1].isEmpty, "a ticket's commit without its run", sourceLocation: location)
        counts["\(parts[0]) of \(parts[1])", default: 0] += 1
      }
      // The newest step comes first and has all there is, unless the user took something away.
      for (ticket, count) in counts {
        #expect(count == whole[ticket] ?? count, "\(ticket) in part at \(step)", sourceLocation: location)
        whole[ticket] = whole[ticket] ?? count
      }
      if log[index].contains(" sage-stream: "), index + 1 < steps.count {
        let isForward = try await scenario.tryGit(["merge-base", "--is-ancestor", steps[index + 1], step], in: folder).status == 0
        #expect(isForward, "\(log[index])", sourceLocation: location)
      }
    }
  }

  /// I2: what workers committed is still there.
  private func checkAttempts(_ location: SourceLocation) async throws {
    for reference in try await git("for-each-ref", "--format=%(refname)", "refs/sage-stream/", "refs/heads/sage/").split(separator: "\n") {
      let objects = try await scenario.tryGit(["rev-list", "--objects", "--quiet", String(reference)], in: folder)
      #expect(objects.status == 0, "\(reference): \(objects.error)", sourceLocation: location)
    }
  }

  /// I5: index and work tree of every checkout of the target are where the target is, but for the user's own work.
  private func checkClean(_ checkout: FilePath, _ location: SourceLocation) async throws {
    let status = try await scenario.git("status", "--porcelain", "--untracked-files=all", in: checkout)
    let foreign = status.split(separator: "\n").map { String($0.dropFirst(3)) }.filter { path in
      !mine.contains { path == $0 || $0.hasSuffix("/") && path.hasPrefix($0) }
    }
    #expect(foreign == [], "in \(checkout)", sourceLocation: location)
    let gitFolder = FilePath(try await scenario.git("rev-parse", "--absolute-git-dir", in: checkout))
    let names = try Folder.names(in: gitFolder).map { String(decoding: $0, as: UTF8.self) }
    let leftovers = names.filter { $0.hasPrefix("index.sage-stream.") || $0.hasPrefix("sage-stream.") || $0 == "index.lock" }
    #expect(leftovers == [], sourceLocation: location)
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
