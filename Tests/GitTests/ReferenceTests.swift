import Git
import Platform
import Support
import Testing

@Suite struct ReferenceTests {
  let topic = RefName.branch("topic")

  private func twoCommits() async throws -> (Scenario, CommitID, CommitID) {
    let scenario = try await Scenario()
    try await scenario.commit("one")
    try await scenario.commit("two")
    return (scenario, try await scenario.commitID("HEAD~"), try await scenario.commitID("HEAD"))
  }

  @Test(arguments: StoreKind.allCases) func aReferenceIsCreatedMovedAndRemoved(_ kind: StoreKind) async throws {
    let (scenario, one, two) = try await twoCommits()
    let store = try scenario.store(kind)
    #expect(try await store.resolve(topic) == nil)
    try await store.update(topic, from: .absent, to: one, reason: "made")
    #expect(try await scenario.id(of: "topic") == one.hex)
    try await store.update(topic, from: .commit(one), to: two, reason: "moved")
    #expect(try await store.resolve(topic) == two)
    #expect(try await scenario.git("reflog", "--format=%gs %H", "topic") == "moved \(two)\nmade \(one)")
    try await store.update(topic, from: .commit(two), to: nil, reason: "removed")
    #expect(try await store.resolve(topic) == nil)
    #expect(try await scenario.git("for-each-ref", "refs/heads/topic") == "")
    #expect(try scenario.read(".git/logs/refs/heads/topic") == nil)
    try await scenario.fsck()
  }

  @Test(arguments: StoreKind.allCases) func aReferenceThatIsNotWhatItMustBeStays(_ kind: StoreKind) async throws {
    let (scenario, one, two) = try await twoCommits()
    let store = try scenario.store(kind)
    let stale = GitError.staleReference(topic)
    await #expect(throws: stale) { try await store.update(topic, from: .commit(one), to: two, reason: "x") }
    await #expect(throws: stale) { try await store.update(topic, from: .commit(one), to: nil, reason: "x") }
    try await scenario.branch("topic", at: two.hex)
    await #expect(throws: stale) { try await store.update(topic, from: .absent, to: one, reason: "x") }
    await #expect(throws: stale) { try await store.update(topic, from: .absent, to: two, reason: "x") }
    await #expect(throws: stale) { try await store.update(topic, from: .absent, to: nil, reason: "x") }
    await #expect(throws: stale) { try await store.update(topic, from: .commit(one), to: two, reason: "x") }
    await #expect(throws: stale) { try await store.update(topic, from: .commit(one), to: nil, reason: "x") }
    #expect(try await store.resolve(topic) == two)
    #expect(try scenario.read(".git/refs/heads/topic.lock") == nil)
  }

  @Test(arguments: StoreKind.allCases) func anythingGoesWhereAnythingIsExpected(_ kind: StoreKind) async throws {
    let (scenario, one, two) = try await twoCommits()
    let store = try scenario.store(kind)
    try await store.update(topic, from: .anything, to: nil, reason: "x")
    try await store.update(topic, from: .absent, to: nil, reason: "x")
    try await store.update(topic, from: .anything, to: one, reason: "x")
    try await store.update(topic, from: .anything, to: two, reason: "x")
    #expect(try await store.resolve(topic) == two)
    try await store.update(topic, from: .anything, to: nil, reason: "x")
    #expect(try await store.resolve(topic) == nil)
  }

  @Test(arguments: StoreKind.allCases) func aPackedReferenceIsComparedMovedAndRemovedAsWell(_ kind: StoreKind) async throws {
    let (scenario, one, two) = try await twoCommits()
    let others = ["packed/a", "packed/b"]
    for name in ["topic", "second"] + others { try await scenario.branch(name, at: one.hex) }
    try await scenario.git("tag", "-a", "-m", "annotated", "v1", one.hex)
    try await scenario.git("pack-refs", "--all")
    let store = try scenario.store(kind)
    await #expect(throws: GitError.staleReference(topic)) { try await store.update(topic, from: .absent, to: two, reason: "x") }
    try await store.update(topic, from: .commit(one), to: two, reason: "x")
    try await store.update(topic, from: .commit(two), to: nil, reason: "x")
    try await store.update(.branch("second"), from: .commit(one), to: nil, reason: "x")
    let left = try await scenario.git("for-each-ref", "--format=%(refname)")
    #expect(left == "refs/heads/main\nrefs/heads/packed/a\nrefs/heads/packed/b\nrefs/tags/v1")
    try await scenario.fsck()
    #expect(try await scenario.id(of: "v1^{commit}") == one.hex)
  }

