import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

/// Each thing that must hold is broken once, and the checker says which.
@Suite("The invariant checker")
struct InvariantCheckerTests {
  typealias Rule = InvariantFinding.Rule

  /// A repository in which A-1 has landed with two commits, with changes of the user's beside it.
  private func landed(isQueueTracked: Bool = true) async throws -> (LandingScenario, UserWork) {
    let test = try await LandingScenario(isQueueTracked: isQueueTracked)
    try test.journal.append(
      .runStarted(
        RunStarted(
          process: ProcessIdentity(pid: getpid(), startTime: "another"), target: .branch("main"), tip: try await test.lander.tip(),
          workers: 1,
          worker: "", schedule: .flow, tickets: [], index: test.project.queueFile.path)))
    try test.repository.write("b.txt", "the user's\n")
    try test.repository.write("untracked.txt", "untracked\n")
    try test.repository.write(".git/info/exclude", "ignored/\n")
    try test.repository.write("ignored/cache", "cache\n")
    let work = try await UserWork.of(test.project)
    let submission = try await test.submission("A-1", [("one", ["a.txt": "changed\n"]), ("two", ["new.txt": "new\n"])])
    #expect(try await test.land(submission)["A-1"]?.isLanded == true)
    try test.journal.append(.runFinished(RunSummary()))
    return (test, work)
  }

  private func rules(_ test: LandingScenario, _ work: UserWork? = nil) async throws -> Set<Rule> {
    Set(try await InvariantChecker.findings(of: test.project, target: .branch("main"), earlierWork: work).map(\.rule))
  }

  @Test("has nothing to say after a landing beside the user's work", arguments: [true, false])
  func sound(isQueueTracked: Bool) async throws {
    let (test, work) = try await landed(isQueueTracked: isQueueTracked)
    #expect(try await InvariantChecker.findings(of: test.project, target: .branch("main"), earlierWork: work) == [])
  }

  @Test("finds half a ticket")
  func half() async throws {
    let (test, _) = try await landed()
    try await test.repository.git("update-ref", "refs/heads/main", "main~1")
    #expect(try await rules(test).contains(.wholeTickets))
  }

  @Test("finds a ticket that came in two steps, and one without the run's name")
  func twoSteps() async throws {
    let (test, _) = try await landed()
    let tree = try await test.repository.git("rev-parse", "main^{tree}")
    for trailers in ["Sage-Ticket: A-1\nSage-Run: \(test.run)", "Sage-Ticket: A-9"] {
      let commit = try await test.repository.git("commit-tree", "-p", "main", "-m", "More\n\n\(trailers)", tree)
      try await test.repository.git("update-ref", "-m", "sage-stream: land A-1", "refs/heads/main", commit)
      let found = try await InvariantChecker.findings(of: test.project, target: .branch("main")).filter { $0.rule == .wholeTickets }
      #expect(found.contains { $0.sentence.contains(trailers.contains("Run") ? "in two parts" : "not of the run") })
    }
  }

  @Test("finds a target that one of our steps took back")
  func backwards() async throws {
    let (test, _) = try await landed()
    try await test.repository.git("update-ref", "-m", "sage-stream: land A-2", "refs/heads/main", "main~2")
    #expect(try await rules(test).contains(.forwardOnly))
  }

  @Test("does not take a move that was noted and then failed for one that was made")
  func failedMove() async throws {
    let (test, _) = try await landed()
    let log = test.repository.path.appending(".git/logs/refs/heads/main")
    let (tip, before) = (try await test.repository.id(of: "main"), try await test.repository.id(of: "main~1"))
    let noted = try #require(try File.readText(log)) + "\(tip) \(before) T <t@example.org> 1700000000 +0000\tsage-stream: land A-2\n"
    try AtomicFile.write(Array(noted.utf8), to: log)
    #expect(try await rules(test) == [], "main is where it was")
    try await test.repository.git("commit", "-q", "--allow-empty", "-m", "The user's")
    #expect(try await rules(test) == [], "main went on from where it was")
  }

  @Test("finds each thing of the user's that is no longer as it was")
  func usersWork() async throws {
    let (test, work) = try await landed()
    let folder = test.repository
    for (path, text) in [("b.txt", "the user's\n"), ("untracked.txt", "untracked\n"), ("ignored/cache", "cache\n")] {
      try folder.write(path, "other\n")
      #expect(try await rules(test, work).contains(.usersWork), "\(path)")
      try folder.write(path, text)
    }
    try await folder.git("add", "b.txt")
    #expect(try await rules(test, work).contains(.usersWork), "staged")
    try await folder.git("reset", "-q", "--", "b.txt")
    try await folder.git("config", "some.key", "1")
    #expect(try await rules(test, work).contains(.usersWork), "configuration")
    try await folder.git("config", "--unset", "some.key")
    try await folder.git("stash", "-q")
    let stashed = try await UserWork.of(test.project)
    try await folder.git("stash", "drop", "-q")
    #expect(try await rules(test, stashed).contains(.usersWork), "stash")
  }

