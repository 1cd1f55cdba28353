import Platform
import SageStream
import Support
import Testing

@Suite("The pre-push hook refuses")
struct HookFindingTests {
  @Test("conflict markers that a pushed commit added, until they are gone")
  func markers() async throws {
    let scenario = try await HookScenario()
    let bad = try await scenario.commit(["dir/t\u{e4} x.txt": HookScenario.markers])
    try await scenario.commit(["b.txt": "b\n"])
    try await scenario.isRefused(saying: "dir/t\u{e4} x.txt has conflict markers, committed in \(bad.prefix(10))")
    try await scenario.commit(["dir/t\u{e4} x.txt": "mine and theirs\n"])
    try await scenario.goesThrough()
  }

  @Test("not a heading underlined with =======, a moved file, a binary one, or paths whose attributes say that markers belong there")
  func innocent() async throws {
    let scenario = try await HookScenario()
    try await scenario.commit(["old.txt": HookScenario.markers])
    try await scenario.repository.git("push", "--quiet", "--no-verify", "origin", "main")
    try await scenario.repository.git("mv", "old.txt", "new.txt")
    try await scenario.commit([
      "heading.md": "Title\n=======\n", "docs/how.md": HookScenario.markers, "raw.txt": HookScenario.markers,
      "blob": "\0" + HookScenario.markers, ".gitattributes": "docs/* conflict-marker-size=32\nraw.txt -diff\n",
    ])
    try await scenario.goesThrough()
  }

  @Test("markers that a merge left, and not what the merge brought along")
  func merge() async throws {
    let scenario = try await HookScenario()
    try await scenario.repository.checkout(new: "side")
    try await scenario.commit(["a.txt": "side\n", "theirs.txt": HookScenario.markers])
    try await scenario.repository.git("push", "--quiet", "--no-verify", "origin", "side")
    try await scenario.repository.checkout("main")
    try await scenario.commit(["a.txt": "main\n"])
    #expect(try await scenario.repository.tryGit(["merge", "--quiet", "side"]).status == 1)
    try await scenario.repository.commit("Merge, markers and all")
    try await scenario.isRefused(saying: "for 1 reason", "a.txt has conflict markers")
    try await scenario.commit(["a.txt": "both\n"])
    try await scenario.goesThrough()
  }

