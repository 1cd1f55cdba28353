import Platform
import Support
import Testing

@testable import Git

/// A move between two commits of which git is shown only what differs, with the same git shown everything as the judge.
@Suite struct IndexExcerptTests {
  private let scenario: Scenario
  private var index: FilePath { scenario.gitFolder.appending("index") }
  private var place: IndexExcerpt.Place { IndexExcerpt.Place(scenario.gitFolder.appending("excerpt")) }

  init() async throws { scenario = try await Scenario() }

  private func excerpt(_ old: String, _ new: String) async throws -> IndexExcerpt? {
    let changes = try await scenario.store(.libgit2).changes(from: scenario.treeID(old), to: scenario.treeID(new))
    return IndexExcerpt(of: try #require(IndexFile(index, .sha1)), changes: changes)
  }

  /// - Returns: git's complaint, nil where it had none.
  private func move(_ excerpt: IndexExcerpt) async throws -> String? {
    try excerpt.write(to: place)
    defer { try? place.remove() }
    let variables = try #require(place.variables)
    let answer = try await scenario.run("git", excerpt.command, setting: variables)
    if answer.status != 0 { return answer.error }
    let written = try FileStatus.of(place.index)
    try excerpt.finish(in: place, index: index, through: scenario.gitFolder.appending("index.new"))
    // What the user changes after git has looked must not seem older than the index.
    let finished = try FileStatus.of(index)
    #expect(finished?.modifiedAt == written?.modifiedAt)
    #expect(finished?.permissions == written?.permissions)
    return nil
  }

  /// Index, files and folders, and what git makes of them.
  private func state() async throws -> [String] {
    let folders = try await scenario.run("find", [".", "-path", "./.git", "-prune", "-o", "-type", "d", "-print"]).output
    return [
      try await scenario.git("ls-files", "--stage", "-v"), try await scenario.git("diff-files", "--raw"),
      try await scenario.git("ls-files", "--others"), try await scenario.git("write-tree"),
      String(decoding: folders, as: UTF8.self).split(separator: "\n").sorted().joined(separator: "\n"),
    ]
  }

  private func commit(_ tree: ThreeWayCase.Tree) async throws -> String {
    for name in try Folder.names(in: scenario.path) where !name.elementsEqual(".git".utf8) {
      try Folder.removeTree(scenario.path.appending(bytes: name))
    }
    for (path, file) in tree {
      if file.mode == "120000" {
        try scenario.link(path, to: file.content)
      } else {
        try scenario.write(path, file.content, permissions: file.mode == "100755" ? 0o755 : 0o644)
      }
    }
    return try await scenario.commit("a tree")
  }

  @Test("whatever differs, index and work tree are as git makes them from the whole index", arguments: 0..<24)
  func equal(_ seed: Int) async throws {
    let test = ThreeWayCase(seed: UInt64(20_261_123 + seed))
    var old = test.base
    var new = test.theirs
    old["kept/.gitattributes"] = ThreeWayCase.File(mode: "100644", lines: ["*.txt text eol=crlf"])
    new["kept/.gitattributes"] = old["kept/.gitattributes"]
    new["kept/new.txt"] = ThreeWayCase.File(mode: "100644", lines: ["one", "two"])
    let from = try await commit(old)
    let to = try await commit(new)
    for start in [from, to] {
      let end = start == from ? to : from
      try await scenario.git("reset", "--hard", "--quiet", start)
      try await scenario.git("read-tree", "-m", "-u", start, end)
      let expected = try await state()
      try await scenario.git("reset", "--hard", "--quiet", start)
      // Only a file that becomes a folder, or the reverse, is git's alone.
      guard let excerpt = try await excerpt(start, end) else {
        let paths = Set(old.keys).union(new.keys)
        #expect(paths.contains { path in paths.contains { $0.hasPrefix(path + "/") } })
        continue
      }
      #expect(try await move(excerpt) == nil)
      #expect(try await state() == expected)
      #expect(try await scenario.git("write-tree") == scenario.git("rev-parse", end + "^{tree}"))
      try await scenario.git("update-ref", "--no-deref", "HEAD", end)
      #expect(try await scenario.git("status", "--porcelain") == "")
      // git believes no cached tree that is wrong: this makes it compare all of them.
      let check = try await scenario.run("git", ["checkout", "--quiet", "--detach", start], setting: ["GIT_TEST_CHECK_CACHE_TREE": "1"])
      #expect(check.status == 0, "\(check.error)")
    }
  }

  /// Two commits that differ in `f`, `gone` and `new/file`; the first is checked out.
  private func differing() async throws {
    for path in ["a/b/1", "a/b/2", "a/c", "f", "z"] { try scenario.write(path, "\(path)\n") }
    try scenario.write("gone", "gone\n")
    try await scenario.commit("one")
    try await scenario.branch("one")
    try scenario.write("f", "F\n")
    try scenario.write("new/file", "new\n")
    try scenario.remove("gone")
    try await scenario.commit("two")
    try await scenario.branch("two")
    try await scenario.git("checkout", "--quiet", "--detach", "one")
  }

  private func advance() async throws -> String? {
    let excerpt = try #require(try await excerpt("one", "two"))
    return try await move(excerpt)
  }

  @Test("what the user has changed elsewhere stays, staged or not")
  func changedElsewhere() async throws {
    try await differing()
    try scenario.write("a/c", "edited\n")
    try scenario.write("z", "staged\n")
    try scenario.write("untracked", "mine\n")
    try await scenario.git("add", "z")
    // Marked and no younger than the index: as young as that it would be git's alone.
    _ = try await scenario.run("touch", ["-d", "2026-01-01T00:00:00Z", "a/b/1"])
    try await scenario.git("update-index", "a/b/1")
    try await scenario.git("update-index", "--assume-unchanged", "a/b/1")
    #expect(try await advance() == nil)
    try await scenario.git("update-ref", "--no-deref", "HEAD", "two")
    #expect(try await scenario.git("status", "--porcelain") == " M a/c\nM  z\n?? untracked")
    #expect(try await scenario.git("ls-files", "-v", "a/b/1") == "h a/b/1")
    #expect(try scenario.read("new/file") == "new\n")
    #expect(try scenario.read("gone") == nil)
  }

  @Test("attributes are those of the index, whatever the user has made of the file")
  func attributes() async throws {
    try scenario.write("sub/.gitattributes", "*.txt text eol=crlf\n")
    try await scenario.commit("one")
    try await scenario.branch("one")
    try scenario.write("sub/new.txt", "a line\n")
    try await scenario.commit("two")
    try await scenario.branch("two")
    try await scenario.git("checkout", "--quiet", "--detach", "one")
    try scenario.write("sub/.gitattributes", "")
    try await scenario.git("read-tree", "-m", "-u", "one", "two")
    let expected = try scenario.read("sub/new.txt")
    try await scenario.git("reset", "--hard", "--quiet", "one")
    // No younger than the index, or it would be shown to git for that.
    _ = try await scenario.run("touch", ["-d", "2026-01-01T00:00:00Z", "sub/.gitattributes"])
    try await scenario.git("update-index", "--refresh")
    try scenario.write("sub/.gitattributes", "")
    #expect(try await advance() == nil)
    #expect(try scenario.read("sub/new.txt") == expected)
    #expect(expected == "a line\r\n")
    #expect(try scenario.read("sub/.gitattributes") == "")
  }

  @Test("what the user has staged above or below a path that is to come is left to git to judge", arguments: ["new", "new/file/deeper"])
  func stagedInTheWay(_ path: String) async throws {
    try await differing()
    try await scenario.git("update-index", "--add", "--cacheinfo", "100644,\(scenario.id(of: "one:z")),\(path)")
    #expect(try await excerpt("one", "two") == nil)
  }

  @Test("a changed file, and one that is in the way, make git refuse before it has written anything")
  func refused() async throws {
    for (path, text) in [("f", "mine\n"), ("gone", "mine\n"), ("new/file", "mine\n")] {
      try await differing()
      try scenario.write(path, text)
      let before = try await state()
      let complaint = try await advance()
      #expect(complaint?.contains(path) == true)
      #expect(try await state() == before)
      #expect(try scenario.read(path) == text)
      try Folder.removeTree(scenario.path)
      try Folder.create(scenario.path)
      try await scenario.git("init", "--quiet")
    }
  }

  /// A file `z` that the index has as it was before it changed, with neither size nor any time to tell by.
  ///
  /// - Parameters:
  ///   - file: when in one second it was last written, both times.
  ///   - index: when in the same second the index was.
  private func racy(file: String, index: String) async throws {
    try await differing()
    try await scenario.git("config", "core.trustctime", "false")
    let z = scenario.path.appending("z")
    func date(_ path: FilePath, _ part: String) async throws {
      #expect(try await scenario.run("touch", ["-d", "2026-01-01T00:00:00.\(part)Z", path.string]).status == 0)
    }
    try File.write(Array("1\n".utf8), to: z)
    try await date(z, file)
    try await scenario.git("add", "z")
    try File.write(Array("2\n".utf8), to: z)
    try await date(z, file)
    try await date(self.index, index)
  }

  @Test(
    "a file changed in the same second in which the index was written is seen, whatever the times say",
    arguments: [("0", "0"), ("1", "6"), ("6", "1")])
  func racy(_ file: String, _ index: String) async throws {
    try await racy(file: file, index: index)
    #expect(try await advance() == nil)
    let (later, earlier) = (try #require(try FileStatus.of(self.index)), try #require(try FileStatus.of(scenario.path.appending("z"))))
    #expect(later.modifiedAt.seconds > earlier.modifiedAt.seconds)
    #expect(try await scenario.git("diff", "--name-only") == "z")
  }

  @Test("one that is marked as well is left to git")
  func racyAndMarked() async throws {
    try await racy(file: "1", index: "6")
    try await scenario.git("update-index", "--assume-unchanged", "z")
    _ = try await scenario.run("touch", ["-d", "2026-01-01T00:00:00.6Z", index.string])
    #expect(try await excerpt("one", "two") == nil)
  }

  @Test("an index whose cached trees make no sense is left to git")
  func brokenTrees() async throws {
    try await differing()
    var bytes = try #require(try File.read(index))
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: "TREE".utf8) })
    // The number of its entries follows the root's name, which is empty.
    bytes[place + 9] = UInt8(ascii: "x")
    try File.write(bytes, to: index)
    #expect(try await excerpt("one", "two") == nil)
  }

  @Test("the index may be read by whom git would let read it", arguments: ["group", "all", "false"])
  func permissions(_ shared: String) async throws {
    try await differing()
    try await scenario.git("config", "core.sharedRepository", shared)
    #expect(chmod(index.string, 0o600) == 0)
    #expect(try await advance() == nil)
    let ours = try FileStatus.of(index)?.permissions
    try await scenario.git("read-tree", "-m", "-u", "two", "one")
    #expect(try FileStatus.of(index)?.permissions == ours)
  }

  @Test(
    "a setting that the whole index does not follow yet changes nothing",
    arguments: [
      ["core.splitIndex", "true"], ["core.untrackedCache", "true"], ["index.version", "4"], ["index.threads", "true"],
      ["feature.manyFiles", "true"],
    ])
  func settings(_ setting: [String]) async throws {
    try await differing()
    try await scenario.git(["config"] + setting)
    #expect(try await advance() == nil)
    try await scenario.git("update-ref", "--no-deref", "HEAD", "two")
    #expect(try await scenario.git("status", "--porcelain") == "")
    #expect(try await scenario.git("write-tree") == scenario.git("rev-parse", "two^{tree}"))
  }

  @Test("an index that only git can write is left to git")
  func foreign() async throws {
    try await differing()
    for (arguments, back) in [
      (["update-index", "--index-version", "4"], ["update-index", "--index-version", "2"]),
      (["update-index", "--skip-worktree", "a/c"], ["update-index", "--no-skip-worktree", "a/c"]),
      (["update-index", "--untracked-cache"], ["update-index", "--no-untracked-cache"]),
      (["update-index", "--split-index"], ["update-index", "--no-split-index"]),
      (["update-index", "--assume-unchanged", "f"], ["update-index", "--no-assume-unchanged", "f"]),
      (["rm", "--quiet", "--cached", "gone"], ["reset", "--quiet", "--hard"]),
    ] {
      try await scenario.git(arguments)
      if arguments.contains("--untracked-cache") { try await scenario.git("status") }
      #expect(try await excerpt("one", "two") == nil, "\(arguments)")
      try await scenario.git(back)
      #expect(try await excerpt("one", "two") != nil, "\(back)")
    }
  }
}
