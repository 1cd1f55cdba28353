import Git
import Platform
import Support
import Testing

/// Whose `.gitattributes` a merge obeys: those of the tip it lands on, and nobody else's.
@Suite struct MergeAttributesTests {
  /// Both sides append to `log/f`; with `merge=union` that is clean, without it a conflict.
  private func scenario(attributes: [String: String] = [:]) async throws -> Scenario {
    let scenario = try await Scenario()
    for (path, text) in attributes { try scenario.write(path, text) }
    try scenario.write("log/f", "1\n")
    try await scenario.commit("base")
    try await scenario.checkout(new: "theirs")
    try scenario.write("log/f", "1\ntheirs\n")
    try await scenario.commit("theirs")
    try await scenario.checkout("main")
    try scenario.write("log/f", "1\nours\n")
    try await scenario.commit("ours")
    return scenario
  }

  /// The merged file, or nil for a conflict.
  private func merge(_ scenario: Scenario, onto tip: String = "main") async throws -> String? {
    let ort = OrtMerge(git: scenario.command, scratch: scenario.root.path.appending("scratch"))
    let result = try await ort.merge(
      base: scenario.treeID("theirs~"), ours: scenario.treeID(tip), theirs: scenario.treeID("theirs"), store: scenario.store(.libgit2))
    guard case .clean(let tree) = result else { return nil }
    return try await scenario.show("\(tree):log/f")
  }

  @Test func theTipsAttributesApply() async throws {
    #expect(try await merge(scenario()) == nil)
    #expect(try await merge(scenario(attributes: [".gitattributes": "log/* merge=union\n"])) == "1\nours\ntheirs\n")
  }

  @Test func soDoThoseInItsFolders() async throws {
    let scenario = try await scenario(attributes: [".gitattributes": "log/* -merge\n", "log/.gitattributes": "f merge=union\n"])
    #expect(try await merge(scenario) == "1\nours\ntheirs\n")
  }

  @Test func theUsersUncommittedAttributesDoNot() async throws {
    let scenario = try await scenario()
    try scenario.write(".gitattributes", "* merge=union\n")
    #expect(try await merge(scenario) == nil)
    try await scenario.git("add", ".gitattributes")
    #expect(try await merge(scenario) == nil, "staged ones neither")
    let other = try await self.scenario(attributes: [".gitattributes": "* merge=union\n"])
    try other.write(".gitattributes", "* -merge\n")
    #expect(try await merge(other) == "1\nours\ntheirs\n")
    try other.remove(".gitattributes")
    #expect(try await merge(other) == "1\nours\ntheirs\n")
  }

  @Test func attributesThatOnlyTheirsHasDoNot() async throws {
    let scenario = try await scenario()
    try await scenario.checkout("theirs")
    try scenario.write(".gitattributes", "* merge=union\n")
    try await scenario.git("add", ".gitattributes")
    try await scenario.git("commit", "--quiet", "--amend", "--no-edit")
    #expect(try await merge(scenario) == nil)
  }

  @Test func theRepositorysOwnAttributesStillApply() async throws {
    let scenario = try await scenario()
    try scenario.write(".git/info/attributes", "log/* merge=union\n")
    #expect(try await merge(scenario) == "1\nours\ntheirs\n")
  }

  @Test func mergeDriversRun() async throws {
    let scenario = try await scenario(attributes: [".gitattributes": "log/* merge=mine\n"])
    try await scenario.git("config", "merge.mine.driver", "cat %B %A > %P.merged && mv %P.merged %A; echo driver >> %A")
    #expect(try await merge(scenario)?.hasSuffix("driver\n") == true)
  }

  @Test func anAttributesFileThatIsALinkIsIgnoredAsGitDoes() async throws {
    let scenario = try await Scenario()
    try scenario.write("real", "* merge=union\n")
    try scenario.link(".gitattributes", to: "real")
    try scenario.write("log/f", "1\n")
    try await scenario.commit("base")
    try await scenario.checkout(new: "theirs")
    try scenario.write("log/f", "1\ntheirs\n")
    try await scenario.commit("theirs")
    try await scenario.checkout("main")
    try scenario.write("log/f", "1\nours\n")
    try await scenario.commit("ours")
    #expect(try await merge(scenario) == nil)
  }

  @Test func whenTheTipChangesItsAttributesTheNextMergeObeys() async throws {
    let scenario = try await scenario()
    #expect(try await merge(scenario) == nil)
    try scenario.write("log/.gitattributes", "f merge=union\n")
    try await scenario.commit("attributes")
    #expect(try await merge(scenario) == "1\nours\ntheirs\n")
    #expect(try await merge(scenario, onto: "main~") == nil)
  }
}
