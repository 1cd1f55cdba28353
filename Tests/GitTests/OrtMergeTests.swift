import Git
import Platform
import Support
import Testing

@Suite struct OrtMergeTests {
  /// A history with a base and two sides, each made by a step of its own.
  private func merge(
    base: (Scenario) throws -> Void, ours: (Scenario) throws -> Void, theirs: (Scenario) throws -> Void, settings: [String: String] = [:],
    kind: StoreKind = .libgit2
  ) async throws -> (Scenario, MergeResult) {
    let scenario = try await Scenario()
    for (key, value) in settings { try await scenario.git("config", key, value) }
    try base(scenario)
    try await scenario.commit("base")
    try await scenario.checkout(new: "theirs")
    try theirs(scenario)
    try await scenario.commit("theirs")
    try await scenario.checkout("main")
    try ours(scenario)
    try await scenario.commit("ours")
    let ort = OrtMerge(git: scenario.command, scratch: scenario.root.path.appending("scratch"))
    let result = try await ort.merge(
      base: scenario.treeID("main~"), ours: scenario.treeID("main"), theirs: scenario.treeID("theirs"), store: scenario.store(kind))
    return (scenario, result)
  }

  private func conflict(_ result: MergeResult) throws -> MergeConflict {
    guard case .conflicted(let conflict) = result else { throw Scenario.Failure(description: "the merge is clean") }
    return conflict
  }

  private let lines = (1...12).map { "line \($0)\n" }

  private func text(_ changes: [Int: String] = [:]) -> String {
    lines.enumerated().map { changes[$0.offset + 1].map { $0 + "\n" } ?? $0.element }.joined()
  }

  @Test(arguments: StoreKind.allCases) func changesApartMergeAndTheTreeIsInTheRepository(_ kind: StoreKind) async throws {
    let (scenario, result) = try await merge(
      base: { try $0.write("f", text()) }, ours: { try $0.write("f", text([1: "ours"])) },
      theirs: { try $0.write("f", text([12: "theirs"])) }, kind: kind)
    guard case .clean(let tree) = result else { throw Scenario.Failure(description: "\(result)") }
    #expect(try await scenario.show("\(tree):f") == text([1: "ours", 12: "theirs"]))
    try await scenario.merge("theirs")
    #expect(try await scenario.treeID("HEAD") == tree)
  }

  @Test(arguments: StoreKind.allCases) func aContentConflictNamesPathStagesAndMarkers(_ kind: StoreKind) async throws {
    let (scenario, result) = try await merge(
      base: { try $0.write("dir/f", text()) }, ours: { try $0.write("dir/f", text([5: "ours"])) },
      theirs: { try $0.write("dir/f", text([5: "theirs"])) }, kind: kind)
    let conflict = try conflict(result)
    #expect(conflict.messages.map(\.type) == ["content"])
    #expect(conflict.messages.map(\.paths) == [["dir/f"]])
    #expect(conflict.messages.map(\.text) == ["CONFLICT (content): Merge conflict in dir/f"])
    let path = try #require(conflict.paths.first)
    #expect(try await path.base?.id.hex == scenario.id(of: "main~:dir/f"))
    #expect(try await path.ours?.id.hex == scenario.id(of: "main:dir/f"))
    #expect(try await path.theirs?.id.hex == scenario.id(of: "theirs:dir/f"))
    #expect(try await scenario.show("\(conflict.tree):dir/f").contains("\nours\n=======\ntheirs\n>>>>>>> "))
  }

  @Test func bothAddedTheSamePath() async throws {
    let (_, result) = try await merge(
      base: { try $0.write("f", "1\n") }, ours: { try $0.write("new", "ours\n") }, theirs: { try $0.write("new", "theirs\n") })
    let conflict = try conflict(result)
    #expect(conflict.messages.map(\.type) == ["add/add"])
    #expect(conflict.paths.map(\.path) == ["new"])
    #expect(conflict.paths[0].base == nil && conflict.paths[0].ours != nil && conflict.paths[0].theirs != nil)
  }

  @Test func oneSideChangedWhatTheOtherDeleted() async throws {
    let (_, result) = try await merge(
      base: { try $0.write("f", text()) }, ours: { try $0.remove("f") }, theirs: { try $0.write("f", text([1: "theirs"])) })
    let conflict = try conflict(result)
    #expect(conflict.messages.map(\.type) == ["modify/delete"])
    #expect(conflict.paths[0].ours == nil)
  }

  @Test func oneSideRenamedWhatTheOtherDeleted() async throws {
    let (_, result) = try await merge(
      base: { try $0.write("f", text()) }, ours: { try $0.remove("f") },
      theirs: {
        try $0.remove("f")
        try $0.write("g", text())
      })
    let conflict = try conflict(result)
    #expect(conflict.messages.map(\.type) == ["rename/delete"])
    #expect(conflict.messages[0].paths == ["g", "f"])
  }

