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

  /// Ways in which a work tree comes to differ from its index, and what git is to be asked about then.
  static let differences: [(change: String, unsettled: [String])] = [
    ("true", []),
    ("rm b/c.d", ["b/c.d"]),
    ("rm -r b/c", ["b/c"]),
    ("rm -r b", ["b"]),
    ("echo x > new; mkdir -p b/new/deep; echo x > b/new/deep/file; echo x > b/c/new", ["b/c/new", "b/new", "new"]),
    ("echo x > b/c/new; rm b/c/d", ["b/c/d", "b/c/new"]),
    ("mkdir -p z/\u{e4}/build; echo x > z/\u{e4}/build/x.log; echo x > y.log", ["y.log", "z/\u{e4}/build"]),
    ("mkdir empty", ["empty"]),
    ("mv b moved; ln -s moved b", ["b", "moved"]),
    ("rm a; mkdir a; echo x > a/b", ["a"]),
    ("rm -r b; echo x > b", ["b"]),
    ("rm a; ln -s a0 a", ["a"]),
    ("chmod +x a0", ["a0"]),
    ("chmod -x z/\u{e4}/run", ["z/\u{e4}/run"]),
    ("cp -p a.txt ../copy; printf 'CONTENT of a.txt\n' > a.txt; touch -r ../copy a.txt", ["a.txt"]),
    ("echo x >> none", ["none"]),
    ("touch b/c/e", ["b/c/e"]),
  ]

  /// A checkout whose files are older than its index, which has rules of what to ignore and an empty file too.
  private func settled(version: Int) async throws -> Scenario {
    let scenario = try await scenario(version: version)
    #expect(chmod(scenario.path.appending("z/\u{e4}/run").string, 0o755) == 0)
    try scenario.write("none", "")
    try scenario.write(".gitignore", "*.log\nbuild/\n")
    try await scenario.commit("two")
    for path in try await scenario.git("ls-files", "-z").split(separator: "\0") {
      var times = [timespec](repeating: timespec(tv_sec: 1_700_000_000, tv_nsec: 5), count: 2)
      #expect(utimensat(AT_FDCWD, scenario.path.appending(String(path)).string, &times, 0) == 0)
    }
    try await scenario.git("update-index", "--refresh")
    return scenario
  }

  /// What git is not asked about is as it would say: asked about those paths alone it says what it says of all.
  @Test(arguments: differences.indices) func gitIsAskedOnlyAboutWhatMayDiffer(_ number: Int) async throws {
    let (change, unsettled) = Self.differences[number]
    let scenario = try await settled(version: number.isMultiple(of: 2) ? 2 : 4)
    #expect(try await scenario.run("/bin/sh", ["-c", change]).status == 0)
    let found = try #require(read(scenario).unsettled(in: scenario.path, atMost: 10)).compactMap(\.text).sorted()
    #expect(found == unsettled)
    let status = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignored=matching", "--no-renames"]
    let all = try await scenario.git(status)
    if found.isEmpty {
      #expect(all == "")
    } else {
      #expect(try await scenario.git(["--literal-pathspecs"] + status + ["--"] + found) == all)
    }
  }

  @Test(arguments: ["update-index --assume-unchanged a", "update-index --skip-worktree a", "update-index --split-index", "init b"])
  func whatOnlyGitCanJudgeIsLeftToIt(_ command: String) async throws {
    let scenario = try await settled(version: 2)
    #expect(try read(scenario).unsettled(in: scenario.path, atMost: 0) == [])
    try await scenario.git(command.split(separator: " ").map(String.init))
    #expect(try read(scenario).unsettled(in: scenario.path, atMost: 10) == nil)
  }

  @Test func whatIsAsYoungAsTheIndexIsLeftToGit() async throws {
    let scenario = try await settled(version: 2)
    var times = [timespec](repeating: timespec(tv_sec: 1_700_000_000, tv_nsec: 5), count: 2)
    #expect(utimensat(AT_FDCWD, scenario.gitFolder.appending("index").string, &times, 0) == 0)
    #expect(try read(scenario).unsettled(in: scenario.path, atMost: 11)?.count == 11)
    #expect(try read(scenario).unsettled(in: scenario.path, atMost: 10) == nil, "too many for a command line")
  }
}
