import Git
import Platform
import Support
import Testing

@Suite struct RepositoryLayoutTests {
  private func discover(
    _ scenario: Scenario, from folder: FilePath? = nil, setting extra: [String: String] = [:]
  ) async throws -> RepositoryLayout {
    let environment = scenario.environment.merging(extra) { $1 }
    return try await RepositoryLayout.discover(from: folder ?? scenario.path, environment: environment)
  }

  @Test(arguments: ["plain", "with space", "quote\"'s", "new\nline", "ünïcødé", "-dash", "two\n\nlines\n"])
  func aRepositoryIsFoundFromItsTopAndFromBelow(_ name: String) async throws {
    let scenario = try await Scenario(name: name)
    try scenario.write("sub/folder/file", "1\n")
    try await scenario.commit("one")
    for folder in [scenario.path, scenario.path.appending("sub/folder")] {
      let layout = try await discover(scenario, from: folder)
      #expect(layout.workTree == scenario.path)
      #expect(layout.mainWorkTree == scenario.path)
      #expect(layout.gitFolder == scenario.path.appending(".git"))
      #expect(layout.commonFolder == layout.gitFolder)
      #expect(!layout.isBare)
      #expect(layout.objectFormat == .sha1)
      #expect(layout.gitVersion >= .minimum)
      #expect(try await layout.git.run("rev-parse", "HEAD").text == scenario.id(of: "HEAD"))
    }
  }

  @Test(arguments: ["linked", "linked\nline"]) func aLinkedWorktreeKnowsTheMainOne(_ name: String) async throws {
    let scenario = try await Scenario()
    try scenario.write("sub/file", "1\n")
    try await scenario.commit("one")
    let linked = scenario.root.path.appending(name)
    try await scenario.git("worktree", "add", "--quiet", "--detach", linked.string)
    let layout = try await discover(scenario, from: linked.appending("sub"))
    #expect(layout.workTree == linked)
    #expect(layout.mainWorkTree == scenario.path)
    #expect(layout.commonFolder == scenario.gitFolder)
    #expect(layout.gitFolder != layout.commonFolder)
    let worktrees = try await WorktreeList.read(layout)
    #expect(worktrees.map(\.path) == [scenario.path, linked])
    #expect(worktrees.last?.gitFolder == layout.gitFolder)
  }

  @Test func aBareRepositoryHasNoMainWorktreeButMayHaveLinkedOnes() async throws {
    let origin = try await Scenario()
    try await origin.commit("one")
    let bare = try await Scenario(name: "bare.git", initOptions: ["--bare"])
    try await bare.git("fetch", "--quiet", origin.path.string, "main:main")
    let layout = try await discover(bare)
    #expect(layout.isBare && layout.workTree == nil && layout.mainWorkTree == nil)
    #expect(layout.commonFolder == bare.path)
    let linked = bare.root.path.appending("linked")
    try await bare.git("worktree", "add", "--quiet", linked.string, "main")
    let below = try await discover(bare, from: linked)
    #expect(below.isBare && below.workTree == linked && below.mainWorkTree == nil)
    #expect(below.commonFolder == bare.path)
  }

  @Test func insideTheGitFolderThereIsNoCurrentWorktree() async throws {
    let scenario = try await Scenario()
    let layout = try await discover(scenario, from: scenario.gitFolder.appending("objects"))
    #expect(layout.workTree == nil)
    #expect(layout.mainWorkTree == scenario.path)
    #expect(layout.commonFolder == scenario.gitFolder)
  }

