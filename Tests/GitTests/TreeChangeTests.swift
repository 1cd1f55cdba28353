import Git
import Platform
import Support
import Testing

@Suite struct TreeChangeTests {
  /// What `git diff-tree` says, in our words.
  private func oracle(_ scenario: Scenario, _ old: String, _ new: String) async throws -> [String] {
    let output = try await scenario.tryGit(["diff-tree", "-r", "--raw", "--no-renames", "--no-abbrev", "-z", old, new]).output
    let fields = output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    return stride(from: 0, to: fields.count, by: 2).map { "\(fields[$0].dropFirst().dropLast(2)) \(fields[$0 + 1])" }.sorted()
  }

  private func words(_ changes: [TreeChange]) -> [String] {
    let none = String(repeating: "0", count: 40)
    return changes.map { change in
      let modes = [change.old, change.new].map { $0?.mode.octal ?? "000000" }
      let ids = [change.old, change.new].map { $0?.id.hex ?? none }
      return (modes + ids + [String(decoding: change.path.bytes, as: UTF8.self)]).joined(separator: " ")
    }.sorted()
  }

  @Test(arguments: StoreKind.allCases) func changesAreThoseOfDiffTree(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    for path in ["same/deep/file", "edited", "removed/a", "removed/b", "mode", "x", "x.txt", "folder/in/it", "zz"] {
      try scenario.write(path, "\(path)\n")
    }
    try scenario.link("link", to: "one")
    try await scenario.commit("First")
    try scenario.write("edited", "other\n")
    try scenario.remove("removed")
    try scenario.write("mode", "mode\n", permissions: 0o755)
    try scenario.remove("x")
    try scenario.write("x/now/a/folder", "1\n")
    try scenario.remove("folder")
    try scenario.write("folder", "now a file\n")
    try scenario.link("link", to: "two")
    try scenario.write("added/deep/down", "1\n")
    try await scenario.commit("Second")
    let store = try scenario.store(kind)
    let changes = try await store.changes(from: scenario.treeID("HEAD~"), to: scenario.treeID("HEAD"))
    #expect(try await words(changes) == oracle(scenario, "HEAD~", "HEAD"))
    #expect(changes.map(\.path) == changes.map(\.path).sorted())
    #expect(changes.map(\.path).contains("folder/in/it"))
    let back = try await store.changes(from: scenario.treeID("HEAD"), to: scenario.treeID("HEAD~"))
    #expect(try await words(back) == oracle(scenario, "HEAD", "HEAD~"))
  }

  @Test(arguments: StoreKind.allCases) func nothingIsTheEmptyTree(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    try scenario.write("a/b", "1\n")
    try await scenario.commit("First")
    let store = try scenario.store(kind)
    let tree = try await scenario.treeID("HEAD")
    let entry = try await store.entry("a/b", in: tree)
    #expect(try await store.changes(from: nil, to: tree) == [TreeChange(path: "a/b", old: nil, new: entry)])
    #expect(try await store.changes(from: tree, to: nil) == [TreeChange(path: "a/b", old: entry, new: nil)])
    #expect(try await store.changes(from: tree, to: tree) == [])
    #expect(try await store.changes(from: nil, to: nil) == [])
  }

  @Test(arguments: StoreKind.allCases) func aMovedSubmoduleIsAChangeEvenWhereGitmodulesHidesIt(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    try scenario.write(".gitmodules", "[submodule \"s\"]\n\tpath = s\n\turl = ./s\n\tignore = all\n")
    let one = try await scenario.commit("First")
    try await scenario.git("update-index", "--add", "--cacheinfo", "160000,\(one),s")
    try await scenario.git("commit", "--quiet", "-m", "Submodule")
    let two = try await scenario.git("rev-parse", "HEAD")
    try await scenario.git("update-index", "--cacheinfo", "160000,\(two),s")
    try await scenario.git("commit", "--quiet", "-m", "Moved")
    let changes = try await scenario.store(kind).changes(from: scenario.treeID("HEAD~"), to: scenario.treeID("HEAD"))
    #expect(changes.map(\.path) == ["s"])
    #expect(changes.first?.old?.mode == .submodule && changes.first?.new?.id.hex == two)
  }

  @Test(arguments: StoreKind.allCases) func namesNeedNotBeUTF8(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    let name: [UInt8] = [0x66, 0xe9, 0x0a, 0x22, 0x2f, 0xff]
    try scenario.write(name, bytes("1\n"))
    try await scenario.commit("First")
    let store = try scenario.store(kind)
    let tree = try await scenario.treeID("HEAD")
    let changes = try await store.changes(from: nil, to: tree)
    #expect(changes.map(\.path) == [TreePath(bytes: name)])
    #expect(try await store.entry(TreePath(bytes: name), in: tree) == changes.first?.new)
    let written = try await store.writeTree(nil, replacing: changes.map { ($0.path, $0.new) })
    #expect(written == tree)
  }
}
