import Git
import Support
import Testing

@Suite struct HistoryTests {
  /// Three lines of history that meet twice, with a criss-cross between two of them.
  private func tangled() async throws -> Scenario {
    let scenario = try await Scenario()
    try await scenario.commit("root")
    for name in ["left", "right", "third"] {
      try await scenario.checkout(new: name, at: "main")
      for number in 1...3 {
        try scenario.write("\(name)\(number)", "1\n")
        try await scenario.commit("\(name) \(number)")
      }
    }
    try await scenario.branch("left-before", at: "left")
    try await scenario.checkout("left")
    try await scenario.merge("right")
    try await scenario.checkout("right")
    try await scenario.merge("left-before")
    try scenario.write("more", "1\n")
    try await scenario.commit("right, more")
    try await scenario.checkout("third")
    try await scenario.merge("left")
    try await scenario.merge("right")
    return scenario
  }

  @Test(arguments: StoreKind.allCases) func commitsComeInTheOrderOfRevList(_ kind: StoreKind) async throws {
    let scenario = try await tangled()
    let store = try scenario.store(kind)
    for (tip, excluded) in [("third", []), ("third", ["left"]), ("right", ["left"]), ("left", ["right", "third~2"]), ("main", ["third"])] {
      let arguments = ["rev-list", "--topo-order", "--reverse", tip, "--not"] + excluded
      let expected = try await scenario.git(arguments).split(separator: "\n").map(String.init)
      var known: [CommitID] = []
      for name in excluded { known.append(try await scenario.commitID(name)) }
      let found = try await store.commits(reachableFrom: scenario.commitID(tip), excluding: known)
      #expect(found.map(\.hex) == expected, "\(tip) without \(excluded)")
    }
  }

  @Test(arguments: StoreKind.allCases) func mergeBasesAreAllOfThem(_ kind: StoreKind) async throws {
    let scenario = try await tangled()
    let store = try scenario.store(kind)
    let expected = try await scenario.git("merge-base", "--all", "left", "right").split(separator: "\n").map(String.init)
    #expect(expected.count == 2)
    let found = try await store.mergeBases(scenario.commitID("left"), scenario.commitID("right"))
    #expect(found.map(\.hex) == expected.sorted())
    try await scenario.git("checkout", "--quiet", "--orphan", "unrelated")
    try await scenario.commit("unrelated")
    #expect(try await store.mergeBases(scenario.commitID("unrelated"), scenario.commitID("left")) == [])
    let missing = try scenario.known(CommitID(hex: nowhere))
    await #expect(throws: GitError.missingObject(nowhere)) { try await store.mergeBases(scenario.commitID("left"), missing) }
  }

  @Test(arguments: StoreKind.allCases) func anAncestorIsReachable(_ kind: StoreKind) async throws {
    let scenario = try await tangled()
    let store = try scenario.store(kind)
    for (a, b, expected) in [("main", "third", true), ("third", "main", false), ("left", "right", false), ("left", "left", true)] {
      #expect(try await store.isAncestor(scenario.commitID(a), of: scenario.commitID(b)) == expected, "\(a) of \(b)")
    }
  }

  @Test(arguments: StoreKind.allCases, ["HEAD:deep/file", "HEAD:deep", "HEAD^{tree}", "HEAD~", "HEAD"])
  func aTipIsIncompleteWithoutAnyOneOfItsObjects(_ kind: StoreKind, _ object: String) async throws {
    let scenario = try await Scenario()
    try scenario.write("old/file", "old\n")
    let base = try await scenario.commit("base")
    try scenario.write("other", "1\n")
    try await scenario.commit("one")
    try scenario.write("deep/file", "new\n")
    try await scenario.commit("two")
    let tip = try await scenario.commitID("HEAD")
    let known = [try scenario.known(CommitID(hex: base))]
    let store = try scenario.store(kind)
    #expect(try await store.isComplete(tip, beyond: known))
    let id = try await scenario.id(of: object)
    try scenario.remove(".git/objects/\(id.prefix(2))/\(id.dropFirst(2))")
    // What the store has read before does not count.
    #expect(try await store.isComplete(tip, beyond: known) == false)
  }

  @Test(arguments: StoreKind.allCases) func whatThePowerCutLeftEmptyIsNotThere(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    try scenario.write("file", "new\n")
    try await scenario.commit("one")
    let id = try await scenario.id(of: "HEAD:file")
    try scenario.remove(".git/objects/\(id.prefix(2))/\(id.dropFirst(2))")
    try scenario.write(".git/objects/\(id.prefix(2))/\(id.dropFirst(2))", "")
    #expect(try await scenario.store(kind).isComplete(scenario.commitID("HEAD"), beyond: []) == false)
  }

  @Test(arguments: StoreKind.allCases) func whatIsMissingBehindTheKnownDoesNotMatter(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    try scenario.write("old", "old\n")
    let base = try await scenario.commit("base")
    try scenario.write("old", "new\n")
    try await scenario.commit("one")
    let id = try await scenario.id(of: "HEAD~:old")
    try scenario.remove(".git/objects/\(id.prefix(2))/\(id.dropFirst(2))")
    let known = [try scenario.known(CommitID(hex: base)), try scenario.known(CommitID(hex: nowhere))]
    #expect(try await scenario.store(kind).isComplete(scenario.commitID("HEAD"), beyond: known))
  }
}
