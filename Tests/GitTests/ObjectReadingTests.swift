import Git
import Platform
import Support
import Testing

@Suite struct ObjectReadingTests {
  @Test(arguments: StoreKind.allCases) func aCommitIsReadAsGitPrintsIt(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    try scenario.write("a", "1\n")
    let first = try await scenario.commit("First\n\nWith a body.")
    try await scenario.commit("Second")
    let commit = try await scenario.store(kind).commit(scenario.commitID("HEAD"))
    #expect(try await commit.tree == scenario.treeID("HEAD"))
    #expect(commit.parents.map(\.hex) == [first])
    #expect(String(decoding: commit.author, as: UTF8.self) == "Tess Ter <tess@example.org> 1800000002 +0000")
    #expect(commit.subject == "Second")
    let raw = try await scenario.tryGit(["cat-file", "commit", "HEAD"]).output
    #expect(commit.serialized == raw)
  }

  @Test(arguments: StoreKind.allCases) func anObjectThatIsNotThereIsMissing(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    try scenario.write("a", "1\n")
    try await scenario.commit("First")
    let store = try scenario.store(kind)
    let commit = try scenario.known(CommitID(hex: nowhere))
    await #expect(throws: GitError.missingObject(nowhere)) { try await store.commit(commit) }
    await #expect(throws: GitError.missingObject(nowhere)) { try await store.blob(commit.of()) }
    await #expect(throws: GitError.missingObject(nowhere)) { try await store.entries(of: commit.of()) }
    await #expect(throws: GitError.missingObject(nowhere)) { try await store.commits(reachableFrom: commit, excluding: []) }
    let blob = try await scenario.blobID("HEAD:a")
    await #expect(throws: GitError.missingObject(blob.hex), "a blob is no commit") { try await store.commit(blob.of()) }
  }

  @Test(arguments: StoreKind.allCases) func entriesAreFoundByPath(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    try scenario.write("dir/sub/file", "1\n", permissions: 0o755)
    try scenario.write("dir/*.txt", "star\n")
    try scenario.write("dir/a.txt", "a\n")
    try scenario.link("link", to: "dir")
    try await scenario.commit("First")
    let store = try scenario.store(kind)
    let tree = try await scenario.treeID("HEAD")
    let file = try await store.entry("dir/sub/file", in: tree)
    #expect(file?.mode == .executable)
    #expect(try await file?.id.hex == scenario.id(of: "HEAD:dir/sub/file"))
    #expect(try await store.entry("dir", in: tree)?.mode == .tree)
    #expect(try await store.entry("link", in: tree)?.mode == .symbolicLink)
    #expect(try await store.entry(.root, in: tree) == TreeEntry(mode: .tree, id: tree.of()))
    #expect(try await store.entry("dir/*.txt", in: tree)?.id.hex == scenario.id(of: "HEAD:dir/*.txt"))
    #expect(try await store.entry("dir/none", in: tree) == nil)
    #expect(try await store.entry("link/sub", in: tree) == nil)
    #expect(try await store.entry("dir/sub/file/below", in: tree) == nil)
    #expect(try await store.entries(of: tree).map { String(decoding: $0.name, as: UTF8.self) } == ["dir", "link"])
  }

  @Test(arguments: StoreKind.allCases) func aBlobMayBeEmptyOrBinary(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    let content = (0...255).map { UInt8($0) } + bytes("\n\n")
    try scenario.write(bytes("binary"), content)
    try scenario.write("empty", "")
    try await scenario.commit("First")
    let store = try scenario.store(kind)
    #expect(try await store.blob(scenario.blobID("HEAD:binary")) == content)
    #expect(try await store.blob(scenario.blobID("HEAD:empty")) == [])
  }

  @Test(arguments: StoreKind.allCases) func filesAreFoundByName(_ kind: StoreKind) async throws {
    let scenario = try await Scenario()
    for path in [".gitattributes", "a/b/.gitattributes", "a/b/other", "c/.gitattributes/no", "d/x.gitattributes"] {
      try scenario.write(path, "* text\n")
    }
    try await scenario.commit("First")
    let store = try scenario.store(kind)
    let found = try await store.files(named: bytes(".gitattributes"), in: scenario.treeID("HEAD"))
    #expect(found.map(\.path).sorted() == [".gitattributes", "a/b/.gitattributes"])
    let again = try await store.files(named: bytes(".gitattributes"), in: scenario.treeID("HEAD"))
    #expect(again == found)
  }
}
