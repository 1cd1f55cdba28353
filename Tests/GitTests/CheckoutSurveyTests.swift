import Platform
import Support
import Testing

@testable import Git

@Suite("A checkout beside its index") struct CheckoutSurveyTests {
  /// Ways in which a work tree comes to differ from its index, and what git is to be asked about then.
  static let differences: [(change: String, unsettled: [String])] = [
    ("true", []),
    ("rm b/c.d", ["b/c.d"]),
    ("rm -r b/c", ["b/c"]),
    ("rm b/c/d b/c/e", ["b/c/d", "b/c/e"]),
    ("rm -r b", ["b"]),
    ("echo x > new; mkdir -p b/new/deep; echo x > b/new/deep/file; echo x > b/c/new", ["b/c/new", "b/new", "new"]),
    ("echo x > b/c/new; rm b/c/d", ["b/c/d", "b/c/new"]),
    ("mkdir -p z/\u{e4}/build; echo x > z/\u{e4}/build/x.log; echo x > y.log", ["y.log", "z/\u{e4}/build"]),
    ("mkdir empty", ["empty"]),
    ("mkfifo b/pipe; rm b/c.d; mkfifo b/c.d", ["b/c.d", "b/pipe"]),
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
    let scenario = try await Scenario()
    for path in ["a", "a-b", "a.txt", "a0", "b/c/d", "b/c/e", "b.c", "b/c.d", "z/\u{e4}/run"] {
      try scenario.write(path, "content of \(path)\n")
    }
    try await scenario.git("update-index", "--index-version", "\(version)")
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

  private func survey(_ scenario: Scenario, atMost limit: Int, parts: Int? = nil) async throws -> CheckoutSurvey? {
    let index = try #require(IndexFile(scenario.gitFolder.appending("index"), .sha1))
    return await index.survey(of: scenario.path, atMost: limit, parts: parts)
  }

  /// What git is not asked about is as it would say: asked about those paths alone it says what it says of all.
  @Test(arguments: differences.indices) func gitIsAskedOnlyAboutWhatMayDiffer(_ number: Int) async throws {
    let (change, unsettled) = Self.differences[number]
    let scenario = try await settled(version: number.isMultiple(of: 2) ? 2 : 4)
    #expect(try await scenario.run("/bin/sh", ["-c", change]).status == 0)
    // Before git looks, which would note the times of what only looks changed.
    for parts in [1, 2, 3, 11] {
      let found = try #require(await survey(scenario, atMost: 10, parts: parts)).unsettled.compactMap(\.text)
      #expect(found == unsettled, "in \(parts) parts")
    }
    let status = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignored=matching", "--no-renames"]
    let all = try await scenario.git(status)
    if unsettled.isEmpty {
      #expect(all == "")
    } else {
      #expect(try await scenario.git(["--literal-pathspecs"] + status + ["--"] + unsettled) == all)
    }
  }

  @Test(arguments: [1, 3]) func everyFolderOfTheIndexIsNamedOnceWithItsTime(_ parts: Int) async throws {
    let scenario = try await settled(version: 2)
    #expect(try await scenario.run("/bin/sh", ["-c", "rm -r z; mkdir -p new/empty"]).status == 0)
    let folders = try #require(await survey(scenario, atMost: 10, parts: parts)).folders
    let top = scenario.path
    #expect(Set(folders.map(\.path.string)) == Set([top, top.appending("b"), top.appending("b/c")].map(\.string)))
    #expect(folders.count == 3)
    for folder in folders { #expect(try FileStatus.of(folder.path)?.changedAt == folder.changedAt) }
  }

  @Test func aFolderOfTheIndexThatHoldsNothingIsTold() async throws {
    let scenario = try await settled(version: 2)
    #expect(try await survey(scenario, atMost: 10)?.hasEmptyFolders == false)
    for path in ["b/c/d", "b/c/e"] { try File.remove(scenario.path.appending(path)) }
    #expect(try await survey(scenario, atMost: 10)?.hasEmptyFolders == true)
  }

  @Test(arguments: ["update-index --assume-unchanged a", "update-index --skip-worktree a", "update-index --split-index", "init b"])
  func whatOnlyGitCanJudgeIsLeftToIt(_ command: String) async throws {
    let scenario = try await settled(version: 2)
    #expect(try await survey(scenario, atMost: 0)?.unsettled == [])
    try await scenario.git(command.split(separator: " ").map(String.init))
    #expect(try await survey(scenario, atMost: 10) == nil)
  }

  @Test func whatIsAsYoungAsTheIndexIsLeftToGit() async throws {
    let scenario = try await settled(version: 2)
    var times = [timespec](repeating: timespec(tv_sec: 1_700_000_000, tv_nsec: 5), count: 2)
    #expect(utimensat(AT_FDCWD, scenario.gitFolder.appending("index").string, &times, 0) == 0)
    #expect(try await survey(scenario, atMost: 11)?.unsettled.count == 11)
    #expect(try await survey(scenario, atMost: 10) == nil, "too many for a command line")
  }
}
