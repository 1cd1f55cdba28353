import Platform
import Support
import Testing

@testable import Git

/// The index read from its file, with `git ls-files` and `git diff` as the judges.
@Suite struct IndexFileTests {
  private func scenario(version: Int) async throws -> Scenario {
    let scenario = try await Scenario()
    for path in ["a", "a-b", "a.txt", "a0", "b/c/d", "b/c/e", "b.c", "b/c.d", "z/\u{e4}/run"] {
      try scenario.write(path, "content of \(path)\n")
    }
    try await scenario.commit("one")
    try await scenario.git("update-index", "--chmod=+x", "z/\u{e4}/run")
    try await scenario.git("update-index", "--index-version", "\(version)")
    return scenario
  }

  private func read(_ scenario: Scenario) throws -> IndexFile {
    try #require(IndexFile(scenario.gitFolder.appending("index"), .sha1))
  }

  @Test(arguments: [2, 4]) func everyEntryIsAsGitListsIt(_ version: Int) async throws {
    let scenario = try await scenario(version: version)
    try await scenario.git("update-index", "--assume-unchanged", "a-b")
    try await scenario.git("update-index", "--skip-worktree", "b/c/e")
    let index = try read(scenario)
    #expect(index.isWhole)
    let told = try await scenario.git("ls-files", "-s", "-v", "-z").split(separator: "\0").map(String.init)
    let paths = told.map { TreePath($0.split(separator: "\t")[1]) }
    let found = index.entries(at: paths)
    let shown = found.map { entry in
      let tag = entry.isSkipped ? "S" : entry.isAssumedUnchanged ? "h" : "H"
      return "\(tag) \(entry.entry.mode.octal) \(entry.entry.id) 0\t\(entry.path.text ?? "")"
    }
    #expect(shown == told)
  }

  @Test(arguments: [2, 4]) func aPathMeansItselfAndWhatIsBelowIt(_ version: Int) async throws {
    let index = try read(try await scenario(version: version))
    func found(_ paths: String...) -> [String] { index.entries(at: paths.map { TreePath($0) }).compactMap(\.path.text) }
    #expect(found("a") == ["a"])
    #expect(found("b") == ["b/c.d", "b/c/d", "b/c/e"])
    #expect(found("b/c", "b/c/e", "nothing") == ["b/c/d", "b/c/e"])
    #expect(found("zz") == [])
    #expect(found() == [])
  }

  @Test func aConflictIsUnmerged() async throws {
    let scenario = try await Scenario()
    try scenario.write("f", "1\n")
    try await scenario.commit("base")
    try await scenario.checkout(new: "topic")
    try scenario.write("f", "topic\n")
    try await scenario.commit("topic")
    try await scenario.checkout("main")
    try scenario.write("f", "main\n")
    try await scenario.commit("main")
    _ = try await scenario.tryGit(["merge", "topic"])
    #expect(try read(scenario).entries(at: [TreePath("f")]).map(\.isUnmerged) == [true, true, true])
  }

  @Test func aSplitOrSparseIndexIsNotWhole() async throws {
    let scenario = try await scenario(version: 2)
    try await scenario.git("update-index", "--split-index")
    #expect(try !read(scenario).isWhole)
    try await scenario.git("update-index", "--no-split-index")
    #expect(try read(scenario).isWhole)
    try await scenario.git("sparse-checkout", "set", "--cone", "--sparse-index", "z")
    #expect(try !read(scenario).isWhole)
  }

  @Test func whatIsCutShortIsNotWhole() async throws {
    let scenario = try await scenario(version: 2)
    let path = scenario.gitFolder.appending("index")
    let bytes = try #require(try File.read(path))
    // The entries end where the first extension begins.
    let extensions = try #require(bytes.indices.first { bytes[$0...].starts(with: "TREE".utf8) })
    for count in stride(from: 0, to: extensions, by: 7) {
      try AtomicFile.write(Array(bytes.prefix(count)), to: path)
      #expect(try !read(scenario).isWhole, "\(count) bytes")
    }
  }

  @Test func ofAYoungFileTheBytesTell() async throws {
    let scenario = try await scenario(version: 2)
    let index = scenario.gitFolder.appending("index")
    let a = scenario.path.appending("a")
    func age(_ path: FilePath, by seconds: UInt32 = 0) throws {
      try File.setTime(FileStatus.Moment(seconds: 1_700_000_000 + seconds, nanoseconds: 5), of: path)
    }
    func isUnchanged() throws -> Bool {
      let file = try read(scenario)
      let entry = try #require(file.entries(at: [TreePath("a")]).first)
      #expect(!file.isCertainlyUnchanged(entry, in: scenario.path))
      return file.isUnchanged(entry, in: scenario.path)
    }
    try age(a)
    try await scenario.git("update-index", "a")
    try age(index)
    #expect(try isUnchanged())
    // As if the file had been another one when git noted its times: the entry gets another id.
    let bytes = try #require(try File.read(index))
    func id(_ path: String) async throws -> [UInt8] { try #require(AnyObjectID(hex: await scenario.id(of: ":\(path)"))).bytes }
    let (own, other) = try await (id("a"), id("b/c/d"))
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: own) })
    try File.write(bytes[..<place] + other + bytes[(place + other.count)...], to: index)
    try age(index)
    #expect(try !isUnchanged())
    try File.write(bytes, to: index)
    try age(index)
    try age(a, by: 1)
    #expect(try !isUnchanged(), "git has to note its new times first")
  }

  /// What is certain is never what git would call changed; what git calls changed is never certain.
  @Test func onlyWhatGitCallsUnchangedIsCertain() async throws {
    let scenario = try await scenario(version: 2)
    let index = scenario.gitFolder.appending("index")
    func age(_ path: FilePath, by seconds: Int) throws {
      var times = [timespec(tv_sec: 1_700_000_000 + seconds, tv_nsec: 5), timespec(tv_sec: 1_700_000_000 + seconds, tv_nsec: 5)]
      #expect(utimensat(AT_FDCWD, path.string, &times, 0) == 0)
    }
    for path in ["a", "b/c/d", "b/c/e", "a-b"] { try age(scenario.path.appending(path), by: 0) }
    _ = try await scenario.tryGit(["update-index", "--refresh"])
    try age(index, by: 10)
    func certain(_ path: String) throws -> Bool {
      let file = try read(scenario)
      let entry = try #require(file.entries(at: [TreePath(path)]).first)
      return file.isCertainlyUnchanged(entry, in: scenario.path)
    }
    #expect(try certain("a"))
    #expect(try certain("b/c/d"))
    // The same size and times, another content: only the time of change tells.
    try AtomicFile.write(Array("CONTENT of a\n".utf8), to: scenario.path.appending("a"))
    try age(scenario.path.appending("a"), by: 0)
    #expect(try !certain("a"))
    #expect(chmod(scenario.path.appending("a-b").string, 0o755) == 0)
    #expect(try !certain("a-b"))
    try age(index, by: 0)
    #expect(try !certain("b/c/e"), "as young as the index")
    try age(index, by: 10)
    // Through a link the file is the same one, but git has none there any more.
    try File.rename(scenario.path.appending("b"), to: scenario.path.appending("elsewhere"))
    #expect(symlink("elsewhere", scenario.path.appending("b").string) == 0)
    #expect(try !certain("b/c/d"))
    try File.remove(scenario.path.appending("b"))
    #expect(try !certain("b/c/d"))
  }
}
