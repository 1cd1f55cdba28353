import Platform
import SageStream
import Support
import Testing

/// Between any two steps of a landing the user types something in another terminal. It works, or fails in git's own words; the run ends with
/// everything landed or held; nothing is lost, and the next run lands the rest.
///
/// By default each command at one step, with or without the lock in turn. `SAGE_STREAM_BESIDE=all`: each at every step.
@Suite("Beside the user", .serialized, .timeLimit(.minutes(10)))
struct BesideUserTests {
  struct Case: CustomTestStringConvertible {
    let user: UserCommand
    let point: Failpoint
    var testDescription: String { "\(user) at \(point.rawValue)" }
  }

  /// How git says no; `git stash` says it by its status alone where it cannot lock the index, and keeps everything.
  static let gitsWords = ["fatal:", "error:", "index.lock", "The stash entry is kept"]
  static let unlocked: [Failpoint] = [.picksWritten, .journalIntent, .indexReleased]
  static let locked: [Failpoint] = [.indexLocked, .worktreeUpdated, .mainMoved]

  static let cases: [Case] = UserCommand.all.enumerated().flatMap { index, user in
    let all = getenv("SAGE_STREAM_BESIDE") != nil
    let points = all ? unlocked + locked : [user.sample ?? (index % 2 == 0 ? unlocked : locked)[(index / 2) % 3]]
    return points.map { Case(user: user, point: $0) }
  }

