@testable import Git
import Platform
import Support
import Testing

@Suite struct WorktreeTests {
  private func layout(_ scenario: Scenario) async throws -> RepositoryLayout {
    try await RepositoryLayout.discover(from: scenario.path, environment: scenario.environment)
  }

  @Test func everyWorktreeIsListedWithWhatGitKnowsOfIt() async throws {
    let scenario = try await Scenario()
    let id = try await scenario.commit("one")
    let root = scenario.root.path
    try await scenario.git("worktree", "add", "--quiet", "--detach", root.appending("detached").string)
    try await scenario.git("worktree", "add", "--quiet", "-b", "topic", root.appending("on a branch\n").string)
    try await scenario.git("worktree", "add", "--quiet", "-b", "gone", root.appending("gone").string)
    try await scenario.git("worktree", "lock", "--reason", "on a stick", root.appending("detached").string)
    try Folder.removeTree(root.appending("gone"))
    let layout = try await layout(scenario)
    let found = try await WorktreeList.read(layout)
    #expect(found.map(\.path) == [scenario.path] + ["detached", "gone", "on a branch\n"].map { root.appending($0) })
    #expect(found.map(\.branch?.short) == ["main", nil, "gone", "topic"])
    #expect(found.allSatisfy { $0.head?.hex == id && !$0.isBare })
    #expect(found.map(\.isMain) == [true, false, false, false])
    #expect(found.map(\.lockReason) == [nil, "on a stick", nil, nil])
    #expect(found.map { $0.prunableReason != nil } == [false, false, true, false])
    #expect(found.map(\.exists) == [true, true, false, true])
    #expect(found[0].gitFolder == layout.commonFolder)
    #expect(found[1].gitFolder == layout.commonFolder.appending("worktrees/detached"))
  }

