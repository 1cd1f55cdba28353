import Platform
import Support
import Testing

/// From a linked worktree git exports an absolute GIT_DIR to its hooks; whatever they start and runs `git init` then rewrites the
/// real repository's configuration.
@Suite("The hook's environment in a linked worktree")
struct HookWorktreeTests {
  /// A repository with a linked worktree that has something to push.
  private func linked() async throws -> (scenario: HookScenario, folder: FilePath) {
    let scenario = try await HookScenario()
    let folder = scenario.repository.root.path.appending("linked")
    try await scenario.repository.git("worktree", "add", "--quiet", "-b", "side", folder.string)
    try AtomicFile.write(Array(HookScenario.markers.utf8), to: folder.appending("b.txt"))
    try await scenario.repository.commit("Side", in: folder)
    return (scenario, folder)
  }

  @Test("names the right repository: the push is checked")
  func checked() async throws {
    let (scenario, folder) = try await linked()
    let answer = try await scenario.repository.shell("git -C '\(folder.string)' push --quiet origin side")
    #expect(answer.status == 1 && answer.error.contains("b.txt has conflict markers"))
  }

  @Test("is clean: a git init in what the hook starts cannot rewrite the repository, as it does in a hook that passes its environment on")
  func clean() async throws {
    let (scenario, folder) = try await linked()
    let repository = scenario.repository
    // Stands in for a test suite: every git that is started for the objects of the push first makes a repository somewhere else.
    let tools = repository.root.path.appending("tools")
    try Folder.create(tools)
    let candidates = (repository.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/git" }
    let place = candidates.firstIndex { access($0, X_OK) == 0 }
    let real = candidates[try #require(place)]
    let started = repository.root.path.appending("started")
    let wrapper = """
      #!/bin/sh
      case " $* " in
        *' rev-list '* | *' diff-tree '* | *' cat-file '* | *' check-attr '*)
          echo "$GIT_DIR:" >>'\(started.string)'
          (cd "$(mktemp -d)" && '\(real)' init -q && '\(real)' config user.name leaked) ;;
      esac
      exec '\(real)' "$@"
      """
    try AtomicFile.write(Array(wrapper.utf8), to: tools.appending("git"), permissions: FilePermissions(rawValue: 0o755))
    let binary = try #require(BuiltBinary.path)
    let head = try await repository.id(of: "side")
    let zero = String(repeating: "0", count: 40)
    let gitFolder = repository.path.appending(".git/worktrees/linked").string
    let before = try File.read(repository.path.appending(".git/config"))
    let answer = try await repository.run(
      binary.string, ["hook", "pre-push", "origin", "x"], in: folder,
      input: Array("refs/heads/side \(head) refs/heads/side \(zero)\n".utf8),
      setting: ["GIT_DIR": gitFolder, "PATH": tools.string + ":" + (repository.environment["PATH"] ?? "")])
    #expect(answer.status == 1 && answer.error.contains("b.txt has conflict markers"), "\(answer.error)")
    #expect(try #require(try File.readText(started)).split(separator: "\n").allSatisfy { $0 == ":" })
    #expect(try File.read(repository.path.appending(".git/config")) == before)
    // The danger is real: the same in a hook of somebody who hands GIT_DIR on.
    _ = try await repository.run(
      "sh", ["-c", "cd \"$(mktemp -d)\" && git init -q && git config user.name leaked"], setting: ["GIT_DIR": gitFolder])
    #expect(try await repository.git("config", "user.name") == "leaked")
  }
}
