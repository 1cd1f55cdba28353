import Platform
import Support
import Testing
import Tickets

@Suite("undo: a run is taken back, and an undo as well")
struct UndoTests {
  /// A repository in which one run has landed A and B.
  private func landed(isQueueTracked: Bool = true) async throws -> Scenario {
    let scenario = try await Scenario()
    try scenario.write("README.md", "one\ntwo\nthree\nfour\nfive\n")
    if !isQueueTracked { try scenario.write(".gitignore", ".sage/\n") }
    try scenario.write(Scenario.queuePath, #"{"tickets":[{"id":"A","title":"first"},{"id":"B","title":"second"}]}"#)
    try await scenario.commit("Begin")
    let worker = try scenario.worker(
      "if [ $SAGE_TICKET_ID = A ]; then sed -i s/one/ONE/ README.md; else echo b >b.txt; git add .; git commit -qm 'b 1'; echo c >c.txt; fi"
    )
    let run = try await scenario.sage("--auto", "--worker", worker)
    #expect(run.status == 0, "\(run.error)")
    return scenario
  }

  private let open = ["A": "UNPROCESSED", "B": "UNPROCESSED"]
  private let done = ["A": "COMPLETED", "B": "COMPLETED"]

  /// The name of the undo, from what it said.
  private func name(_ answer: Answer) throws -> String {
    let line = try #require(answer.output.split(separator: "\n").last { $0.contains("takes this back") }, "\(answer.error)")
    return String(line.split(separator: " ")[4])
  }

  @Test(
    "with nothing on top the branch moves back, files and states with it; undoing the undo brings all of it back", arguments: [true, false])
  func movesBack(isQueueTracked: Bool) async throws {
    let scenario = try await landed(isQueueTracked: isQueueTracked)
    let tip = try await scenario.id(of: "main")
    let start = try await scenario.id(of: ":/^Begin")
    try scenario.write("mine.txt", "mine\n")
    let answer = try await scenario.sage("undo")
    #expect(answer.status == 0, "\(answer.error)")
    #expect(try await scenario.id(of: "main") == start)
    #expect(try scenario.states() == open)
    #expect(try scenario.read("README.md") == "one\ntwo\nthree\nfour\nfive\n")
    #expect(try scenario.read("b.txt") == nil)
    #expect(try await scenario.git("status", "--porcelain") == "?? mine.txt")
    try await scenario.git("-c", "gc.reflogExpire=now", "-c", "gc.pruneExpire=now", "reflog", "expire", "--expire=now", "--all")
    try await scenario.git("gc", "--quiet", "--prune=now")
    let again = try await scenario.sage("undo", try name(answer))
    #expect(again.status == 0, "\(again.error)")
    #expect(try await scenario.id(of: "main") == tip)
    #expect(try scenario.states() == done)
    #expect(try scenario.read("b.txt") == "b\n")
    #expect(try await scenario.git("status", "--porcelain") == "?? mine.txt")
    try await scenario.fsck()
  }

  @Test("with the user's commit on top, reverts follow it; undoing them reverts the reverts")
  func reverts() async throws {
    let scenario = try await landed()
    try scenario.write("mine.txt", "mine\n")
    let mine = try await scenario.commit("Mine")
    // What git itself makes of it.
    let ids = try await scenario.git("rev-list", "--grep=Sage-Ticket", "main").split(separator: "\n").map(String.init)
    try await scenario.git("worktree", "add", "-q", "--detach", "../oracle", "main")
    let oracle = scenario.root.path.appending("oracle")
    for id in ids {
      try await scenario.git("revert", "--no-commit", id, in: oracle)
    }
    let expected = try await scenario.git("write-tree", in: oracle)
    let answer = try await scenario.sage("undo")
    #expect(answer.status == 0, "\(answer.error)")
    #expect(try await scenario.git("rev-list", "--count", "\(mine)..main") == "3")
    #expect(try await scenario.git("diff", "--stat", expected, "main", "--", ":!.sage") == "")
    let trailers = try await scenario.git("log", "--format=%(trailers:key=Sage-Undo,valueonly,separator=)", "\(mine)..main")
    #expect(trailers.split(separator: "\n").map { $0.prefix(2) } == ["A ", "B ", "B "])
    #expect(try await scenario.git("log", "--format=%s", "--grep=Sage-Ticket", "\(mine)..main") == "")
    #expect(try scenario.states() == open)
    #expect(try await scenario.git("show", "main:\(Scenario.queuePath)").contains("COMPLETED") == false)
    #expect(try await scenario.git("status", "--porcelain") == "")
    try scenario.write("more.txt", "more\n")
    try await scenario.commit("More")
    let again = try await scenario.sage("undo", try name(answer))
    #expect(again.status == 0, "\(again.error)")
    #expect(try scenario.states() == done)
    #expect(try scenario.read("README.md") == "ONE\ntwo\nthree\nfour\nfive\n")
    #expect(try scenario.read("c.txt") == "c\n" && scenario.read("more.txt") == "more\n")
    try await scenario.fsck()
  }

  @Test("what was pushed is never taken away, only reverted")
  func pushed() async throws {
    let scenario = try await landed()
    try await scenario.git("init", "-q", "--bare", "../remote.git")
    try await scenario.git("remote", "add", "origin", "../remote.git")
    try await scenario.git("push", "-q", "origin", "main")
    let tip = try await scenario.id(of: "main")
    #expect(try await scenario.sage("undo").status == 0)
    try await scenario.git("merge-base", "--is-ancestor", tip, "main")
    #expect(try await scenario.git("diff", "--stat", ":/^Begin", "main", "--", ":!.sage") == "")
    #expect(try scenario.states() == open)
  }

  @Test("a revert that would conflict, and paths that the user works on, are reasons to refuse, with nothing changed")
  func refuses() async throws {
    let scenario = try await landed()
    try scenario.write("b.txt", "the user is here\n")
    let tip = try await scenario.id(of: "main")
    var answer = try await scenario.sage("undo")
    #expect(answer.status == 128)
    #expect(answer.error.contains("because you are working on its paths: b.txt (it has local changes); nothing was changed\n"))
    #expect(answer.error.contains("\nhint: git commit or git stash them first\n"))
    #expect(try scenario.read("b.txt") == "the user is here\n")
    try await scenario.git("checkout", "b.txt")
    try scenario.write("README.md", "1\ntwo\nthree\nfour\nfive\n")
    let mine = try await scenario.commit("Mine")
    answer = try await scenario.sage("undo")
    #expect(answer.status == 128)
    #expect(answer.error.contains("because README.md has changed since 'task(A): #A first'"))
    #expect(try await scenario.id(of: "main") == mine && mine != tip)
    #expect(try scenario.states() == done)
    #expect(try await scenario.git("status", "--porcelain") == "")
  }

  @Test("a run that is taken back already, one that later work depends on, and a name that is none are refused")
  func wrongRuns() async throws {
    let scenario = try await landed()
    let runs = try Folder.names(in: scenario.path.appending(".git/sage-stream/runs")).map { String(decoding: $0, as: UTF8.self) }
    let first = try #require(runs.first)
    try scenario.write(
      Scenario.queuePath,
      #"{"tickets":[{"id":"A","state":"COMPLETED"},{"id":"B","state":"COMPLETED"},{"id":"C","dependencies":["B"]}]}"#)
    try await scenario.commit("One more ticket")
    #expect(try await scenario.sage("--auto", "--worker", "echo d >d.txt").status == 0)
    let refused = try await scenario.sage("undo", first)
    #expect(refused.status == 128 && refused.error.contains("depends on B; nothing was changed\nhint: git sage-stream undo "))
    #expect(try await scenario.sage("undo").output.contains("C is UNPROCESSED again\n"))
    #expect(try await scenario.sage("undo").output.contains("run \(first) is taken back"))
    #expect(try await scenario.sage("undo", first).error.contains("is taken back already, by "))
    #expect(try await scenario.sage("undo").error.contains("no run has landed anything that could be taken back"))
    #expect(try await scenario.sage("undo", "nonsense").status == 129)
    #expect(try scenario.states() == ["A": "UNPROCESSED", "B": "UNPROCESSED", "C": "UNPROCESSED"])
  }

  @Test(
    "killed at any step, the next start finishes it or leaves all as it was, and then it can be typed again",
    arguments: [
      "undo.picked", "picks.written", "journal.intent", "index.locked", "worktree.updated", "main.moved", "index.released", "undo.moved",
      "index.written", "undo.states", "undo.journal",
    ], [true, false])
  func killed(point: String, isOnTop: Bool) async throws {
    let scenario = try await landed(isQueueTracked: point != "index.written")
    try scenario.write("untracked.txt", "mine\n")
    if !isOnTop {
      try await scenario.git("commit", "-q", "--allow-empty", "-m", "Mine")
    }
    let killed = try await scenario.sage("undo", setting: ["GIT_SAGE_STREAM_FAILPOINT": "\(point)=kill"])
    #expect(killed.status > 128 && killed.status < 200, "\(killed.error)")
    let next = try await scenario.sage("--auto", "--limit=0")
    #expect(next.status == 0 || next.status == 1, "\(next.error)")
    if try scenario.states() != open {
      #expect(try scenario.states() == done, "all of it or nothing")
      #expect(try await scenario.git("status", "--porcelain") == "?? untracked.txt")
      #expect(try await scenario.sage("undo").status == 0)
    }
    #expect(try scenario.states() == open)
    #expect(try await scenario.git("diff", "--stat", ":/^Begin", "main", "--", ":!.sage") == "")
    #expect(try await scenario.git("status", "--porcelain") == "?? untracked.txt")
    #expect(try await scenario.sage("undo").status == 128, "there is nothing more to take back")
    try await scenario.fsck()
  }
}