  /// The files tell the same as git does, in whatever state a worktree is.
  @Test func branchesAreReadFromTheFilesAsGitTellsThem() async throws {
    let scenario = try await Scenario()
    try await scenario.commit("one")
    let root = scenario.root.path
    for name in ["topic", "gone", "packed"] {
      try await scenario.git("worktree", "add", "--quiet", "-b", name, root.appending("\(name) here").string)
    }
    try await scenario.git("worktree", "add", "--quiet", "--detach", root.appending("detached").string)
    try await scenario.git("branch", "feature/one")
    try await scenario.git("symbolic-ref", "refs/heads/alias", "refs/heads/feature/one")
    try await scenario.git("pack-refs", "--all")
    try Folder.removeTree(root.appending("gone here"))
    let layout = try await layout(scenario)
    for head in ["refs/heads/main", "refs/heads/alias", "refs/heads/unborn", "refs/heads/feature"] {
      try await scenario.git("symbolic-ref", "HEAD", head)
      let fromFiles = try #require(WorktreeList.branchesFromFiles(layout))
      let told = try await WorktreeList.read(layout)
      #expect(
        Set(fromFiles.map { "\($0.path) \($0.gitFolder) \($0.branch?.rawValue ?? "-") \($0.isBare) \($0.exists)" })
          == Set(told.map { "\($0.path) \($0.gitFolder) \($0.branch?.rawValue ?? "-") \($0.isBare) \($0.exists)" }), "\(head)")
      #expect(fromFiles.first?.path == scenario.path)
    }
  }

  @Test func aHeadThatTheFilesDoNotTellIsLeftToGit() async throws {
    let scenario = try await Scenario()
    try await scenario.commit("one")
    let layout = try await layout(scenario)
    let head = scenario.gitFolder.appending("HEAD")
    try AtomicFile.write(Array("ref: refs/heads/.invalid\n".utf8), to: head)
    #expect(WorktreeList.branchesFromFiles(layout) == nil)
    try File.remove(head)
    #expect(symlink("refs/heads/main", head.string) == 0)
    #expect(WorktreeList.branchesFromFiles(layout) == nil)
    #expect(try await WorktreeList.branches(layout).map(\.branch) == ["refs/heads/main"])
  }

  @Test func aWorktreeWhoseGitFileIsGoneIsStillTiedToItsRegistration() async throws {
    let scenario = try await Scenario()
    try await scenario.commit("one")
    let linked = scenario.root.path.appending("linked")
    try await scenario.git("worktree", "add", "--quiet", "--detach", linked.string)
    try File.remove(linked.appending(".git"))
    let found = try await WorktreeList.read(layout(scenario))
    #expect(found.last?.gitFolder == scenario.gitFolder.appending("worktrees/linked"))
  }

  @Test func aRepositoryWithoutACommitHasAWorktreeWithoutAHead() async throws {
    let scenario = try await Scenario()
    let found = try await WorktreeList.read(layout(scenario))
    #expect(found.map(\.head) == [nil])
    #expect(found.map(\.branch) == ["refs/heads/main"])
  }

  /// `main` and `topic` that clash, with `topic` checked out.
  private func clash() async throws -> Scenario {
    let scenario = try await Scenario()
    try scenario.write("f", "1\n")
    try await scenario.commit("base")
    try await scenario.checkout(new: "topic")
    try scenario.write("f", "topic\n")
    try await scenario.commit("topic")
    try await scenario.git("branch", "stacked")
    try scenario.write("g", "topic\n")
    try await scenario.commit("topic, second")
    try await scenario.checkout("main")
    try scenario.write("f", "main\n")
    try await scenario.commit("main")
    try await scenario.checkout("topic")
    return scenario
  }

  @Test(arguments: [
    (["merge", "main"], Operation.merge), (["cherry-pick", "main"], .cherryPick), (["revert", "HEAD~"], .revert),
    (["rebase", "main"], .rebase(branch: .branch("topic"), updating: [])),
    (["rebase", "--apply", "main"], .rebase(branch: .branch("topic"), updating: [])),
    (["rebase", "--update-refs", "main"], .rebase(branch: .branch("topic"), updating: [.branch("stacked")])),
    (["bisect", "start", "HEAD", "HEAD~2"], .bisect(from: .branch("topic"))),
  ]) func anOperationInProgressIsSeen(_ command: [String], _ expected: Operation) async throws {
    let scenario = try await clash()
    if command[0] == "revert" {
      try scenario.write("f", "later\n")
      try await scenario.commit("later")
      try await scenario.git("branch", "-f", "stacked", "HEAD")
    }
    #expect(try Operation.inProgress(in: scenario.gitFolder) == [])
    let arguments = command == ["revert", "HEAD~"] ? ["revert", "--no-edit", "HEAD~2"] : command
    _ = try await scenario.tryGit(arguments)
    #expect(try Operation.inProgress(in: scenario.gitFolder) == [expected])
  }

  @Test func aRebaseOfADetachedHeadNamesNoBranch() async throws {
    let scenario = try await clash()
    try await scenario.checkout("topic~0")
    _ = try await scenario.tryGit(["rebase", "main"])
    let found = try Operation.inProgress(in: scenario.gitFolder)
    #expect(found == [.rebase(branch: nil, updating: [])])
    #expect(found.flatMap(\.branches) == [])
  }

  @Test func mailThatDoesNotApplyIsSeen() async throws {
    let scenario = try await clash()
    let mail = try await scenario.git("format-patch", "--stdout", "-1", "main")
    _ = try await scenario.tryGit(["am"], input: Array(mail.utf8))
    #expect(try Operation.inProgress(in: scenario.gitFolder) == [.applyingMail])
  }

  @Test func aLinkedWorktreeHasOperationsOfItsOwn() async throws {
    let scenario = try await clash()
    let linked = scenario.root.path.appending("linked")
    try await scenario.git("worktree", "add", "--quiet", "--detach", linked.string, "main")
    _ = try await scenario.tryGit(["merge", "topic"], in: linked)
    #expect(try Operation.inProgress(in: scenario.gitFolder) == [])
    #expect(try Operation.inProgress(in: scenario.gitFolder.appending("worktrees/linked")) == [.merge])
  }
}
