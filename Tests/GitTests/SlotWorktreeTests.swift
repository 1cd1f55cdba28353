import Git
import Platform
import Support
import Testing

@Suite struct SlotWorktreeTests {
  private struct Bench {
    let scenario: Scenario
    let layout: RepositoryLayout
    let store: any ObjectStore
    let path: FilePath

    init(_ kind: StoreKind, name: String = "slot 1") async throws {
      scenario = try await Scenario()
      try scenario.write("dir/file", "1\n")
      try await scenario.commit("one")
      try scenario.write("dir/file", "2\n")
      try await scenario.commit("two")
      layout = try await RepositoryLayout.discover(from: scenario.path, environment: scenario.environment)
      store = try scenario.store(kind)
      path = scenario.root.path.appending("repository.sage-stream").appending(name)
    }

    func register(name: String = "slot-1", revision: String = "HEAD~") async throws -> SlotWorktree {
      try await SlotWorktree.register(name: name, path: path, at: scenario.commitID(revision), in: layout, store: store)
    }

    /// Neither references nor registrations of ours are left.
    func isUntouched() async throws -> Bool {
      let branches = try await scenario.git("for-each-ref", "--format=%(refname)")
      let worktrees = try await WorktreeList.read(layout)
      let registration = try FileStatus.of(scenario.gitFolder.appending("worktrees/slot-1"))
      return branches == "refs/heads/main" && worktrees.count == 1 && registration == nil
    }
  }

  @Test(arguments: StoreKind.allCases) func aSlotIsDetachedAndEmptyUntilItIsFilled(_ kind: StoreKind) async throws {
    let bench = try await Bench(kind)
    let slot = try await bench.register()
    #expect(try Folder.names(in: slot.path) == [Array(".git".utf8)])
    let listed = try await WorktreeList.read(bench.layout)
    #expect(listed.count == 2)
    #expect(listed[1].path == bench.path && listed[1].gitFolder == slot.gitFolder)
    #expect(listed[1].branch == nil && listed[1].lockReason == nil && listed[1].prunableReason == nil)
    #expect(try await listed[1].head == bench.scenario.commitID("HEAD~"))
    #expect(try await bench.scenario.git("for-each-ref", "--format=%(refname)") == "refs/heads/main")
    let git = slot.git(bench.layout)
    try await git.run("reset", "--quiet", "--hard")
    #expect(try File.readText(slot.path.appending("dir/file")) == "1\n")
    #expect(try await git.run("status", "--porcelain").text == "")
    #expect(try await bench.scenario.git("status", "--porcelain", in: slot.path) == "")
    #expect(try await bench.scenario.git("status", "--porcelain") == "", "the main worktree is as it was")
    try await bench.scenario.fsck()
    try await slot.remove(bench.layout)
    #expect(try await bench.isUntouched())
  }