  @Test(arguments: StoreKind.allCases) func aNameThatAnotherReferenceNeedsAsAFolderIsInTheWay(_ kind: StoreKind) async throws {
    let (scenario, one, _) = try await twoCommits()
    let store = try scenario.store(kind)
    for isPacked in [false, true] {
      let outer = RefName.branch(isPacked ? "outer" : "sage")
      let inner = RefName("\(outer)/T-1")
      try await scenario.branch(outer.short, at: one.hex)
      if isPacked { try await scenario.git("pack-refs", "--all") }
      await #expect(throws: GitError.referenceInTheWay(inner, by: outer)) {
        try await store.update(inner, from: .absent, to: one, reason: "x")
      }
      try await scenario.git("branch", "--quiet", "-D", outer.short)
      try await store.update(inner, from: .absent, to: one, reason: "x")
      if isPacked { try await scenario.git("pack-refs", "--all") }
      await #expect(throws: GitError.referenceInTheWay(outer, by: inner)) {
        try await store.update(outer, from: .anything, to: one, reason: "x")
      }
    }
  }

  @Test(arguments: StoreKind.allCases) func headsReflogFollowsTheBranchItStandsOn(_ kind: StoreKind) async throws {
    let (scenario, one, two) = try await twoCommits()
    let store = try scenario.store(kind)
    try await store.update(.branch("main"), from: .commit(two), to: one, reason: "sage-stream: T-1")
    #expect(try await scenario.git("reflog", "-1", "--format=%gs %H", "HEAD") == "sage-stream: T-1 \(one)")
    #expect(try await scenario.git("reflog", "-1", "--format=%gs %H", "main") == "sage-stream: T-1 \(one)")
  }

  @Test(arguments: StoreKind.allCases) func aSymbolicReferenceIsFollowed(_ kind: StoreKind) async throws {
    let (scenario, one, two) = try await twoCommits()
    try await scenario.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    let store = try scenario.store(kind)
    #expect(try await store.resolve("refs/heads/alias") == two)
    #expect(try await store.resolve("HEAD") == two)
    try await store.update("refs/heads/alias", from: .commit(two), to: one, reason: "x")
    #expect(try await scenario.git("symbolic-ref", "refs/heads/alias") == "refs/heads/main")
    #expect(try await scenario.id(of: "main") == one.hex)
    try await scenario.git("symbolic-ref", "HEAD", "refs/heads/unborn")
    #expect(try await store.resolve("HEAD") == nil)
  }

  @Test(arguments: StoreKind.allCases) func tagsArePeeledAndMissingCommitsSaid(_ kind: StoreKind) async throws {
    let (scenario, one, two) = try await twoCommits()
    try await scenario.git("tag", "-a", "-m", "annotated", "v1", one.hex)
    try await scenario.git("tag", "-a", "-m", "of a tag", "v2", "v1")
    let store = try scenario.store(kind)
    #expect(try await store.resolve("refs/tags/v2") == one)
    try await scenario.branch("broken", at: two.hex)
    try await scenario.git("update-ref", "refs/heads/main", one.hex)
    try scenario.remove(".git/objects/\(two.hex.prefix(2))/\(two.hex.dropFirst(2))")
    let fresh = try scenario.store(kind)
    await #expect(throws: GitError.missingObject(two.hex)) { try await fresh.resolve(.branch("broken")) }
  }

  @Test(arguments: StoreKind.allCases) func referencesAreListedByPrefixAndName(_ kind: StoreKind) async throws {
    let (scenario, one, two) = try await twoCommits()
    for name in ["refs/sage-stream/attempts/b/1", "refs/sage-stream/attempts/a/1", "refs/sage-stream/attempts/ab/1", "refs/sage-stream/x"] {
      try await scenario.git("update-ref", name, one.hex)
    }
    try await scenario.git("pack-refs", "--all")
    try await scenario.git("update-ref", "refs/sage-stream/attempts/a/2", two.hex)
    try await scenario.git("update-ref", "refs/sage-stream/attempts/a/blob", "HEAD^{tree}")
    let store = try scenario.store(kind)
    let all = try await store.references(startingWith: "refs/sage-stream/attempts/")
    #expect(
      all.map { "\($0.name) \($0.commit)" } == [
        "refs/sage-stream/attempts/a/1 \(one)", "refs/sage-stream/attempts/a/2 \(two)", "refs/sage-stream/attempts/ab/1 \(one)",
        "refs/sage-stream/attempts/b/1 \(one)",
      ])
    #expect(try await store.references(startingWith: "refs/sage-stream/attempts/a").count == 3)
    #expect(try await store.references(startingWith: "refs/none/").isEmpty)
  }

  @Test(arguments: StoreKind.allCases) func aLockThatGoesIsWaitedForAndOneThatStaysIsSaid(_ kind: StoreKind) async throws {
    let (scenario, one, two) = try await twoCommits()
    try await scenario.branch("topic", at: one.hex)
    let lock = scenario.gitFolder.appending("refs/heads/topic.lock")
    try AtomicFile.write([], to: lock)
    let store = try scenario.store(kind)
    if let store = store as? LibGit2Store { store.lockPatience = .milliseconds(30) }
    if let store = store as? GitCommandStore { store.lockPatience = .milliseconds(30) }
    await #expect(throws: GitError.lockedReference(topic)) { try await store.update(topic, from: .commit(one), to: two, reason: "x") }
    #expect(try FileStatus.of(lock) != nil)
    let patient = try scenario.store(kind)
    let release = Task { try File.remove(lock) }
    try await patient.update(topic, from: .commit(one), to: two, reason: "x")
    try await release.value
    #expect(try await store.resolve(topic) == two)
  }

  @Test func manyAtOnceMoveABranchOneAfterTheOther() async throws {
    let (scenario, one, _) = try await twoCommits()
    let name = RefName("refs/sage-stream/counter")
    try await scenario.git("update-ref", name.rawValue, one.hex)
    let start = try LibGit2Store(gitFolder: scenario.gitFolder).commit(one)
    let folder = scenario.gitFolder
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask { try await Self.count(to: 10, on: name, as: worker, after: start, LibGit2Store(gitFolder: folder)) }
      }
      try await group.waitForAll()
    }
    #expect(try await scenario.git("rev-list", "--count", "\(name)", "^\(one)") == "40")
  }
}

extension ReferenceTests {
  /// Adds commits to a reference that others move too.
  private static func count(
    to count: Int, on name: RefName, as worker: Int, after start: CommitObject, _ store: LibGit2Store
  ) async throws {
    var done = 0
    while done < count {
      guard let tip = try store.resolve(name) else { return }
      var next = start
      next.parents = [tip]
      next.message = bytes("\(worker) \(done)\n")
      do {
        try await store.update(name, from: .commit(tip), to: store.writeCommit(next), reason: "x")
        done += 1
      } catch {
        if !error.isStaleReference { throw error }
      }
    }
  }
}

extension RefName: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}
