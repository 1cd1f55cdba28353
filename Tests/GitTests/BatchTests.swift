import Platform
import Support
import Testing

@testable import Git

/// Objects that are made durable together.
@Suite struct BatchTests {
  @Test(arguments: [1, 20, 400]) func objectsOfABatchAreSeenAtOnceAndAreGitsOwnAfterIt(_ count: Int) async throws {
    let scenario = try await Scenario()
    let start = try #require(CommitID(hex: try await scenario.commit("one")))
    let store = try LibGit2Store(gitFolder: scenario.gitFolder)
    try store.beginBatch()
    var tip = start
    for number in 1...count {
      let before = try store.commit(tip)
      let blob = try store.writeBlob(Array(repeating: UInt8(truncatingIfNeeded: number), count: number * number % 70_000))
      let path = TreePath(bytes: Array("folder \(number % 7)/file \(number)".utf8))
      let tree = try await store.writeTree(before.tree, replacing: [(path, TreeEntry(mode: .file, id: blob.of()))])
      tip = try store.writeCommit(
        CommitObject(
          tree: tree, parents: [tip], author: before.author, committer: before.committer, message: Array("\(number)\n".utf8)))
      #expect(try store.entry(path, in: tree)?.id == blob.of())
    }
    #expect(try await scenario.tryGit(["cat-file", "-e", tip.hex]).status != 0, "nothing is on the disk before the end")
    try store.endBatch()
    #expect(try await scenario.git("rev-list", "--count", "\(start)..\(tip)") == "\(count)")
    try await scenario.git("update-ref", "refs/heads/made", tip.hex)
    try await scenario.git("fsck", "--full", "--strict")
    #expect(try store.commits(reachableFrom: tip, excluding: [start]).count == count)
    #expect(try store.isComplete(tip, beyond: [start]))
    let packs = try Folder.names(in: scenario.gitFolder.appending("objects/pack")).filter { $0.suffix(5).elementsEqual(".pack".utf8) }
    #expect(packs.count == (count > 25 ? 1 : 0))
    for pack in packs {
      let file = scenario.gitFolder.appending("objects/pack").appending(bytes: pack)
      let index = FilePath(String(file.string.dropLast(5)) + ".idx")
      let gits = scenario.root.path.appending("git.idx")
      try await scenario.git("index-pack", "-o", gits.string, file.string)
      #expect(try File.read(index) == File.read(gits), "the index is git's own to the byte")
    }
  }

  @Test func aCommitThatWasWrittenAnewIsLeftOut() async throws {
    let scenario = try await Scenario()
    let start = try #require(CommitID(hex: try await scenario.commit("one")))
    let store = try LibGit2Store(gitFolder: scenario.gitFolder)
    let first = try store.commit(start)
    func commit(_ message: String) throws -> CommitID {
      try store.writeCommit(
        CommitObject(
          tree: first.tree, parents: [start], author: first.author, committer: first.committer, message: Array(message.utf8)))
    }
    try store.beginBatch()
    let kept = try commit("kept\n")
    let dropped = try commit("dropped\n")
    try store.discard(dropped)
    let again = try commit("again\n")
    try store.discard(again)
    #expect(try commit("again\n") == again)
    try store.endBatch()
    #expect(try await scenario.tryGit(["cat-file", "-e", kept.hex]).status == 0)
    #expect(try await scenario.tryGit(["cat-file", "-e", dropped.hex]).status != 0)
    #expect(try await scenario.tryGit(["cat-file", "-e", again.hex]).status == 0)
  }

  @Test func afterABatchObjectsAreWrittenAtOnceAgain() async throws {
    let scenario = try await Scenario()
    try await scenario.commit("one")
    let store = try LibGit2Store(gitFolder: scenario.gitFolder)
    try store.beginBatch()
    let first = try store.writeBlob(Array("first".utf8))
    try store.flush()
    #expect(try await scenario.git("cat-file", "blob", first.hex) == "first")
    let second = try store.writeBlob(Array("second".utf8))
    try store.endBatch()
    let third = try store.writeBlob(Array("third".utf8))
    #expect(try await scenario.git("cat-file", "blob", second.hex) == "second")
    #expect(try await scenario.git("cat-file", "blob", third.hex) == "third")
  }

  @Test(arguments: [0, 1, 55, 56, 63, 64, 65, 1000]) func theChecksumIsGits(_ count: Int) async throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let scenario = try await Scenario()
    let told = try await scenario.git(["hash-object", "--stdin"], input: bytes)
    let digest = SHA1.digest(of: Array("blob \(count)\0".utf8) + bytes)
    #expect(digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == told)
  }
}