  @Test(arguments: StoreKind.allCases) func aRegistrationThatFailsLeavesNothing(_ kind: StoreKind) async throws {
    let bench = try await Bench(kind)
    let missing = try bench.scenario.known(CommitID(hex: nowhere))
    await #expect(throws: GitError.self) {
      try await SlotWorktree.register(name: "slot-1", path: bench.path, at: missing, in: bench.layout, store: bench.store)
    }
    #expect(try await bench.isUntouched())
    #expect(try FileStatus.of(bench.path) == nil)
  }

  @Test(arguments: StoreKind.allCases) func whatIsInTheWayIsNotTouched(_ kind: StoreKind) async throws {
    let bench = try await Bench(kind)
    try Folder.create(bench.path)
    try AtomicFile.write(bytes("mine\n"), to: bench.path.appending("precious"))
    await #expect(throws: GitError.fileSystem(path: bench.path.string, reason: "the folder is not empty")) { try await bench.register() }
    #expect(try File.readText(bench.path.appending("precious")) == "mine\n")
    #expect(try await bench.isUntouched())
    try File.remove(bench.path.appending("precious"))
    let slot = try await bench.register()
    await #expect(throws: GitError.self, "the name is taken") { try await bench.register() }
    #expect(try FileStatus.of(slot.path) != nil)
    #expect(try await WorktreeList.read(bench.layout).count == 2)
  }

  @Test func whatWasMadeIsRemovedAgainWhereItFailsHalfWay() async throws {
    let bench = try await Bench(.libgit2)
    // The folder of the worktree is made first, the registrations then have no room.
    try bench.scenario.write(".git/worktrees", "in the way\n")
    await #expect(throws: GitError.self) { try await bench.register() }
    #expect(try FileStatus.of(bench.path) == nil)
    #expect(try await bench.scenario.git("for-each-ref", "--format=%(refname)") == "refs/heads/main")
  }

  @Test func whatIsRegisteredIsWhatGitRegisters() async throws {
    let bench = try await Bench(.libgit2)
    let ours = try await bench.register()
    let path = bench.path.removingLastComponent().appending("slot 2")
    let theirs = try await SlotWorktree.register(
      name: "slot-2", path: path, at: bench.scenario.commitID("HEAD~"), in: bench.layout, store: bench.scenario.store(.git))
    for file in ["HEAD", "commondir", "gitdir", "locked"] {
      let written = try File.readText(ours.gitFolder.appending(file))
      let expected = try File.readText(theirs.gitFolder.appending(file))
      #expect(written == expected.map { $0 == "\(path)/.git\n" ? "\(bench.path)/.git\n" : $0 }, "\(file)")
    }
    #expect(try File.readText(bench.path.appending(".git")) == "gitdir: \(ours.gitFolder)\n")
    #expect(try File.readText(path.appending(".git")) == "gitdir: \(theirs.gitFolder)\n")
  }

  @Test(arguments: StoreKind.allCases) func aRegistrationWhosePathIsGoneIsForgotten(_ kind: StoreKind) async throws {
    let bench = try await Bench(kind)
    let slot = try await bench.register()
    let name = try #require(slot.gitFolder.lastComponent?.string)
    #expect(try SlotWorktree.forget(name: name, path: bench.path, in: bench.layout) == false, "it is in use")
    try Folder.removeTree(bench.path)
    #expect(try SlotWorktree.forget(name: name, path: bench.path, in: bench.layout))
    #expect(try SlotWorktree.forget(name: name, path: bench.path, in: bench.layout) == false)
    #expect(try await bench.isUntouched())
    #expect(try await bench.register().path == bench.path)
  }

  @Test func aRegistrationThatADeadProcessLeftLockedIsForgotten() async throws {
    let bench = try await Bench(.git)
    let registration = ".git/worktrees/slot-1"
    try bench.scenario.write("\(registration)/locked", "initializing\n")
    #expect(try SlotWorktree.forget(name: "slot-1", path: bench.path, in: bench.layout))
    try bench.scenario.write("\(registration)/locked", "initializing\n")
    try bench.scenario.write("\(registration)/gitdir", "\(bench.path)/.git\n")
    try bench.scenario.write("\(registration)/HEAD", "0000000000000000000000000000000000000000\n")
    try Folder.create(bench.path)
    try AtomicFile.write(bytes("gitdir: \(bench.scenario.path)/\(registration)\n"), to: bench.path.appending(".git"))
    #expect(try SlotWorktree.forget(name: "slot-1", path: bench.path, in: bench.layout))
    #expect(try await bench.isUntouched())
  }

  @Test func aUsersWorktreeOfTheSameNameIsNotForgotten() async throws {
    let bench = try await Bench(.git)
    let theirs = bench.scenario.root.path.appending("elsewhere/slot-1")
    try await bench.scenario.git("worktree", "add", "--quiet", "--detach", theirs.string)
    try Folder.removeTree(theirs)
    #expect(try SlotWorktree.forget(name: "slot-1", path: bench.path, in: bench.layout) == false)
    #expect(try SlotWorktree.forget(name: "../refs", path: bench.path, in: bench.layout) == false)
    #expect(try await WorktreeList.read(bench.layout).count == 2)
  }
}