  @Test("a command of the user's between two steps works or fails in git's own words, and nothing is lost", arguments: cases)
  func command(_ test: Case) async throws {
    let beside = try await BesideScenario(hasSecondCheckout: test.user.hasSecondCheckout)
    let scenario = beside.scenario
    let (run, typed) = try await scenario.sage(beside.arguments(), pausedAt: test.point) { try await scenario.shell(test.user.command) }
    let answer = try #require(typed, "the run never reached \(test.point.rawValue): \(run.error)")
    #expect(run.status == 0 || run.status == 1, "\(run.error)")
    #expect(BesideScenario.hasLandedOrHeldAll(run), "\(run.output)\(run.error)")
    if answer.status != 0 {
      #expect(
        Self.gitsWords.contains { answer.error.contains($0) || answer.output.contains($0) }, "\(answer)")
    }
    let lost: Set<String> = test.user.discards && answer.status == 0 ? ["a change"] : []
    try await beside.checkBelongings(lost: lost)
    // What failed needs no finishing; a lock of ours must never be taken for the user's.
    if answer.status == 0 {
      let after = try await scenario.shell(test.user.after)
      #expect(after.status == 0, "\(after.output)\(after.error)")
    } else {
      _ = try await scenario.shell("git bisect reset; git rebase --abort; git merge --abort")
    }
    try await beside.checkBelongings(lost: lost)
    let last = try await beside.run()
    #expect(last.status == 0, "\(last.output)\(last.error)")
    try await beside.checkEverythingLanded(mine: test.user.leavesTarget ? [Scenario.queuePath] : [])
    try await beside.checkBelongings(lost: lost)
  }

  static let wayCases: [Case] = UserCommand.inTheWay.enumerated().flatMap { index, user in
    let all = getenv("SAGE_STREAM_BESIDE") != nil
    let points: [Failpoint] = [.picksWritten, .journalIntent, .indexLocked]
    return (all ? points : index % 2 == 0 ? [points[index / 2 % 3]] : []).map { Case(user: user, point: $0) }
  }

  @Test("what stands in the way holds the landing and keeps every byte", arguments: wayCases)
  func inTheWay(_ test: Case) async throws {
    let beside = try await BesideScenario()
    let scenario = beside.scenario
    var before: [String: [UInt8]] = [:]
    let (run, typed) = try await scenario.sage(beside.arguments(), pausedAt: test.point) {
      let answer = try await scenario.shell(test.user.command)
      before = try filesOnDisk(scenario)
      return answer
    }
    // Under our lock git refuses, in its own words (a merge says `stash failed`): then there is nothing in the way.
    let answer = try #require(typed)
    #expect(answer.status == 0 || (test.point == .indexLocked && !answer.error.isEmpty), "\(answer.error)")
    #expect(BesideScenario.hasLandedOrHeldAll(run), "\(run.output)\(run.error)")
    if answer.status == 0 {
      #expect(run.status == 1 && run.output.contains("held"), "\(run.output)\(run.error)")
      let now = try filesOnDisk(scenario)
      for (path, bytes) in before where String(decoding: bytes, as: UTF8.self).contains("mine") {
        #expect(now[path] == bytes, "\(path)")
      }
      let after = try await scenario.shell(test.user.after)
      #expect(after.status == 0, "\(after.output)\(after.error)")
    }
    try await beside.checkBelongings()
    let last = try await beside.run()
    #expect(last.status == 0, "\(last.output)\(last.error)")
    try await beside.checkEverythingLanded()
  }

  @Test("a ticket that has landed is not worked on again because the user has switched to a branch whose queue does not know of it")
  func otherQueue() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"E","children":["A"]},{"id":"A"},{"id":"B","dependencies":["A"]}"#)
    let starts = scenario.root.path.appending("starts")
    let worker = try scenario.worker("echo $SAGE_TICKET_ID >>'\(starts)'; echo $SAGE_TICKET_ID >$SAGE_TICKET_ID.txt")
    let first = try await scenario.sage(["--auto", "--onto=main", "--ticket=A", "--worker", worker], pausedAt: .worktreeUpdated) {
      try await scenario.git("switch", "-q", "-c", "feature")
    }
    #expect(first.answer.status == 0 && first.done != nil, "\(first.answer.error)")
    #expect(
      try scenario.states() == ["E": "UNPROCESSED", "A": "UNPROCESSED", "B": "UNPROCESSED"])
    #expect(try await scenario.git("status", "--porcelain") == "", "nothing keeps the user from switching back")
    #expect(try await Invariants(scenario: scenario).findings() == [])
    let second = try await scenario.sage("--auto", "--onto=main", "--worker", worker)
    #expect(second.status == 0, "\(second.output)\(second.error)")
    #expect(try File.readText(starts) == "A\nB\n")
    #expect(try scenario.states() == ["E": "COMPLETED", "A": "COMPLETED", "B": "COMPLETED"])
    #expect(try await scenario.sage("--auto", "--onto=main", "--worker", worker).status == 0)
    #expect(try File.readText(starts) == "A\nB\n")
  }

  @Test("states that are written to another branch's queue bring those along that landed before the user switched")
  func otherQueueLater() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B","dependencies":["A"]}"#)
    let worker = try scenario.worker("echo $SAGE_TICKET_ID >$SAGE_TICKET_ID.txt")
    let run = try await scenario.sage(["--auto", "--onto=main", "--worker", worker], pausedAt: .worktreeUpdated) {
      try await scenario.git("switch", "-q", "-c", "feature")
    }
    #expect(run.answer.status == 0 && run.done != nil, "\(run.answer.error)")
    #expect(try scenario.states() == ["A": "COMPLETED", "B": "COMPLETED"])
    // What the user takes to main with them is true there as well.
    #expect(try await scenario.shell("git stash -q; git switch -q main; git stash pop -q || git checkout -q --theirs .").status == 0)
    #expect(try scenario.states() == ["A": "COMPLETED", "B": "COMPLETED"])
  }

  @Test(
    "work whose objects a git prune takes away before a reference leads to them is written down once more",
    arguments: ["commit-tree", "update-ref"], [true, false])
  func pruned(command: String, succeeds: Bool) async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    let (root, real) = (scenario.root.path, try await scenario.shell("command -v git").output.split(separator: "\n")[0])
    try Folder.create(root.appending("bin"))
    let between = """
      case " $* " in *" \(command) "*)
        if [ -e '\(root)/worked' ] && mkdir '\(root)/pruned' 2>/dev/null; then '\(real)' -C '\(scenario.path)' prune --expire=now; fi ;;
      esac
      exec '\(real)' "$@"
      """
    _ = try scenario.worker(between, name: "bin/git")
    let worker = try scenario.worker("echo hello >>README.md; echo a >a.txt; touch '\(root)/worked'; \(succeeds ? "true" : "exit 3")")
    // With libgit2 there is no git between a harvest's tree and its reference at which the test could step in.
    try await scenario.git("config", "sageStream.engine", "git")
    // Without git in front, which would put its own folder before every other.
    let binary = try #require(BuiltBinary.path)
    let path = "\(root)/bin:" + (scenario.environment["PATH"] ?? "")
    let run = try await scenario.run(binary.string, ["--auto", "--worker", worker], setting: ["PATH": path])
    #expect(run.status == (succeeds ? 0 : 1), "\(run.error)")
    #expect(try FileStatus.of(root.appending("pruned")) != nil)
    let work = succeeds ? "main" : try await scenario.git("for-each-ref", "--format=%(refname)", "refs/sage-stream/salvage")
    #expect(try await scenario.show("\(work):a.txt") == "a\n")
    #expect(try await scenario.show("\(work):README.md") == "hello\nhello\n")
    try await scenario.fsck()
  }

  private func filesOnDisk(_ scenario: Scenario) throws -> [String: [UInt8]] {
    try scenario.everything().filter { !$0.key.hasPrefix("/.git/") }
  }
}
