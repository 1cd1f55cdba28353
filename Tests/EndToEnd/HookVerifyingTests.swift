import Platform
import Support
import Testing

/// `sageStream.prePush=verify`: no tree leaves the house that has not passed the check.
@Suite("A push of proven trees only")
struct HookVerifyingTests {
  private func scenario(_ check: String) async throws -> HookScenario {
    let scenario = try await HookScenario(queue: #"{"tickets":[{"id":"A-1","title":"First"}]}"# + "\n")
    try await scenario.repository.git("config", "sageStream.prePush", "verify")
    try await scenario.repository.git("config", "sageStream.check", check)
    return scenario
  }

  @Test("an unproven tree is checked before it is pushed; a red one is refused with the log, and stays red")
  func red() async throws {
    let scenario = try await scenario("echo looked; test ! -e bad.txt")
    try await scenario.commit(["bad.txt": "x\n"])
    try await scenario.isRefused(
      saying: "is not proven: the check failed with exit status 1, see ", "git sage-stream: the check runs on what is pushed")
    try await scenario.repository.git("rm", "-q", "bad.txt")
    try await scenario.commit(["good.txt": "x\n"])
    #expect(try await scenario.push().status == 0)
  }

  @Test("what a run has landed is proven already, also where the queue's states have changed since")
  func proven() async throws {
    let looked = "looked"
    let scenario = try await scenario("echo x >>\"$(git rev-parse --git-common-dir)/\(looked)\"")
    let repository = scenario.repository
    let run = try await repository.sage("--auto", "--worker", "echo x >out.txt")
    #expect(run.status == 0, "\(run.error)")
    let queue = try #require(try repository.read(Scenario.queuePath))
    try repository.write(Scenario.queuePath, queue.replacing("First", with: "Renamed"))
    try await repository.commit("Title")
    try await scenario.goesThrough()
    #expect(try File.readText(repository.path.appending(".git").appending(looked)) == "x\n")
  }

  @Test("without a check nothing can be proven, which is said and holds nothing up")
  func noCheck() async throws {
    let scenario = try await scenario("")
    try await scenario.commit(["b.txt": "x\n"])
    let answer = try await scenario.push()
    #expect(answer.status == 0 && answer.error.contains("sageStream.prePush=verify needs a check"), "\(answer.error)")
  }

  @Test("a check that cannot run proves nothing")
  func cannotRun() async throws {
    let scenario = try await scenario("./nowhere.sh")
    try await scenario.commit(["b.txt": "x\n"])
    try await scenario.isRefused(saying: "is not proven: the check cannot run (exit status 127)")
  }

  /// git exports an absolute GIT_DIR to the hooks of a linked worktree; a test suite that types `git init` there would rewrite
  /// the configuration of the real repository.
  @Test("git init in a test suite that runs as the check of a push from a linked worktree cannot rewrite the real repository")
  func cleanEnvironment() async throws {
    let scenario = try await scenario(
      "env | grep '^GIT_DIR\\|^GIT_WORK_TREE\\|^GIT_INDEX' && exit 1; mkdir inner && cd inner && git init -q . && git config user.name leaked"
    )
    let repository = scenario.repository
    let folder = repository.root.path.appending("linked")
    try await repository.git("worktree", "add", "--quiet", "-b", "side", folder.string)
    try AtomicFile.write(Array("x\n".utf8), to: folder.appending("b.txt"))
    try await repository.commit("Side", in: folder)
    let before = try File.read(repository.path.appending(".git/config"))
    let answer = try await repository.shell("git -C '\(folder.string)' push --quiet origin side")
    #expect(answer.status == 0, "\(answer.error)")
    #expect(try File.read(repository.path.appending(".git/config")) == before)
    #expect(try await scenario.remote("side") != nil)
  }
}
