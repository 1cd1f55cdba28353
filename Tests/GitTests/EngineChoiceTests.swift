import Git
import Platform
import Support
import Testing

/// Which repositories libgit2 may open, and that git alone does for the others.
@Suite struct EngineChoiceTests {
  @Test func anOrdinaryRepositoryIsForTheLibrary() async throws {
    let scenario = try await Scenario()
    try await scenario.commit("one")
    #expect(LibGit2Store.canOpen(gitFolder: scenario.gitFolder) == nil)
    #expect(LibGit2Store.canOpen(gitFolder: scenario.root.path) != nil)
    try await scenario.git("config", "core.repositoryFormatVersion", "1")
    try await scenario.git("config", "extensions.worktreeConfig", "true")
    #expect(LibGit2Store.canOpen(gitFolder: scenario.gitFolder) == "unsupported extension name extensions.worktreeconfig")
  }

  @Test func aShallowHistoryIsForGit() async throws {
    let origin = try await Scenario()
    for message in ["one", "two", "three"] { try await origin.commit(message) }
    let clone = try await Scenario()
    try await clone.git("fetch", "--quiet", "--depth=2", "file://\(origin.path)", "main")
    #expect(LibGit2Store.canOpen(gitFolder: clone.gitFolder) == "the history is shallow")
    let store = try clone.store(.git)
    #expect(try await store.commits(reachableFrom: origin.commitID("main"), excluding: []).count == 2)
    #expect(try await store.isComplete(origin.commitID("main"), beyond: []))
  }

  @Test func aPartialCloneIsForGit() async throws {
    let origin = try await Scenario()
    try origin.write("f", "1\n")
    try await origin.commit("one")
    try await origin.git("config", "uploadpack.allowFilter", "true")
    let clone = try await Scenario()
    let path = clone.root.path.appending("partial")
    try await clone.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", "file://\(origin.path)", path.string)
    #expect(LibGit2Store.canOpen(gitFolder: path.appending(".git"))?.contains("partial clone") == true)
  }

  @Test func replacementsAreForGit() async throws {
    let scenario = try await Scenario()
    for message in ["one", "two"] { try await scenario.commit(message) }
    try await scenario.git("replace", "HEAD", "HEAD~")
    #expect(LibGit2Store.canOpen(gitFolder: scenario.gitFolder) == "the repository has replacement objects (git-replace)")
  }

  @Test func anotherHashIsForGitWhichDoesAllThatLandingNeeds() async throws {
    let scenario = try await Scenario(initOptions: ["--object-format=sha256"])
    try scenario.write("dir/f", "1\n2\n3\n4\n5\n")
    try await scenario.commit("base")
    try await scenario.checkout(new: "theirs")
    try scenario.write("dir/f", "1\n2\n3\n4\ntheirs\n")
    try await scenario.commit("theirs")
    try await scenario.checkout("main")
    try scenario.write("dir/f", "ours\n2\n3\n4\n5\n")
    try await scenario.commit("ours")
    #expect(LibGit2Store.canOpen(gitFolder: scenario.gitFolder) == "unsupported extension name extensions.objectformat")

    let layout = try await RepositoryLayout.discover(from: scenario.path, environment: scenario.environment)
    #expect(layout.objectFormat == .sha256)
    let store = GitCommandStore(git: layout.git, format: layout.objectFormat)
    let tip = try await scenario.commitID("main")
    let ort = OrtMerge(git: layout.git, scratch: scenario.root.path.appending("scratch"))
    let result = try await ort.merge(
      base: scenario.treeID("main~"), ours: scenario.treeID("main"), theirs: scenario.treeID("theirs"), store: store)
    guard case .clean(let tree) = result else { throw Scenario.Failure(description: "\(result)") }
    var picked = try await store.commit(scenario.commitID("theirs"))
    picked.tree = tree
    picked.parents = [tip]
    let id = try await store.writeCommit(picked)
    #expect(try await store.isComplete(id, beyond: [tip]))
    try await store.update(.branch("main"), from: .commit(tip), to: id, reason: "landed")
    #expect(try await scenario.show("main:dir/f") == "ours\n2\n3\n4\ntheirs\n")
    #expect(try await store.changes(from: nil, to: tree).count == 1)
    try await scenario.fsck()
  }
}