  @Test func aSubmoduleIsARepositoryOfItsOwn() async throws {
    let inner = try await Scenario()
    try await inner.commit("inner")
    let outer = try await Scenario()
    try await outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path.string, "sub")
    try await outer.commit("outer")
    let sub = outer.path.appending("sub")
    let layout = try await discover(outer, from: sub)
    #expect(layout.workTree == sub && layout.mainWorkTree == sub)
    #expect(layout.commonFolder == outer.gitFolder.appending("modules/sub"))
    let linked = outer.root.path.appending("linked")
    try await outer.git("worktree", "add", "--quiet", "--detach", linked.string, in: sub)
    #expect(try await discover(outer, from: linked).mainWorkTree == sub)
    #expect(try await WorktreeList.read(layout).map(\.path) == [sub, linked])
  }

  @Test func theEnvironmentSaysWhichRepositoryIsMeant() async throws {
    let scenario = try await Scenario()
    try await scenario.commit("one")
    let elsewhere = try TemporaryFolder()
    let byFolder = try await discover(scenario, from: elsewhere.path, setting: ["GIT_DIR": scenario.gitFolder.string])
    #expect(byFolder.commonFolder == scenario.gitFolder)
    #expect(byFolder.mainWorkTree == scenario.path, "not the folder that happens to be current")
    let both = try await discover(
      scenario, from: elsewhere.path, setting: ["GIT_DIR": scenario.gitFolder.string, "GIT_WORK_TREE": elsewhere.path.string])
    #expect(both.workTree == elsewhere.path && both.mainWorkTree == elsewhere.path)
    #expect(both.git.environment.variables["GIT_DIR"] == nil)
    let relative = try await discover(scenario, setting: ["GIT_DIR": ".git"])
    #expect(relative.commonFolder == scenario.gitFolder && relative.workTree == scenario.path)
  }

  @Test func aWorkTreeMayBeConfigured() async throws {
    let scenario = try await Scenario()
    try await scenario.commit("one")
    let elsewhere = try TemporaryFolder()
    try await scenario.git("config", "core.worktree", elsewhere.path.string)
    #expect(try await discover(scenario, from: scenario.gitFolder).mainWorkTree == elsewhere.path)
    let linked = scenario.root.path.appending("linked")
    try await scenario.git("--git-dir=\(scenario.gitFolder)", "worktree", "add", "--quiet", "--detach", linked.string)
    #expect(try await discover(scenario, from: linked).mainWorkTree == elsewhere.path)
  }

  /// The configuration is asked for before it is known which repository it will be: what comes out must be the found one's all the same.
  @Test(arguments: ["top", "below", "linked", "GIT_DIR", "GIT_CONFIG", "bare", "-c"])
  func theConfigurationIsThatOfTheRepositoryFound(_ place: String) async throws {
    let scenario = try await Scenario(initOptions: place == "bare" ? ["--bare"] : [])
    let other = try await Scenario()
    try await other.git("config", "sageStream.worker", "the other's")
    try await scenario.git("config", "sageStream.worker", "this one's")
    try scenario.write("included", "[sageStream]\n\tcheck = of a linked worktree\n")
    try await scenario.git("config", "includeIf.gitdir:**/worktrees/**.path", scenario.path.appending("included").string)
    var folder = scenario.path
    var extra: [String: String] = ["GIT_EDITOR": "true"]
    switch place {
    case "below":
      try scenario.write("sub/file", "1\n")
      folder = scenario.path.appending("sub")
    case "linked":
      try await scenario.commit("one")
      folder = scenario.root.path.appending("linked")
      try await scenario.git("config", "extensions.worktreeConfig", "true")
      try await scenario.git("worktree", "add", "--quiet", "--detach", folder.string)
      try await scenario.git("config", "--worktree", "sageStream.parallel", "7", in: folder)
    case "GIT_DIR":
      folder = other.path
      extra["GIT_DIR"] = scenario.gitFolder.string
    case "GIT_CONFIG": extra["GIT_CONFIG"] = other.gitFolder.appending("config").string
    case "-c": extra.merge(["GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "sageStream.parallel", "GIT_CONFIG_VALUE_0": "3"]) { $1 }
    default: break
    }
    let found = try await RepositoryLayout.discoverConfigured(from: folder, environment: scenario.environment.merging(extra) { $1 })
    let asked = try await GitConfiguration.read(found.layout.git)
    #expect(found.layout.commonFolder == (place == "bare" ? scenario.path : scenario.gitFolder))
    #expect(found.configuration == asked)
    #expect(found.configuration.string("sageStream.worker") == "this one's")
    #expect(try found.configuration.int("sageStream.parallel") == (place == "-c" ? 3 : nil))
    #expect(!found.configuration.isSet("sageStream.check"))
  }

  @Test func whereThereIsNoRepositoryGitSaysSo() async throws {
    let scenario = try await Scenario()
    let empty = try TemporaryFolder()
    let error = await #expect(throws: GitError.self) { try await discover(scenario, from: empty.path) }
    guard case .notARepository(let message) = error else { throw Scenario.Failure(description: "\(error as Any)") }
    #expect(message.hasPrefix("not a git repository"))
  }

  @Test func withoutGitThatIsWhatIsSaid() async throws {
    let scenario = try await Scenario()
    let error = await #expect(throws: GitError.self) {
      try await RepositoryLayout.discover(from: scenario.path, environment: scenario.environment, executable: "/no/such/git")
    }
    guard case .notStarted("/no/such/git", _) = error else { throw Scenario.Failure(description: "\(error as Any)") }
  }

  @Test func anOldGitIsRefused() async throws {
    let scenario = try await Scenario()
    try scenario.write("old-git", "#!/bin/sh\necho git version 2.37.3\n", permissions: 0o755)
    let executable = scenario.path.appending("old-git").string
    await #expect(throws: GitError.gitTooOld(found: "2.37.3", needed: "2.38")) {
      try await RepositoryLayout.discover(from: scenario.path, environment: scenario.environment, executable: executable)
    }
  }

  @Test(arguments: [
    ("git version 2.39.5", GitVersion(2, 39, 5)), ("git version 2.39.5 (Apple Git-154)", GitVersion(2, 39, 5)),
    ("git version 2.45.0.rc1", GitVersion(2, 45, 0)), ("git version 2.38.GIT", GitVersion(2, 38, 0)), ("git version 3.0", GitVersion(3, 0)),
  ]) func versionsAreRead(_ output: String, _ expected: GitVersion) { #expect(GitVersion(output: output) == expected) }
}
