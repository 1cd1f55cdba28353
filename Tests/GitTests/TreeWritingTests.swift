import Git
import Platform
import Support
import Testing

@Suite struct TreeWritingTests {
  @Test(arguments: StoreKind.allCases) func pathsAreSetAndRemovedAndFoldersFollow(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    for path in ["keep/a", "keep/b", "gone/only", "a.b/c", "a/c", "file"] { try scenario.write(path, "\(path)\n") }
    try await scenario.commit("First")
    let store = try scenario.store(kind)
    let blob = try await store.writeBlob(bytes("new\n"))
    let entry = TreeEntry(mode: .file, id: blob.of())
    let edits: [(path: TreePath, entry: TreeEntry?)] = [
      ("keep/b", entry), ("gone/only", nil), ("new/deep/down", entry), ("file/now/below", entry),
      ("a", TreeEntry(mode: .executable, id: blob.of())),
      ("not/there", nil), ("keep/a/nothing/below/a/file", nil),
    ]
    let tree = try await store.writeTree(scenario.treeID("HEAD"), replacing: edits)

    try scenario.write("keep/b", "new\n")
    try scenario.remove("gone")
    try scenario.write("new/deep/down", "new\n")
    try scenario.remove("file")
    try scenario.write("file/now/below", "new\n")
    try scenario.remove("a")
    try scenario.write("a", "new\n", permissions: 0o755)
    try await scenario.commit("Second")
    #expect(try await tree == scenario.treeID("HEAD"))
    try await scenario.fsck()
  }

  @Test(arguments: StoreKind.allCases) func laterEditsWin(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    let store = try scenario.store(kind)
    let entry = TreeEntry(mode: .file, id: try await store.writeBlob(bytes("1\n")).of())
    let tree = try await store.writeTree(nil, replacing: [("a/b", entry), ("a", nil), ("a/c", entry)])
    #expect(try await scenario.git("ls-tree", "-r", "--name-only", tree.hex) == "a/c")
  }

  @Test(arguments: StoreKind.allCases) func nothingLeftIsTheEmptyTree(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    try scenario.write("a/b", "1\n")
    try await scenario.commit("First")
    let tree = try await scenario.store(kind).writeTree(scenario.treeID("HEAD"), replacing: [("a/b", nil)])
    #expect(tree == ObjectFormat.sha1.emptyTree)
    #expect(try await scenario.git("cat-file", "-t", tree.hex) == "tree")
  }

  @Test func bothStoresWriteTheSameIds() async throws {
    let scenario = try await Scenario()
    try scenario.write("a", "1\n")
    try await scenario.commit("First")
    let parent = try await scenario.commitID("HEAD")
    var ids: [[String]] = []
    for kind in StoreKind.allCases {
      let store = try scenario.store(kind)
      let blob = try await store.writeBlob(bytes("über\n") + [0, 255])
      let tree = try await store.writeTree(scenario.treeID("HEAD"), replacing: [("b/c", TreeEntry(mode: .file, id: blob.of()))])
      let commit = CommitObject(
        tree: tree, parents: [parent], author: [0xe9] + bytes(" <a@b> 1 +0100"), committer: bytes("C <c@d> 2 -0230"),
        encoding: bytes("ISO-8859-1"), message: [0xe9, 0x0a])
      let id = try await store.writeCommit(commit)
      #expect(try await store.commit(id) == commit)
      ids.append([blob.hex, tree.hex, id.hex])
    }
    #expect(ids[0] == ids[1])
    #expect(try await scenario.git("hash-object", "--stdin", input: "") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
    try await scenario.fsck()
  }
}