  @Test func bothRenamedToDifferentPlaces() async throws {
    let (_, result) = try await merge(
      base: { try $0.write("f", text()) },
      ours: {
        try $0.remove("f")
        try $0.write("g", text())
      },
      theirs: {
        try $0.remove("f")
        try $0.write("h", text())
      })
    let conflict = try conflict(result)
    #expect(conflict.messages.map(\.type) == ["rename/rename"])
    #expect(conflict.paths.map(\.path) == ["f", "g", "h"])
  }

  @Test func aFileAddedToAFolderThatOursRenamed() async throws {
    func sides(_ settings: [String: String]) async throws -> (Scenario, MergeResult) {
      try await merge(
        base: {
          try $0.write("old/a", text())
          try $0.write("old/b", text([1: "b"]))
        },
        ours: {
          try $0.remove("old")
          try $0.write("new/a", text())
          try $0.write("new/b", text([1: "b"]))
        }, theirs: { try $0.write("old/c", "c\n") }, settings: settings)
    }
    let conflict = try conflict(try await sides([:]).1)
    #expect(conflict.messages.map(\.type) == ["file location"])
    let (scenario, followed) = try await sides(["merge.directoryRenames": "true"])
    guard case .clean(let tree) = followed else { throw Scenario.Failure(description: "the user's setting has no effect") }
    #expect(try await scenario.show("\(tree):new/c") == "c\n")
  }

  @Test func aBinaryFileThatBothChanged() async throws {
    let (_, result) = try await merge(
      base: { try $0.write(bytes("b"), [0, 1]) }, ours: { try $0.write(bytes("b"), [0, 2]) },
      theirs: { try $0.write(bytes("b"), [0, 3]) })
    let conflict = try conflict(result)
    #expect(conflict.messages.map(\.type) == ["binary", "content"])
    #expect(conflict.messages.allSatisfy { $0.paths == ["b"] })
  }

  @Test func aFileAgainstALink() async throws {
    let (_, result) = try await merge(
      base: { try $0.write("x", "1\n") }, ours: { try $0.write("f", "ours\n") }, theirs: { try $0.link("f", to: "x") })
    let conflict = try conflict(result)
    #expect(conflict.messages.map(\.type) == ["distinct types"])
  }

  @Test func aFileAgainstAFolder() async throws {
    let (_, result) = try await merge(
      base: { try $0.write("x", "1\n") }, ours: { try $0.write("f", "ours\n") }, theirs: { try $0.write("f/in", "theirs\n") })
    let conflict = try conflict(result)
    #expect(conflict.messages.map(\.type) == ["file/directory"])
  }

  @Test func aSubmoduleThatBothMoved() async throws {
    let scenario = try await Scenario()
    var ids: [String] = []
    for message in ["one", "two", "three"] { ids.append(try await scenario.commit(message)) }
    var trees: [TreeID] = []
    for id in ids {
      try await scenario.git("update-index", "--add", "--cacheinfo", "160000,\(id),sub")
      trees.append(try scenario.known(TreeID(hex: try await scenario.git("write-tree"))))
    }
    let ort = OrtMerge(git: scenario.command, scratch: scenario.root.path.appending("scratch"))
    let result = try await ort.merge(base: trees[0], ours: trees[1], theirs: trees[2], store: scenario.store(.libgit2))
    let conflict = try conflict(result)
    #expect(Set(conflict.messages.map(\.type)) == ["submodule"])
    #expect(conflict.paths.map(\.path) == ["sub"])
    #expect(conflict.paths[0].theirs?.mode == .submodule)
  }

  @Test func pathsInConflictNeedNotBeUTF8() async throws {
    let name: [UInt8] = [0x66, 0xff, 0x0a, 0x09]
    let (_, result) = try await merge(
      base: { try $0.write(name, bytes("1\n")) }, ours: { try $0.write(name, bytes("2\n")) }, theirs: { try $0.write(name, bytes("3\n")) })
    let conflict = try conflict(result)
    #expect(conflict.paths.map(\.path) == [TreePath(bytes: name)])
    #expect(conflict.messages[0].paths == [TreePath(bytes: name)])
  }

  @Test func neitherIndexNorWorkTreeNorReferencesAreTouched() async throws {
    let (scenario, _) = try await merge(
      base: { try $0.write("f", text()) }, ours: { try $0.write("f", text([1: "ours"])) },
      theirs: { try $0.write("f", text([12: "theirs"])) })
    try scenario.write("f", "uncommitted\n")
    // A merge that wanted the index would fail on its lock.
    try scenario.write(".git/index.lock", "")
    let index = try File.read(scenario.gitFolder.appending("index"))
    let references = try await scenario.git("for-each-ref")
    let ort = OrtMerge(git: scenario.command, scratch: scenario.root.path.appending("scratch"))
    _ = try await ort.merge(
      base: scenario.treeID("main~"), ours: scenario.treeID("main"), theirs: scenario.treeID("theirs"), store: scenario.store(.libgit2))
    #expect(try File.read(scenario.gitFolder.appending("index")) == index)
    #expect(try scenario.read("f") == "uncommitted\n")
    #expect(try await scenario.git("for-each-ref") == references)
  }
}