  @Test(
    "a queue that a run would refuse, unless the remote has the same one",
    arguments: [
      ("{", "cannot be read"), ("[]", "it is no JSON object"),
      (#"{"tickets":[{"id":"A-1","state":"COMPLETED"},{"id":"A-1","state":"COMPLETED"}]}"#, "2 tickets have the id A-1"),
      (#"{"tickets":[{"id":"A-1","dependencies":["A-9"]}]}"#, "A-1 depends on A-9, which does not exist"),
      (#"{"tickets":[{"id":"A","dependencies":["B"]},{"id":"B","dependencies":["A"]}]}"#, "dependency cycle: A -> B -> A"),
    ])
  func queue(text: String, words: String) async throws {
    let scenario = try await HookScenario(queue: #"{"tickets":[]}"#)
    try await scenario.commit([Scenario.queuePath: text])
    try await scenario.isRefused(saying: words)
    try await scenario.goesThrough("--no-verify origin main")
    try await scenario.commit(["b.txt": "b\n"])
    try await scenario.goesThrough()
  }

  private func tickets(_ first: String, _ second: String) -> String {
    #"{"tickets":[{"id":"A-1","state":"\#(first)"},{"id":"A-2","state":"\#(second)","dependencies":["A-1"]}]}"#
  }

  @Test("a landed ticket that is not COMPLETED at the pushed tip, and says so when only the commit is missing")
  func notCompleted() async throws {
    let scenario = try await HookScenario(queue: tickets("UNPROCESSED", "UNPROCESSED"))
    try await scenario.commit(["b.txt": "b\n"], HookScenario.landing("A-1"))
    try await scenario.isRefused(saying: "A-1 has landed in", "but is UNPROCESSED in the queue at main", "set its state to COMPLETED")
    try scenario.repository.write(Scenario.queuePath, tickets("COMPLETED", "UNPROCESSED"))
    try await scenario.isRefused(saying: "your work tree has the right state")
    try await scenario.repository.commit("Ticket states")
    try await scenario.goesThrough()
  }

  @Test("a landed ticket whose dependency is not COMPLETED at the pushed tip")
  func dependency() async throws {
    let scenario = try await HookScenario(queue: tickets("UNPROCESSED", "UNPROCESSED"))
    try await scenario.commit(
      ["b.txt": "b\n", Scenario.queuePath: tickets("DEFERRED", "COMPLETED")], HookScenario.landing("A-2"))
    try await scenario.isRefused(saying: "for 1 reason", "A-2 has landed in", "depends on A-1, not COMPLETED at main")
    try await scenario.commit([Scenario.queuePath: tickets("COMPLETED", "COMPLETED")], HookScenario.landing("A-1"))
    try await scenario.goesThrough()
  }

  @Test("not a ticket that a later commit of ours re-opened, be it itself or the one that it depends on")
  func reopened() async throws {
    let scenario = try await HookScenario(queue: tickets("UNPROCESSED", "UNPROCESSED"))
    try await scenario.commit(
      ["b.txt": "b\n", Scenario.queuePath: tickets("COMPLETED", "UNPROCESSED")], HookScenario.landing("A-1"))
    try await scenario.commit(
      ["c.txt": "c\n", Scenario.queuePath: tickets("COMPLETED", "COMPLETED")], HookScenario.landing("A-2"))
    try await scenario.repository.git("tag", "landed")
    try await scenario.commit([Scenario.queuePath: tickets("UNPROCESSED", "COMPLETED")], "Undo\n\nSage-Run: 20261122T195400-0001")
    try await scenario.goesThrough("origin main:one")
    try await scenario.commit([Scenario.queuePath: tickets("UNPROCESSED", "DEFERRED")], "Undo\n\nSage-Run: 20261122T195400-0002")
    try await scenario.goesThrough("origin main:two")
    // Anybody else's commit is no reason, and neither is one of ours that did something else.
    try await scenario.repository.git("reset", "--quiet", "--hard", "landed")
    try await scenario.commit([Scenario.queuePath: tickets("UNPROCESSED", "COMPLETED")], "By hand")
    try await scenario.commit(["d.txt": "d\n"], "States\n\nSage-Run: 20261122T195400-0003")
    try await scenario.repository.git("update-ref", "-d", "refs/remotes/origin/one")
    try await scenario.repository.git("update-ref", "-d", "refs/remotes/origin/two")
    try await scenario.isRefused(saying: "A-1 has landed in", "but is UNPROCESSED")
  }

  @Test("not tickets whose queue is not tracked, or that are not in it any more")
  func untracked() async throws {
    let scenario = try await HookScenario()
    try await scenario.commit(["b.txt": "b\n"], HookScenario.landing("A-1"))
    try await scenario.goesThrough()
    try await scenario.commit([Scenario.queuePath: tickets("COMPLETED", "COMPLETED")], HookScenario.landing("Z-9"))
    try await scenario.goesThrough()
  }

  @Test("a part of a ticket, and names its last commit; whole tickets out of a longer chain go through")
  func part() async throws {
    let scenario = try await HookScenario()
    try await scenario.commit(["1.txt": "1\n"], HookScenario.landing("A-1"))
    let last = try await scenario.commit(["2.txt": "2\n"], HookScenario.landing("A-1"))
    try await scenario.commit(["3.txt": "3\n"], HookScenario.landing("A-2"))
    try await scenario.commit(["4.txt": "4\n"], HookScenario.landing("A-2", "20261122T195400-ffff"))
    try await scenario.isRefused("origin main~3:main", saying: "only a part of A-1 would be on main", String(last.prefix(10)))
    try await scenario.isRefused("origin main main~3:refs/heads/other", saying: "only a part of A-1 would be on other")
    try await scenario.goesThrough("origin main~2:main")
    // The same ticket in another run is another landing.
    try await scenario.goesThrough("origin main~1:main")
    try await scenario.goesThrough()
  }

  @Test("set-aside work and references of our own, but not their deletion, unless the configuration allows it")
  func parked() async throws {
    let scenario = try await HookScenario()
    try await scenario.repository.branch("sage/A-1")
    try await scenario.repository.git("update-ref", "refs/sage-stream/attempts/A-1/x.1", "HEAD")
    try await scenario.isRefused("origin sage/A-1", saying: "sage/A-1 is work that was set aside", "sageStream.allowWorkerPush")
    try await scenario.isRefused("origin sage/A-1:refs/heads/other", saying: "sage/A-1 is work that was set aside")
    try await scenario.isRefused("origin main:refs/heads/sage/B-1", saying: "sage/B-1 is work that was set aside")
    try await scenario.isRefused("origin 'refs/sage-stream/*:refs/sage-stream/*'", saying: "refs/sage-stream/attempts/A-1/x.1 is kept by")
    try await scenario.repository.git("config", "sageStream.allowWorkerPush", "true")
    try await scenario.goesThrough("origin sage/A-1 'refs/sage-stream/*:refs/sage-stream/*'")
    try await scenario.repository.git("config", "sageStream.allowWorkerPush", "false")
    try await scenario.goesThrough("origin :sage/A-1")
  }

  @Test("a landing that a killed run left half done, until the next start has finished it", arguments: ["journal.intent", "main.moved"])
  func halfDone(point: String) async throws {
    let scenario = try await QueueScenario(.threeCommits, .clean)
    let repository = scenario.repository
    try await repository.git("init", "--quiet", "--bare", "../remote.git")
    try await repository.git("remote", "add", "origin", "../remote.git")
    try await repository.sage("hook", "install")
    _ = try await scenario.run(failpoint: "\(point)=kill")
    let refused = try await repository.shell("git push --quiet origin main")
    #expect(refused.status == 1 && refused.error.contains("died while it landed A-1 on main"), "\(refused.error)")
    #expect(try await repository.shell("git push --quiet origin HEAD:main").status == 1)
    let finish = try await repository.sage("--auto", "--limit=0")
    #expect(finish.status == 0, "\(finish.error)")
    let pushed = try await repository.shell("git push --quiet origin main")
    #expect(pushed.status == 0 && pushed.error == "", "\(pushed.error)")
  }

  @Test("nothing of what a run landed, nor of an undo of it by reverts")
  func ofOurs() async throws {
    let scenario = try await QueueScenario(.group, .clean)
    let repository = scenario.repository
    try await repository.git("init", "--quiet", "--bare", "../remote.git")
    try await repository.git("remote", "add", "origin", "../remote.git")
    try await repository.sage("hook", "install")
    #expect(try await scenario.run().status == 0)
    let landed = try await repository.shell("git push --quiet origin main:landed")
    #expect(landed.status == 0 && landed.error == "", "\(landed.error)")
    try await repository.git("update-ref", "-d", "refs/remotes/origin/landed")
    try repository.write("mine.txt", "on top\n")
    try await repository.commit("Mine, on top")
    let undo = try await repository.sage("undo")
    #expect(undo.status == 0, "\(undo.error)")
    let pushed = try await repository.shell("git push --quiet origin main")
    #expect(pushed.status == 0 && pushed.error == "", "\(pushed.error)")
  }
}
