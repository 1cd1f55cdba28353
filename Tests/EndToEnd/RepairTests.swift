import Platform
import Support
import Testing
import Tickets

@Suite("validate --repair: what killed processes leave behind is mended")
struct RepairTests {
  private func scenario() async throws -> Scenario {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B","state":"IN_PROGRESS"},{"id":"C"}"#)
    #expect(try await scenario.sage("--auto", "--ticket=A", "--worker", "echo a >a.txt").status == 0)
    return scenario
  }

  private func slotGit(_ scenario: Scenario) -> FilePath { scenario.path.appending(".git/worktrees/sage-slot-1") }

  /// What was mended, without the words on the queue that follow.
  private func mended(_ scenario: Scenario) async throws -> [String] {
    let answer = try await scenario.sage("validate", "--repair")
    #expect(answer.status == 0, "\(answer.error)")
    return answer.output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("mended: ") }.map { String($0.dropFirst(8)) }
  }

  @Test("a ticket that is IN_PROGRESS without an owner is work again; a second repair finds nothing")
  func orphanTicket() async throws {
    let scenario = try await scenario()
    #expect(try await mended(scenario) == ["B was IN_PROGRESS and nobody works on it; it is UNPROCESSED"])
    #expect(try scenario.states() == ["A": "COMPLETED", "B": "UNPROCESSED", "C": "UNPROCESSED"])
    #expect(try await scenario.git("status", "--porcelain") == "")
    #expect(try await mended(scenario) == [])
    #expect(try await scenario.sage("validate", "--repair").output.hasPrefix("nothing had to be mended\n"))
  }

  @Test("locks of dead processes in a slot go, and so does a lock \"initializing\"")
  func locks() async throws {
    let scenario = try await scenario()
    _ = try await mended(scenario)
    for lock in ["index.lock", "HEAD.lock"] { try AtomicFile.write([], to: slotGit(scenario).appending(lock)) }
    try AtomicFile.write(Array("initializing\n".utf8), to: slotGit(scenario).appending("locked"))
    let said = try await mended(scenario)
    #expect(said.count == 2 && said[0].contains("was locked by a process that died while making it") && said[1].hasPrefix("locks of dead"))
    for lock in ["index.lock", "HEAD.lock", "locked"] { #expect(try FileStatus.of(slotGit(scenario).appending(lock)) == nil) }
  }

  @Test("the user's own worktrees keep a fresh lock, and one with a reason for ever")
  func usersWorktrees() async throws {
    let scenario = try await scenario()
    _ = try await mended(scenario)
    for name in ["fresh", "old", "mine"] { try await scenario.git("worktree", "add", "-q", "--detach", "../\(name)") }
    let folder = scenario.path.appending(".git/worktrees")
    for name in ["fresh", "old"] { try AtomicFile.write(Array("initializing\n".utf8), to: folder.appending("\(name)/locked")) }
    try await scenario.git("worktree", "lock", "--reason", "on a stick", "../mine")
    _ = try await scenario.run(
      "touch", ["-d", "2020-01-01", folder.appending("old/locked").string, folder.appending("mine/locked").string])
    #expect(try await mended(scenario).count == 1)
    #expect(try FileStatus.of(folder.appending("old/locked")) == nil)
    #expect(try FileStatus.of(folder.appending("fresh/locked")) != nil)
    #expect(try FileStatus.of(folder.appending("mine/locked")) != nil)
  }

  @Test("the registration of a slot that is gone goes, and its commits stay reachable")
  func staleRegistration() async throws {
    let scenario = try await scenario()
    _ = try await mended(scenario)
    let slot = scenario.root.path.appending("repository.sage-stream/slot-1")
    try await scenario.git("commit", "-q", "--allow-empty", "-m", "somebody's", in: slot)
    let id = try await scenario.git("rev-parse", "HEAD", in: slot)
    try Folder.removeTree(slot)
    let said = try await mended(scenario)
    #expect(said.count == 1 && said[0].hasSuffix("slot-1 is gone; its registration is, too"))
    #expect(try await scenario.git("worktree", "list").split(separator: "\n").count == 1)
    #expect(try await scenario.git("for-each-ref", "--contains", id, "refs/sage-stream") != "")
  }

  @Test("temporary files of dead processes go; those of living ones and of others stay")
  func temporaryFiles() async throws {
    let scenario = try await scenario()
    _ = try await mended(scenario)
    let folder = scenario.path.appending(".sage/tickets")
    let dead = try await scenario.shell("echo $$").output.filter { $0 != "\n" }
    for name in ["index.json.tmp.\(dead)", "index.json.tmp.\(getpid())", "index.json.tmp.mine", "tmp.\(dead)"] {
      try AtomicFile.write([], to: folder.appending(name))
    }
    #expect(try await mended(scenario).count == 1)
    let left = try Folder.names(in: folder).map { String(decoding: $0, as: UTF8.self) }.sorted()
    #expect(left == ["index.json", "index.json.tmp.\(getpid())", "index.json.tmp.mine", "tmp.\(dead)"])
  }

  @Test("core.bare that was turned over by a leaked GIT_DIR is false again; a real bare repository stays one")
  func bareFlag() async throws {
    let scenario = try await scenario()
    _ = try await mended(scenario)
    try await scenario.git("config", "core.bare", "true")
    #expect(try await scenario.tryGit(["status"]).status == 128)
    #expect(try await mended(scenario) == ["core.bare was true in a repository with a work tree; it is false again"])
    #expect(try await scenario.git("status", "--porcelain") == "")
    let bare = try await Scenario(name: "bare.git", initOptions: ["--bare"])
    _ = try await bare.sage("validate", "--repair")
    #expect(try await bare.git("config", "core.bare") == "true")
  }

  @Test("a landing that was cut short is finished")
  func pendingIntent() async throws {
    let scenario = try await QueueScenario(.group, .unrelatedChanges)
    #expect(try await scenario.run(failpoint: "worktree.updated=kill").status > 128)
    let said = try await mended(scenario.repository)
    #expect(said.count == 1 && said[0].hasSuffix("that was cut short is finished or taken back"))
    #expect(try scenario.repository.states() == ["A-1": "COMPLETED", "A-2": "COMPLETED", "A-3": "COMPLETED"])
    #expect(try scenario.leftovers() == [])
    try await scenario.repository.fsck()
  }
}
