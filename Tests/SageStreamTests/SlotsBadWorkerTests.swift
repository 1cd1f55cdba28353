import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

@Suite("Slots: any worker")
struct SlotsBadWorkerTests {
  @Test(
    "A merge, rebase, cherry-pick, revert or am in progress fails the attempt whatever its exit status, and everything is saved",
    arguments: [
      ("merge", "git merge -q side || true"),
      ("rebase", "git checkout -q -b mine; echo mine > src/a.txt; git commit -qam mine; git rebase -q side || true"),
      ("cherry-pick", "git cherry-pick side >/dev/null || true"), ("revert", "git revert --no-edit first-change || true"),
      ("am", "git format-patch -1 --stdout side > ../p; git am -q < ../p || true"),
    ])
  func unfinished(operation: String, command: String) async throws {
    let test = try await SlotScenario(arrange: { scenario in
      try scenario.write("src/a.txt", "one\nfirst change\nthree\n")
      try await scenario.commit("change")
      try await scenario.git("tag", "first-change")
      try await scenario.git("checkout", "-q", "-b", "side", "HEAD~1")
      try scenario.write("src/a.txt", "one\nside\nthree\n")
      try await scenario.commit("side")
      try await scenario.git("checkout", "-q", "main")
      try scenario.write("src/a.txt", "one\nsecond change\nthree\n")
      try await scenario.commit("again")
    })
    let report = try await test.work("{ \(command); } >/dev/null 2>&1; echo precious > untracked; exit 0")
    #expect(report.outcome.failure?.category == .unfinishedOperation)
    #expect(report.outcome.failure?.message.contains(operation) == true)
    let salvage = try #require(report.salvage)
    #expect(try await test.git("show", "\(salvage):untracked") == "precious")
    #expect(report.slotIsUsable)
    try await test.expectCleanStart()
    #expect(try await test.git("branch", "--format=%(refname:short)").contains("main"))
  }

  @Test("Commits that an unfinished rebase has put aside stay reachable")
  func rebased() async throws {
    let test = try await SlotScenario(arrange: { scenario in
      try await scenario.git("checkout", "-q", "-b", "side", "HEAD")
      try scenario.write("src/a.txt", "side\n")
      try await scenario.commit("side")
      try await scenario.git("checkout", "-q", "main")
    })
    let report = try await test.work(
      "echo mine > src/a.txt; git commit -qam mine; git rev-parse HEAD > $SAGE_RESULT_FILE.id; git rebase -q side >/dev/null 2>&1; true")
    let id = try #require(try File.readText(FilePath(report.log.removingLastComponent().string + "/result.json.id"))).prefix(40)
    #expect(try await !test.git("for-each-ref", "--contains", String(id), "refs/sage-stream").isEmpty)
  }

  @Test("What an amend or a reset left behind stays reachable")
  func leftBehind() async throws {
    let test = try await SlotScenario()
    let report = try await test.work(
      "echo 1 > x; git add x; git commit -qm one; git rev-parse HEAD > $SAGE_RESULT_FILE.id; git reset -q --hard HEAD~1")
    #expect(report.outcome.name == "no change")
    let id = try #require(try File.readText(FilePath(report.log.removingLastComponent().string + "/result.json.id"))).prefix(40)
    #expect(try await !test.git("for-each-ref", "--contains", String(id), "refs/sage-stream").isEmpty)
  }