  @Test("finds a checkout that is behind its branch, which the next commit would revert")
  func behind() async throws {
    let (test, work) = try await landed()
    try await test.repository.git("read-tree", "main~2")
    #expect(try await rules(test) == [.checkoutFollows])
    try await test.repository.git("read-tree", "main")
    try test.repository.write("a.txt", "not the user's\n")
    #expect(try await rules(test, work) == [.checkoutFollows])
  }

  @Test("finds a queue that is broken, that disagrees, and a ticket without an owner")
  func queue() async throws {
    let (test, _) = try await landed(isQueueTracked: false)
    try test.repository.write(".sage/tickets/index.json", LandingScenario.queue)
    #expect(try await rules(test) == [.queue])
    let stuck = LandingScenario.queue.replacing("\"First\", \"state\": \"UNPROCESSED\"", with: "\"First\", \"state\": \"COMPLETED\"")
      .replacing("\"Second\", \"state\": \"UNPROCESSED\"", with: "\"Second\", \"state\": \"IN_PROGRESS\"")
    try test.repository.write(".sage/tickets/index.json", stuck)
    let found = try await InvariantChecker.findings(of: test.project, target: .branch("main"))
    #expect(found.map(\.sentence) == ["A-2 is IN_PROGRESS, and nobody works on it"] && found.allSatisfy(\.isMendable))
    try test.repository.write(".sage/tickets/index.json", "{")
    #expect(try await rules(test) == [.queue])
  }

  @Test("finds what dead processes leave: locks, copies, temporary files, references, registrations, open landings")
  func leftovers() async throws {
    let (test, _) = try await landed()
    let git = test.project.layout.commonFolder
    let dead = String(decoding: try await test.repository.run("sh", ["-c", "echo $$"]).output, as: UTF8.self).filter { $0 != "\n" }
    let files = [
      "index.sage-stream.\(test.run)", "sage-stream.\(test.run).lock", "refs/sage-stream/attempts/X/1.lock", "sage-stream/some.tmp.\(dead)",
    ]
    for file in files {
      try test.repository.write(".git/" + file, "")
      let found = try await InvariantChecker.findings(of: test.project, target: .branch("main"), checksObjects: false)
      #expect(found.map(\.rule) == [.leftovers] && found.allSatisfy(\.isMendable), "\(file): \(found)")
      try File.remove(git.appending(file))
    }
    try test.repository.write(".git/index.lock", IndexLock.content(of: test.run))
    #expect(try await rules(test) == [.leftovers])
    try test.repository.write(".git/index.lock", "")
    #expect(try await rules(test) == [], "a lock of the user's is none of ours")
    try File.remove(git.appending("index.lock"))
    try await test.repository.git("update-ref", "refs/sage-stream/pending/main", "main")
    #expect(try await rules(test) == [.recovery])
    try await test.repository.git("update-ref", "-d", "refs/sage-stream/pending/main")
  }

  @Test("finds a run that died, and work of it that is not anchored any more")
  func deadRun() async throws {
    let test = try await LandingScenario()
    let submission = try await test.submission("A-1", [("one", ["a.txt": "changed\n"])])
    try test.journal.append(
      .runStarted(
        RunStarted(
          process: ProcessIdentity(pid: getpid(), startTime: "another"), target: .branch("main"), tip: try await test.lander.tip(),
          workers: 1,
          worker: "", schedule: .flow, tickets: [], index: test.project.queueFile.path)))
    try test.journal.append(.submissionAnchored(submission, slot: 1))
    #expect(try await rules(test) == [.recovery])
    try await test.repository.git("update-ref", "-d", submission.anchor.rawValue)
    #expect(try await rules(test) == [.recovery, .nothingLost])
  }

  @Test("finds missing objects, where it is to look for them")
  func objects() async throws {
    let (test, _) = try await landed()
    let blob = try await test.repository.id(of: "main:new.txt")
    try File.remove(test.project.layout.commonFolder.appending("objects/\(blob.prefix(2))/\(blob.dropFirst(2))"))
    #expect(try await rules(test).contains(.objects))
    #expect(
      try await InvariantChecker.findings(of: test.project, target: .branch("main"), checksObjects: false).allSatisfy {
        $0.rule != .objects
      })
  }

  @Test("finds core.bare turned over before anything else")
  func bare() async throws {
    let test = try await LandingScenario()
    try await test.repository.git("config", "core.bare", "true")
    let found = try await InvariantChecker.findings(from: test.repository.path, environment: test.repository.environment)
    #expect(found.map(\.rule) == [.leftovers] && found.allSatisfy(\.isMendable))
  }
}
