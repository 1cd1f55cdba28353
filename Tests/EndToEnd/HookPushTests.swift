import Platform
import Support
import Testing

@Suite("git push with our hook")
struct HookPushTests {
  @Test("goes through without a word, also when there is nothing to push")
  func clean() async throws {
    let scenario = try await HookScenario(queue: #"{"tickets":[]}"#)
    try await scenario.commit(["b.txt": "b\n"])
    try await scenario.goesThrough()
    #expect(try await scenario.remote("main") == scenario.repository.id(of: "main"))
    try await scenario.goesThrough()
  }

  @Test("to a remote that has no name is checked as well")
  func unnamed() async throws {
    let scenario = try await HookScenario()
    try await scenario.commit(["b.txt": "b\n"])
    try await scenario.goesThrough("../remote.git main:other")
    try await scenario.commit(["c.txt": HookScenario.markers])
    try await scenario.isRefused("../remote.git main:other", saying: "c.txt has conflict markers")
  }

  @Test("goes through for deletions, tags and new branches, and looks at new commits only")
  func kinds() async throws {
    let scenario = try await HookScenario()
    try await scenario.commit(["old.txt": HookScenario.markers])
    try await scenario.repository.git("push", "--quiet", "--no-verify", "origin", "main")
    try await scenario.commit(["b.txt": "b\n"])
    try await scenario.repository.git("tag", "-a", "-m", "v1", "v1")
    try await scenario.goesThrough("origin main:new v1")
    try await scenario.goesThrough("origin :new")
    #expect(try await scenario.remote("new") == nil)
  }

  @Test("works where the pushed name holds blanks")
  func blanks() async throws {
    let scenario = try await HookScenario()
    try await scenario.commit(["b.txt": HookScenario.markers], "fix the thing")
    try await scenario.isRefused("origin ':/fix the:refs/heads/x'", saying: "b.txt has conflict markers")
  }

  @Test("by force over commits that are not here is checked, not broken")
  func force() async throws {
    let scenario = try await HookScenario()
    let other = scenario.repository.root.path.appending("other").string
    try await scenario.repository.git("clone", "--quiet", "../remote.git", other)
    try await scenario.repository.commit("Theirs", in: FilePath(other))
    try await scenario.repository.git("push", "--quiet", "origin", "main", in: FilePath(other))
    try await scenario.commit(["b.txt": "b\n"])
    try await scenario.goesThrough("--force origin main")
    try await scenario.commit(["b.txt": HookScenario.markers])
    try await scenario.isRefused("--force origin main", saying: "b.txt has conflict markers")
  }

  @Test("works in a SHA-256 repository")
  func sha256() async throws {
    let scenario = try await HookScenario(initOptions: ["--object-format=sha256"])
    try await scenario.commit(["b.txt": "b\n"])
    try await scenario.goesThrough("origin main main:new")
    try await scenario.goesThrough("origin :new")
    try await scenario.commit(["b.txt": HookScenario.markers])
    try await scenario.isRefused(saying: "b.txt has conflict markers")
  }

  @Test("--no-verify pushes all the same")
  func noVerify() async throws {
    let scenario = try await HookScenario()
    try await scenario.commit(["b.txt": HookScenario.markers])
    try await scenario.isRefused(saying: "git push --no-verify")
    try await scenario.goesThrough("--no-verify origin main")
  }

  @Test("names everything that is wrong at once, in all that is pushed")
  func everything() async throws {
    let scenario = try await HookScenario(queue: #"{"tickets":[]}"#)
    try await scenario.repository.branch("sage/A-1")
    try await scenario.commit(["b.txt": HookScenario.markers, Scenario.queuePath: "{"])
    try await scenario.isRefused(
      "origin main sage/A-1", saying: "for 3 reasons", "b.txt has conflict markers", "the ticket queue at main cannot be read",
      "sage/A-1 is work that was set aside")
  }

  @Test("is not held up by a run that has the lock")
  func lock() async throws {
    let scenario = try await HookScenario()
    let folder = scenario.repository.path.appending(".git/sage-stream")
    try Folder.create(folder)
    guard let lock = try FileLock.tryLock(folder.appending("queue.lock")) else {
      Issue.record("the lock was not free")
      return
    }
    try await scenario.commit(["b.txt": "b\n"])
    try await scenario.goesThrough()
    _ = consume lock
  }
}

@Suite("The pre-push hook opens on errors of its own")
struct HookErrorTests {
  @Test("without input it starts no git at all")
  func empty() async throws {
    let scenario = try await Scenario()
    let binary = try #require(BuiltBinary.path)
    let answer = try await scenario.run(
      binary.string, ["hook", "pre-push", "origin", "../remote.git"], in: "/", setting: ["PATH": "/nonexistent"])
    #expect(answer.status == 0 && answer.output.isEmpty && answer.error == "")
  }

  @Test("with one warning where there is no repository, or no git")
  func broken() async throws {
    let scenario = try await Scenario()
    let binary = try #require(BuiltBinary.path)
    let id = String(repeating: "a", count: 40)
    for (folder, path) in [("/", scenario.environment["PATH"] ?? ""), (scenario.path.string, "/nonexistent")] {
      let answer = try await scenario.run(
        binary.string, ["hook", "pre-push", "origin", "x"], in: FilePath(folder), input: Array("main \(id) refs/heads/main \(id)\n".utf8),
        setting: ["PATH": path, "LC_ALL": "C"])
      #expect(answer.status == 0 && answer.output.isEmpty)
      #expect(answer.error.hasPrefix("warning: git sage-stream: this push is not checked"))
      #expect(answer.error.split(separator: "\n").count == 1, "\(answer.error)")
    }
  }

  @Test("with a warning for lines that git does not write, and for settings that cannot be read, while the rest is checked")
  func rest() async throws {
    let scenario = try await HookScenario()
    try await scenario.repository.git("config", "sageStream.allowWorkerPush", "perhaps")
    try await scenario.commit(["b.txt": "b\n"])
    let answer = try await scenario.push()
    #expect(answer.status == 0 && answer.errorLines.count == 1)
    #expect(answer.error.hasPrefix("warning: git sage-stream: the names of the references could not be looked at: bad boolean"))
    let tip = try await scenario.commit(["b.txt": HookScenario.markers])
    let zero = String(repeating: "0", count: 40)
    let mixed = try await scenario.repository.sage(
      "hook", "pre-push", "origin", "x", input: "nonsense\nrefs/heads/main \(tip) refs/heads/main \(zero)\n")
    #expect(mixed.status == 1 && mixed.error.contains("b.txt has conflict markers"))
    #expect(mixed.error.contains("1 of the lines on standard input are not git's"))
  }
}
