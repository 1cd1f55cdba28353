import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

@Suite("Slots: bringing work home")
struct SlotsHarvestTests {
  @Test("Uncommitted changes become one commit with the ticket's type, component, id and title, by the user")
  func harvest() async throws {
    let test = try await SlotScenario()
    let report = try await test.work("echo new > new.txt; echo more >> src/a.txt; rm src/b.txt")
    let submission = try #require(report.outcome.submission)
    #expect(try await test.changed(submission.tip) == ["new.txt", "src/a.txt", "src/b.txt"])
    #expect(
      try await test.git("log", "-1", "--format=%B|%an|%ae|%P", submission.tip.hex)
        == "feature(T): #T-1 Do T-1\n|Tess Ter|tess@example.org|\(test.base)")
    #expect(try await test.git("rev-parse", submission.anchor.rawValue) == submission.tip.hex)
    #expect(report.salvage == nil)
    #expect(report.slotIsUsable)
    try await test.expectCleanStart()
  }

  @Test("Commits stay the worker's, and what is left uncommitted follows them in one more")
  func commitsAndChanges() async throws {
    let test = try await SlotScenario()
    let report = try await test.work("echo x > x; git add x; git commit -qm mine; echo y > y")
    let submission = try #require(report.outcome.submission)
    #expect(try await test.git("log", "--format=%s", "\(test.base)..\(submission.tip)") == "feature(T): #T-1 Do T-1\nmine")
    try await test.expectCleanStart()
  }

  @Test("Exit 0 without any change is no change, unless the result file says completed")
  func noChange() async throws {
    let test = try await SlotScenario()
    #expect(try await test.work("true").outcome.name == "no change")
    let report = try await test.work(
      #"echo '{"status":"completed","summary":"was done","usage":{"input":5,"output":7},"cost_usd":0.5}' > "$SAGE_RESULT_FILE""#)
    let submission = try #require(report.outcome.submission)
    #expect(submission.tip == test.base)
    #expect(submission.summary == "was done")
    #expect(report.usage == WorkerUsage(inputTokens: 5, outputTokens: 7, costUSD: 0.5))
    #expect(try await test.git("rev-parse", submission.anchor.rawValue) == test.base.hex)
  }

  @Test("Touching a file without changing it is no change")
  func touched() async throws {
    let test = try await SlotScenario()
    #expect(try await test.work("touch src/a.txt; cp README r; mv r README; mkdir empty").outcome.name == "no change")
    try await test.expectCleanStart()
  }

  @Test("No hook of the repository runs for a harvest")
  func hooks() async throws {
    let test = try await SlotScenario { _ in
    } arrange: { scenario in
      for hook in ["pre-commit", "commit-msg", "post-checkout", "post-index-change", "reference-transaction", "prepare-commit-msg"] {
        try scenario.write(
          ".git/hooks/\(hook)", "#!/bin/sh\necho \(hook) >> '\(scenario.root.path)/hooks-ran'\nexit 1\n", permissions: 0o755)
      }
    }
    #expect(try await test.work("echo x > x").outcome.name == "submitted")
    #expect(try File.read(test.scenario.root.path.appending("hooks-ran")) == nil)
  }

  @Test("Files that were ignored before the attempt are never harvested, even where it stops ignoring them or forces them in")
  func ignoredBefore() async throws {
    let test = try await SlotScenario()
    try await test.work("mkdir -p build/deep; echo cache > build/deep/out; echo noise > x.log")
    let report = try await test.work("echo > .gitignore; git add -f x.log; echo kept > kept")
    let submission = try #require(report.outcome.submission)
    #expect(try await test.changed(submission.tip) == [".gitignore", "kept"])
    let next = try await test.work("cat build/deep/out x.log > seen")
    #expect(try await test.git("show", "\(try #require(next.outcome.submission).tip):seen") == "cache\nnoise", "ignored caches stay warm")
  }

  @Test("Spaces, quotes, newlines, invalid UTF-8, symbolic links and the executable bit come home as they are")
  func names() async throws {
    let test = try await SlotScenario()
    let report = try await test.work(
      """
      printf x > 'a b'; printf x > 'q"q'; printf x > "$(printf 'new\\nline')"; printf x > "$(printf 'bad\\377name')"
      ln -s /etc/passwd link; printf '#!' > run; chmod +x run; mkdir -- -d; printf x > -d/-f; printf x > ':(top)magic'
      """)
    let tip = try #require(report.outcome.submission).tip
    let listing = try await test.scenario.tryGit(["ls-tree", "-r", "-z", "\(tip)"])
    // <mode> blob <id>\t<path>
    let lines = listing.output.split(separator: 0).map { Array($0.prefix(7)) + ($0.split(separator: 9, maxSplits: 1).last ?? []) }
    for expected in [
      Array("100644 a b".utf8), Array("100644 q\"q".utf8), Array("100644 new\nline".utf8),
      Array("100644 bad".utf8) + [0xFF] + Array("name".utf8),
      Array("120000 link".utf8), Array("100755 run".utf8), Array("100644 -d/-f".utf8), Array("100644 :(top)magic".utf8),
    ] { #expect(lines.contains(expected)) }
    try await test.expectCleanStart()
  }

  @Test("FIFOs and sockets are left out, named, and gone for the next ticket")
  func specialFiles() async throws {
    let test = try await SlotScenario()
    let report = try await test.work("mkfifo pipe src/pipe2; echo x > x")
    #expect(try await test.changed(try #require(report.outcome.submission).tip) == ["x"])
    #expect(
      report.warnings == ["pipe is neither a file nor a link and was left out", "src/pipe2 is neither a file nor a link and was left out"])
    try await test.expectCleanStart()
  }

  @Test("A FIFO where git looks for its rules stops nobody", arguments: ["new/.gitignore", "src/.gitignore", ".gitattributes"])
  func rulePipes(_ path: String) async throws {
    let test = try await SlotScenario()
    for commit in ["", "; git add x; git commit -qm x"] {
      // What the worker commits is committed before git would wait for ever.
      let report = try await test.work("echo \(commit.count) > x\(commit); mkdir -p new; mkfifo \(path)")
      #expect(try await test.changed(try #require(report.outcome.submission, "\(report)").tip) == ["x"])
      #expect(report.warnings == ["\(path) is neither a file nor a link and was left out"])
      try await test.expectCleanStart()
    }
  }

  @Test("A branch from a stale origin, an amended base and a merge are handed on as they are")
  func oddHistories() async throws {
    let test = try await SlotScenario()
    let stale = try await test.work(
      "git checkout -q --orphan other; git commit -qm root; echo x > x; git add x; git commit -qm onto-other")
    #expect(try await test.git("log", "-1", "--format=%s", "\(try #require(stale.outcome.submission).tip)") == "onto-other")
    let amended = try await test.work("echo x > x; git add x; git commit -q --amend -m amended")
    #expect(try await test.git("log", "-1", "--format=%s", "\(try #require(amended.outcome.submission).tip)") == "amended")
    let merged = try await test.work(
      "git checkout -q -b side; echo s > s; git add s; git commit -qm s; git checkout -q --detach \(test.base); echo m > m; git add m; git commit -qm m; git merge -q --no-edit side"
    )
    let tip = try #require(merged.outcome.submission).tip
    #expect(try await test.git("log", "-1", "--format=%p", "\(tip)").split(separator: " ").count == 2)
    try await test.expectCleanStart()
  }

  @Test("Standing on an older commit without a commit of one's own is no change")
  func olderCommit() async throws {
    let test = try await SlotScenario(arrange: { scenario in
      try scenario.write("second", "2\n")
      try await scenario.commit("second")
    })
    #expect(try await test.work("git checkout -q --detach HEAD~1").outcome.name == "no change")
    try await test.expectCleanStart()
  }

  @Test("Thousands of files come home (SAGE_STREAM_FILES=100000 for more)")
  func manyFiles() async throws {
    let count = getenv("SAGE_STREAM_FILES").flatMap { Int(String(cString: $0)) } ?? 5000
    let test = try await SlotScenario()
    let report = try await test.work("mkdir many; cd many; seq \(count) | split -l 1 -a 4 - x")
    let tip = try #require(report.outcome.submission).tip
    #expect(try await test.files(tip).count == count + 4)
  }

  @Test("What is committed is what git would commit, whatever became of files, folders, links and modes", arguments: [false, true])
  func asGitWould(_ usesGit: Bool) async throws {
    let test = try await SlotScenario(useGit: usesGit) { _ in
    } arrange: { scenario in
      try scenario.write(".gitattributes", "*.crlf text eol=crlf\n*.up filter=upper\n")
      try await scenario.git("config", "filter.upper.clean", "tr a-z A-Z")
      try scenario.write("folder/in", "in\n")
      try scenario.write("folder/deep/in", "in\n")
      try scenario.write("file", "file\n")
      try scenario.write("staged", "1\n")
      try scenario.write("gone/only", "x\n")
      try await scenario.commit("more")
    }
    let slot = try await test.slot()
    let script = """
      rm -r folder; echo now a file > folder; rm file; mkdir file; echo below > file/below; rm -r gone; chmod +x src/a.txt
      ln -s src/a.txt link; rm src/b.txt; ln -s a.txt src/b.txt; printf 'a\\r\\nb\\r\\n' > x.crlf; echo shout > y.up; mkdir build; echo ignored > build/z
      echo 2 > staged; git add staged; echo 3 > staged; echo soon > intended; git add -N intended; mv README READ; cp .gitattributes copy
      """
    // What git makes of the same.
    _ = try await test.scenario.run("/bin/sh", ["-c", script], in: slot.path)
    try await test.scenario.git("add", "--all", in: slot.path)
    let expected = try await test.git("write-tree", in: slot.path)
    try await test.scenario.git("reset", "-q", "--hard", in: slot.path)
    try await test.scenario.git("clean", "-q", "-f", "-d", "-x", in: slot.path)
    let tip = try #require(try await test.work(script, in: slot).outcome.submission).tip
    #expect(try await test.git("rev-parse", "\(tip)^{tree}") == expected)
    #expect(try await test.git("cat-file", "commit", tip.hex).contains("Tess Ter <tess@example.org>"))
    #expect(try await test.git("status", "--porcelain", in: slot.path) == "", "index and HEAD are the commit's")
    #expect(try await test.git("rev-parse", "HEAD", in: slot.path) == tip.hex)
    try await test.expectCleanStart(in: slot)
    try await test.scenario.fsck()
  }

  @Test("A file that was rewritten in the moment of its index, with the same size, is seen: harvested, and salvaged")
  func racilyClean() async throws {
    // As within one tick of the clock: file, entry and index have one time, and the size is as it was.
    let rewrite = """
      touch -d @1700000000 src/b.txt; git status >/dev/null; printf 'c\\n' > src/b.txt
      touch -d @1700000000 src/b.txt "$(git rev-parse --git-dir)/index"
      """
    let test = try await SlotScenario(arrange: { try await $0.git("config", "core.trustctime", "false") })
    let harvested = try await test.work("\(rewrite); true")
    #expect(try await test.git("show", "\(try #require(harvested.outcome.submission).tip):src/b.txt") == "c")
    let salvaged = try await test.work("\(rewrite); exit 1")
    #expect(try await test.git("show", "\(try #require(salvaged.salvage)):src/b.txt") == "c")
    try await test.expectCleanStart()
  }
}
