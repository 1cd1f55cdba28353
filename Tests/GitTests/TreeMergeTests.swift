import Git
import Platform
import Support
import Testing

/// The rules of the tree-level merge, one by one.
@Suite struct TreeMergeTests {
  /// Three trees from lists of `path` or `path=content`; the content is the path where none is said.
  private func merge(
    _ kind: StoreKind = .libgit2, base: [String], ours: [String], theirs: [String]
  ) async throws -> (merge: TreeMerge, listing: [String]?) {
    let scenario = try await Scenario()
    let store = try scenario.store(kind)
    func tree(_ files: [String]) async throws -> TreeID {
      var edits: [(path: TreePath, entry: TreeEntry?)] = []
      for file in files {
        let parts = file.split(separator: "=")
        let blob = try await store.writeBlob(bytes(String(parts[parts.count - 1])))
        edits.append((TreePath(parts[0]), TreeEntry(mode: .file, id: blob.of())))
      }
      return try await store.writeTree(nil, replacing: edits)
    }
    let merge = try await store.mergeTrees(base: tree(base), ours: tree(ours), theirs: tree(theirs))
    guard case .merged(let id) = merge else { return (merge, nil) }
    try await scenario.fsck()
    var listing: [String] = []
    for change in try await store.changes(from: nil, to: id) {
      let blob = try await store.blob(try scenario.known(change.new).id.of())
      let content = String(decoding: blob, as: UTF8.self)
      listing.append(change.path.description == content ? content : "\(change.path)=\(content)")
    }
    return (merge, listing)
  }

  @Test func changesInDifferentPlacesMerge() async throws {
    let found = try await merge(
      base: ["a/x", "a/y", "b/deep/f", "gone/f", "top"], ours: ["a/x=ours", "a/y", "b/deep/f", "gone/f", "top", "a/new"],
      theirs: ["a/x", "a/y=theirs", "b/deep/f=theirs", "top", "a.b", "a-b/c", "z"])
    #expect(found.listing == ["a-b/c", "a.b", "a/new", "a/x=ours", "a/y=theirs", "b/deep/f=theirs", "top", "z"])
  }

  @Test func aFileMayBecomeAFolderAndAFolderAFile() async throws {
    let found = try await merge(
      base: ["f", "g/in", "g.txt", "x"], ours: ["f", "g/in", "g.txt", "x=ours"], theirs: ["f/now/below", "g", "g.txt", "x"])
    #expect(found.listing == ["f/now/below", "g", "g.txt", "x=ours"])
  }

  @Test func theSameChangeOfAFileIsFine() async throws {
    let found = try await merge(base: ["f", "x"], ours: ["f=2", "x", "new", "o"], theirs: ["f=2", "x", "new", "t"])
    #expect(found.listing == ["f=2", "new", "o", "t", "x"])
  }

  @Test(arguments: StoreKind.allCases) func whereOneSideChangedNothingTheOtherIsTheAnswer(_ kind: StoreKind) async throws {
    #expect(try await merge(kind, base: ["f"], ours: ["f"], theirs: ["f=2", "g"]).listing == ["f=2", "g"])
    #expect(try await merge(kind, base: ["f"], ours: ["f=2"], theirs: ["f"]).listing == ["f=2"])
    #expect(try await merge(kind, base: ["f"], ours: ["d/f"], theirs: ["d/f"]).listing == ["d/f"])
  }

  @Test(arguments: [
    ("both changed the file", ["f"], ["f=ours"], ["f=theirs"]),
    ("both added it", ["x"], ["x", "f=ours"], ["x", "f=theirs"]),
    ("ours deleted what theirs changed", ["f", "x"], ["x"], ["f=theirs", "x"]),
    ("theirs deleted what ours changed", ["f", "x"], ["f=ours", "x"], ["x"]),
    ("both deleted it: each may have moved it elsewhere", ["f", "x"], ["x", "o"], ["x", "t"]),
    ("both changed a folder alike: a file may have left it for two places", ["d/f", "d/g", "x"], ["d/g", "x", "o"], ["d/g", "x", "t"]),
    ("both put the same file in a folder's place", ["d/f", "x"], ["d", "x", "o"], ["d", "x", "t"]),
    ("ours may have renamed the folder that theirs adds to", ["d/f", "x"], ["e/f=d/f", "x"], ["d/f", "d/new", "x"]),
    ("the folder is left without entries", ["d/a", "d/b", "x"], ["d/b", "x"], ["d/a", "x"]),
    ("a file against a folder", ["x"], ["x", "f"], ["x", "f/in"]),
    ("a folder against a file", ["x"], ["x", "f/in"], ["x", "f"]),
  ]) func anOverlapIsGitsToJudge(_ what: String, _ base: [String], _ ours: [String], _ theirs: [String]) async throws {
    #expect(try await merge(base: base, ours: ours, theirs: theirs).merge == .overlap, "\(what)")
  }
}