  @Test(
    "A nested repository, with and without commits, ignored by its own rules or committed as a submodule, sets the worktree aside whole",
    arguments: [
      "git init -q nested; echo precious > nested/file",
      "git init -q nested; cd nested; echo precious > file; git add file; git commit -qm inner",
      "git init -q deep/er; echo precious > deep/er/file; echo x > x; mkdir nested; echo precious > nested/file; git init -q nested",
      "git init -q nested; cd nested; echo precious > file; git add file; git commit -qm inner; cd ..; git add nested 2>/dev/null; git commit -qm outer",
      "git init -q nested; echo precious > nested/file; echo nested > .gitignore",
    ])
  func nested(command: String) async throws {
    let test = try await SlotScenario()
    let report = try await test.work(command)
    if report.outcome.submission == nil { #expect(report.outcome.failure?.category == .nestedRepository) }
    #expect(!report.slotIsUsable)
    let aside = try #require(test.asides.first)
    #expect(try File.readText(aside.appending("nested/file")) == "precious\n")
    #expect(try await test.git("status", "--porcelain", in: aside).contains("fatal") == false, "it is still a worktree")
    #expect(try await test.git("worktree", "list").contains(aside.string))
    try await test.expectCleanStart()
  }

  @Test(
    "A slot whose .git is missing or points elsewhere is set aside and never reset",
    arguments: [
      "rm .git", "rm .git; git init -q .; git config user.name x", "echo 'gitdir: ../../repository/.git' > .git",
      "rm -rf .git; mkdir .git", "git worktree unlock . 2>/dev/null; rm -rf \"$(git rev-parse --git-dir)\"",
      "echo garbage > \"$(git rev-parse --git-dir)/HEAD\"",
    ])
  func brokenWorktree(command: String) async throws {
    let test = try await SlotScenario()
    try test.scenario.write("src/a.txt", "the user's edit\n")
    let report = try await test.work("echo c > c; git add c; git commit -qm kept; echo precious > precious; \(command)")
    #expect(report.outcome.failure?.category == .brokenWorktree)
    #expect(!report.slotIsUsable)
    let aside = try #require(test.asides.first)
    #expect(try File.readText(aside.appending("precious")) == "precious\n")
    #expect(try test.scenario.read("src/a.txt") == "the user's edit\n")
    #expect(try await test.git("rev-parse", "main") == test.base.hex)
    try await test.expectCleanStart()
  }

  @Test("The commits of a slot whose .git file went are anchored")
  func brokenButAnchored() async throws {
    let test = try await SlotScenario()
    let report = try await test.work("echo c > c; git add c; git commit -qm kept; echo dirty > dirty; rm .git")
    let salvage = try #require(report.salvage)
    #expect(try await test.git("show", "\(salvage):c", ) == "c")
    #expect(try await test.git("show", "\(salvage):dirty") == "dirty")
    #expect(try await test.git("log", "--format=%s", "refs/sage-stream/attempts/T-1/\(test.keeper.run).1", "-1") == "kept")
    #expect(report.parkable != nil)
  }

  @Test("A worker that deletes its whole worktree fails, and its commits are kept")
  func worktreeDeleted() async throws {
    let test = try await SlotScenario()
    let report = try await test.work("echo c > c; git add c; git commit -qm kept; rm -rf \"$SAGE_WORKTREE\"")
    #expect(report.outcome.failure?.category == .brokenWorktree)
    #expect(try await test.git("log", "--format=%s", "-1", try #require(report.parkable).hex) == "kept")
    try await test.expectCleanStart()
  }

  @Test("A worker that moves HEAD to a branch: HEAD is detached again before anything is reset, and the branch stays where it is")
  func switchesBranch() async throws {
    let test = try await SlotScenario(arrange: { try await $0.git("branch", "users") })
    let users = try await test.git("rev-parse", "users")
    let report = try await test.work("git checkout -q users; echo x > x")
    #expect(report.outcome.name == "submitted")
    #expect(try await test.git("rev-parse", "users") == users)
    let mine = try await test.work("git switch -q -c mine; echo y > y; git add y; git commit -qm y; echo z > z")
    #expect(try await test.git("log", "-1", "--format=%s", "mine") == "y")
    #expect(mine.warnings == ["branch mine was created while T-1 ran"])
    try await test.expectCleanStart()
    #expect(try await test.git("branch", "--show-current", in: test.slot().path) == "")
  }

  @Test("A worker that commits on the main branch is recognised by its slot's reflog")
  func movesTarget() async throws {
    let test = try await SlotScenario()
    let slot = try await test.slot()
    try await test.work(
      "echo x > x; git add x; git commit -qm x; git push -q . HEAD:main 2>/dev/null || git update-ref refs/heads/main HEAD", in: slot)
    let tip = try #require(CommitID(hex: await test.git("rev-parse", "main")))
    #expect(tip != test.base)
    let checkouts = [test.keeper.layout.commonFolder]
    #expect(TargetMove.judge(tip: tip, checkouts: checkouts, slots: [slot]) == .byAttempt(slot))
    #expect(TargetMove.judge(tip: tip, checkouts: [], slots: [slot]) == .byUser, "checked out nowhere: the user's move")
    _ = try await test.git("reset", "-q", "--hard", tip.hex)
    #expect(TargetMove.judge(tip: tip, checkouts: checkouts, slots: [slot]) == .byUser, "the reflog of a checkout ends there")
    let other = try #require(CommitID(hex: await test.git("commit-tree", "-m", "nobody's", "HEAD^{tree}")))
    #expect(TargetMove.judge(tip: other, checkouts: checkouts, slots: [slot]) == .unclear)
  }

  @Test("Ignore rules that an attempt adds hide nothing: what they hid is saved, and does not wait for the next ticket")
  func hidesBehindRules() async throws {
    let test = try await SlotScenario()
    let report = try await test.work("echo secret/ >> .gitignore; mkdir secret; echo hidden > secret/result; echo shown > shown")
    #expect(try await test.changed(try #require(report.outcome.submission).tip) == [".gitignore", "shown"])
    let salvage = try #require(report.salvage)
    #expect(try await test.git("show", "\(salvage):secret/result") == "hidden")
    #expect(report.warnings == ["files that the attempt's own ignore rules hid were saved as \(salvage)"])
    try await test.expectCleanStart()
  }

  @Test("Rules that were committed, and an ignore file that ignores itself, hide nothing either")
  func hidesBehindCommittedRules() async throws {
    let test = try await SlotScenario()
    let committed = try await test.work("echo secret > .gitignore; git add .gitignore; git commit -qm rules; echo hidden > secret")
    #expect(try await test.git("show", "\(try #require(committed.salvage)):secret") == "hidden")
    try await test.expectCleanStart()
    let itself = try await test.work("echo '*' > src/.gitignore; echo hidden > src/new", on: "T-2")
    #expect(itself.outcome.name == "no change")
    #expect(try await test.git("show", "\(try #require(itself.salvage)):src/new") == "hidden")
    try await test.expectCleanStart()
  }

  @Test(
    "A stash entry of the user's that a worker takes out is put back byte for byte, and the attempt fails",
    arguments: ["pop -q", "drop -q", "clear"])
  func stash(verb: String) async throws {
    let test = try await SlotScenario(arrange: { scenario in
      for text in ["first", "second"] {
        try scenario.write("src/b.txt", text)
        try await scenario.git("stash", "push", "-q", "-m", text)
      }
    })
    try await test.keeper.anchorStashes()
    let before = try File.read(test.main.appending(".git/logs/refs/stash"))
    let list = try await test.git("stash", "list", "--format=%gd %s %H")
    let report = try await test.work("git stash \(verb)")
    #expect(report.outcome.failure?.category == .lostStash)
    #expect(try await test.git("stash", "list", "--format=%gd %s %H") == list)
    #expect(try File.read(test.main.appending(".git/logs/refs/stash")) == before)
    let anchored = try await test.git("for-each-ref", "--format=%(objectname)", "refs/sage-stream/runs/\(test.keeper.run)/stash").split(
      separator: "\n")
    #expect(try await Set(anchored) == Set(test.git("stash", "list", "--format=%H").split(separator: "\n")))
    try await test.expectCleanStart()
  }

  @Test("A worker's own use of the stash is none of our business; what it leaves there stays on top of the user's")
  func ownStash() async throws {
    let test = try await SlotScenario(arrange: { scenario in
      try scenario.write("src/b.txt", "users")
      try await scenario.git("stash", "push", "-q", "-m", "users")
    })
    #expect(try await test.work("echo x >> src/a.txt; git stash -q; git stash pop -q").outcome.name == "submitted")
    let leaving = try await test.work("echo x >> src/a.txt; git stash push -q -m left")
    #expect(leaving.outcome.name == "no change")
    #expect(leaving.warnings == ["the stash entry \"On (no branch): left\" was made while T-1 ran"])
    #expect(try await test.git("stash", "list").split(separator: "\n").count == 2)
  }

  @Test("A stash entry that the user takes out while a worker runs fails nobody")
  func usersOwnPop() async throws {
    let test = try await SlotScenario(arrange: { scenario in
      try scenario.write("src/b.txt", "users")
      try await scenario.git("stash", "push", "-q", "-m", "users")
    })
    let report = try await test.work("cd '\(test.main)'; unset GIT_CEILING_DIRECTORIES; git stash pop -q; cd - >/dev/null; echo x > x")
    #expect(report.outcome.name == "submitted")
    #expect(try await test.git("stash", "list") == "")
  }

  @Test("Changes of configuration, hooks, info, branches and tags are named with the ticket that ran")
  func surroundings() async throws {
    let test = try await SlotScenario()
    let report = try await test.work(
      """
      git config core.something x; c=$(git rev-parse --git-common-dir); mkdir -p $c/hooks $c/info
      echo true > $c/hooks/pre-commit; echo x > $c/info/exclude
      git branch new; git tag v1
      """)
    #expect(
      report.warnings == [
        "config of the repository was changed while T-1 ran", "hooks/pre-commit of the repository was created while T-1 ran",
        "info/exclude of the repository was created while T-1 ran", "branch new was created while T-1 ran",
        "tag v1 was created while T-1 ran",
      ])
    #expect(
      try await test.work("git branch -qf new HEAD~0; git tag -d v1 >/dev/null; git gc -q; echo x > x").warnings == [
        "tag v1 was deleted while T-1 ran"
      ])
    #expect(try await test.work("true").warnings == [])
  }

  @Test("A worker's sparse checkout, flags in the index and worktree configuration are gone for the next ticket")
  func sparseCheckout() async throws {
    let test = try await SlotScenario()
    try await test.work("git sparse-checkout set --cone src >/dev/null 2>&1; git config --worktree core.autocrlf true")
    try await test.expectCleanStart()
    #expect(try await test.scenario.tryGit(["config", "core.autocrlf"], in: test.slot().path).status == 1)
  }

  @Test("Changes that flags in the index hide from git come home and are not left to the next ticket")
  func indexFlags() async throws {
    let test = try await SlotScenario()
    let report = try await test.work(
      "git update-index --assume-unchanged src/a.txt; git update-index --skip-worktree src/b.txt; echo hidden > src/a.txt; echo hidden > src/b.txt"
    )
    #expect(try await test.changed(try #require(report.outcome.submission).tip) == ["src/a.txt", "src/b.txt"])
    try await test.expectCleanStart()
  }

  @Test(
    "A broken or missing index, and locks that a dead git left, cost nothing",
    arguments: ["rm $g/index", "echo garbage > $g/index", "touch $g/index.lock $g/HEAD.lock"])
  func brokenIndex(command: String) async throws {
    let test = try await SlotScenario()
    let report = try await test.work("g=$(git rev-parse --git-dir); echo x > x; echo more >> src/a.txt; \(command)")
    #expect(try await test.changed(try #require(report.outcome.submission).tip) == ["src/a.txt", "x"])
    try await test.expectCleanStart()
  }

  @Test("Links out of the worktree are harvested as links, and nothing behind them is touched")
  func linksOut() async throws {
    let test = try await SlotScenario()
    let outside = test.scenario.root.path.appending("outside")
    try Folder.create(outside)
    try AtomicFile.write(Array("precious".utf8), to: outside.appending("file"))
    let report = try await test.work("ln -s '\(outside)' out; rm -r src; ln -s '\(outside)' src")
    #expect(report.outcome.name == "submitted")
    try await test.expectCleanStart()
    #expect(try File.readText(outside.appending("file")) == "precious")
  }

  @Test("What git cannot pick up, here because a filter fails, is a failure; the worktree is set aside with it")
  func failingFilter() async throws {
    let test = try await SlotScenario(arrange: { scenario in
      try await scenario.git("config", "filter.broken.clean", "false")
      try await scenario.git("config", "filter.broken.required", "true")
      try scenario.write(".gitattributes", "*.broken filter=broken\n")
      try await scenario.commit("attributes")
    })
    let report = try await test.work("echo x > x; echo precious > a.broken")
    #expect(report.outcome.failure?.category == .harvest)
    #expect(!report.slotIsUsable)
    #expect(try File.readText(try #require(test.asides.first).appending("a.broken")) == "precious\n")
    try await test.expectCleanStart()
  }

  @Test("A worktree that a worker adds elsewhere, and `core.bare`, are named and harm nothing")
  func worktreeAdded() async throws {
    let test = try await SlotScenario()
    let report = try await test.work("git worktree add -q --detach ../../elsewhere; git config core.bare true; echo x > x")
    #expect(report.outcome.name == "submitted")
    #expect(
      report.warnings == ["the worktree elsewhere was registered while T-1 ran", "config of the repository was changed while T-1 ran"])
    try await test.expectCleanStart()
  }

  @Test("A push of the worker's is its own affair, and a file that nobody else may read comes home where it can be read")
  func pushesAndUnreadable() async throws {
    let test = try await SlotScenario(arrange: { try await $0.git("init", "-q", "--bare", "../remote.git") })
    let report = try await test.work(
      "echo x >x; chmod 200 x; git push -q ../../remote.git HEAD:refs/heads/mine; git push -q ../../remote.git :refs/heads/none || true")
    if geteuid() == 0 {
      let tip = try #require(report.outcome.submission).tip
      #expect(try await test.changed(tip) == ["x"])
    } else {
      #expect(report.outcome.submission == nil && report.slotIsUsable == false)
    }
    #expect(try await test.git("rev-parse", "refs/heads/mine", in: test.scenario.root.path.appending("remote.git")) == test.base.hex)
    #expect(try await test.git("rev-parse", "main") == test.base.hex)
    try await test.expectCleanStart()
  }

  /// A repository with the submodule `sub` at the first of two commits; its own repository lives as long as the answer is held.
  private func withSubmodule() async throws -> (test: SlotScenario, second: String, inner: Scenario) {
    let inner = try await Scenario()
    try inner.write("inner", "1\n")
    let first = try await inner.commit("inner one")
    try inner.write("inner", "2\n")
    let second = try await inner.commit("inner two")
    let test = try await SlotScenario(arrange: { scenario in
      try await scenario.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path.string, "sub")
      try await scenario.git("checkout", "-q", first, in: scenario.path.appending("sub"))
      try await scenario.commit("submodule")
    })
    return (test, second, inner)
  }

  @Test("The bump of a submodule comes home; uncommitted changes inside one set the worktree aside")
  func submodules() async throws {
    let (test, second, inner) = try await withSubmodule()
    defer { withExtendedLifetime(inner) {} }
    let bump = try await test.work(
      "git -c protocol.file.allow=always submodule --quiet update --init; git -C sub checkout -q \(second)")
    #expect(try await test.git("rev-parse", "\(try #require(bump.outcome.submission).tip):sub") == second)
    let dirty = try await test.work(
      "git -c protocol.file.allow=always submodule --quiet update --init; echo precious > sub/inner; echo x > x")
    #expect(dirty.outcome.name == "submitted")
    #expect(!dirty.slotIsUsable)
    #expect(try File.readText(try #require(test.asides.first).appending("sub/inner")) == "precious\n")
    #expect(try await test.work("cat README > seen").outcome.name == "submitted")
  }

  @Test("The bump of a submodule that is not checked out anywhere stays as the worker committed or staged it", arguments: [true, false])
  func blindBump(_ isCommitted: Bool) async throws {
    let (test, second, inner) = try await withSubmodule()
    defer { withExtendedLifetime(inner) {} }
    let report = try await test.work(
      "git update-index --cacheinfo 160000,\(second),sub; \(isCommitted ? "git commit -qm bump" : "true"); echo more > more")
    let tip = try #require(report.outcome.submission).tip
    #expect(try await test.git("rev-parse", "\(tip):sub") == second)
    #expect(try await test.changed(tip) == ["more", "sub"])
    #expect(report.salvage == nil)
    #expect(report.slotIsUsable)
    let next = try await test.work("cat sub/inner > seen; git status --porcelain > status", on: "NEXT")
    let nextTip = try #require(next.outcome.submission).tip
    #expect(try await test.git("show", "\(nextTip):seen") == "1")
    #expect(try await test.changed(nextTip) == ["seen", "status"])
    #expect(try await test.git("for-each-ref", "refs/sage-stream/salvage") == "")
  }

  @Test("Two workers at the same time: each is answerable for its own stash entries and files")
  func together() async throws {
    let test = try await SlotScenario(arrange: { scenario in
      try scenario.write("src/b.txt", "users")
      try await scenario.git("stash", "push", "-q", "-m", "users")
    })
    let (one, two) = (try await test.slot(1), try await test.slot(2))
    let fifo = test.scenario.root.path.appending("fifo")
    mkfifo(fifo.string, 0o600)
    // The first pops the user's stash and waits for the second to end.
    async let popping = test.work("git stash pop -q; echo popped > '\(fifo)'; cat '\(fifo)'", on: "T-1", in: one)
    async let working = test.work("cat '\(fifo)' > /dev/null; echo x > x", on: "T-2", in: two)
    let second = try await working
    #expect(second.outcome.name == "submitted")
    _ = try await blocking { try FileDescriptor.open(fifo, .writeOnly).closeAfter {} }
    #expect(try await popping.outcome.failure?.category == .lostStash)
    #expect(try await test.git("stash", "list").contains("users"))
  }
}
