import Platform
import Support
import Testing

@Suite("resolve: a conflict is finished by hand")
struct ResolveTests {
  @Test("the worktree is stopped at git's own cherry-pick, and --continue lands what was resolved without an editor")
  func lands() async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    try await scenario.git("config", "core.editor", "false")
    let tip = try await scenario.git("rev-parse", "main")
    let worktree = try await conflict.open()
    #expect(try await scenario.git("rev-parse", "CHERRY_PICK_HEAD", in: worktree) == scenario.git("rev-parse", "sage/A-2"))
    #expect(try await scenario.git("rev-parse", "HEAD", in: worktree) == tip)
    #expect(try await scenario.git("status", "--porcelain", in: worktree) == "A  A-2.txt\nUU clash.txt")
    #expect(try await conflict.open() == worktree, "typed again, it is the same")

    let early = try await scenario.sage("resolve", "A-2", "--continue")
    #expect(early.status == 1)
    #expect(early.error == "error: 1 path unmerged; A-2 has not landed\n")
    #expect(early.output.hasSuffix("\n\(worktree)\n"))
    try await conflict.solve(worktree)
    try conflict.write("later\n", in: worktree)
    let unstaged = try await scenario.sage("resolve", "A-2", "--continue")
    #expect(unstaged.status == 1)
    #expect(unstaged.error == "error: 1 path changed and not staged; A-2 has not landed\n")
    #expect(try await scenario.git("rev-parse", "main") == tip)

    try await conflict.solve(worktree)
    let answer = try await scenario.sage("resolve", "A-2", "--continue", setting: ["GIT_EDITOR": "false", "EDITOR": "false"])
    #expect(answer.status == 0, "\(answer.error)")
    #expect(answer.output == "A-2 has landed on main as \(try await scenario.git("rev-parse", "main").prefix(10))\n")
    let message = try await scenario.git("log", "-1", "--format=%s|%an|%(trailers:key=Sage-Ticket,valueonly,separator=)", "main")
    #expect(message == "task(A): #A-2 two|Tess Ter|A-2")
    #expect(try await scenario.git("ls-tree", "--name-only", "main", "A-2.txt") == "A-2.txt")
    try await conflict.expectLanded()
  }

  enum ByGit: String, CaseIterable {
    case thenContinue = "resolve --continue"
    case thenRun = "the next run"
  }

  @Test("a cherry-pick that plain git has finished lands", arguments: ByGit.allCases)
  func plainGit(_ way: ByGit) async throws {
    let conflict = try await ConflictScenario()
    let worktree = try await conflict.open()
    try await conflict.solve(worktree)
    try await conflict.scenario.git("-c", "core.editor=true", "cherry-pick", "--continue", in: worktree)
    switch way {
    case .thenContinue: #expect(try await conflict.scenario.sage("resolve", "A-2", "--continue").status == 0)
    case .thenRun:
      #expect(try await conflict.open() == worktree, "it waits for its owner")
      let run = try await conflict.scenario.sage("--auto", "--limit=0")
      #expect(run.status == 0, "\(run.error)")
      #expect(run.error.contains("the conflict of A-2 was finished with git; it lands now"))
    }
    try await conflict.expectLanded()
  }

  @Test("--abort puts everything back, and what stood in the worktree is kept")
  func abort() async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    let before = try await conflict.references()
    let report = try await scenario.sage("conflicts", "--json").output
    let worktree = try await conflict.open()
    try conflict.write("half solved\n", in: worktree)
    let answer = try await scenario.sage("resolve", "A-2", "--abort")
    #expect(answer.status == 0, "\(answer.error)")
    #expect(try FileStatus.of(worktree) == nil)
    try await conflict.expectTidy()
    #expect(try await scenario.sage("conflicts", "--json").output == report)
    #expect(try scenario.states() == ["A-1": "COMPLETED", "A-2": "DEFERRED"])
    let after = try await conflict.references().split(separator: "\n").filter { !$0.hasSuffix(".resolve") }.joined(separator: "\n")
    #expect(after == before)
    let kept = try await scenario.git("for-each-ref", "--format=%(refname)", "refs/sage-stream/salvage/A-2")
    #expect(answer.output.contains("is kept as \(kept)\n"))
    #expect(try await scenario.show("\(kept):clash.txt") == "half solved\n")
    #expect(try await scenario.sage("resolve", "A-2", "--abort").status == 128)
    #expect(try await conflict.open() == worktree)
  }

  @Test("--skip gives the ticket up: it stays DEFERRED, its work on its branch, and it is no conflict any more", arguments: [true, false])
  func skip(isOpen: Bool) async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    let parked = try await scenario.git("rev-parse", "sage/A-2")
    if isOpen { _ = try await conflict.open() }
    let answer = try await scenario.sage("resolve", "A-2", "--skip")
    #expect(answer.status == 0, "\(answer.error)")
    try await conflict.expectTidy()
    #expect(try scenario.states() == ["A-1": "COMPLETED", "A-2": "DEFERRED"])
    let shown = try await scenario.sage("show", "A-2").output
    #expect(shown.contains("user_rejected: its conflict was given up; the work is kept on sage/A-2"))
    #expect(try await scenario.git("rev-parse", "sage/A-2") == parked)
    #expect(try await scenario.sage("conflicts").output == "no conflicts: nothing is parked\n")
    #expect(try await scenario.sage("resolve", "A-2").status == 128)
    #expect(try await scenario.sage("retry", "A-2").status == 0)
    try await Invariants(scenario: scenario).check()
  }

  @Test("the branch has moved since: what fits lands on the new tip")
  func movedAndFits() async throws {
    let conflict = try await ConflictScenario()
    let worktree = try await conflict.open()
    try await conflict.solve(worktree)
    try conflict.scenario.write("mine.txt", "mine\n")
    try await conflict.scenario.commit("The user goes on")
    #expect(try await conflict.scenario.sage("resolve", "A-2", "--continue").status == 0)
    #expect(try conflict.scenario.read("mine.txt") == "mine\n")
    try await conflict.expectLanded()
  }

  @Test("the branch has moved since: what clashes is stopped again, with what was resolved before")
  func movedAndClashes() async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    let worktree = try await conflict.open()
    try await conflict.solve(worktree, "A-1\nA-2\n")
    try scenario.write("clash.txt", "the user's\n")
    let tip = try await scenario.commit("The user goes on")
    let again = try await scenario.sage("resolve", "A-2", "--continue")
    #expect(again.status == 1)
    #expect(again.error == "error: the branch has moved since, and it clashes again: 1 path unmerged; A-2 has not landed\n")
    #expect(try await scenario.git("rev-parse", "main") == tip)
    #expect(try await scenario.git("rev-parse", "HEAD", in: worktree) == tip)
    let text = try File.readText(worktree.appending("clash.txt")) ?? ""
    #expect(text.contains("the user's\n") && text.contains("A-1\nA-2\n"), "\(text)")
    try await conflict.solve(worktree, "all three\n")
    #expect(try await scenario.sage("resolve", "A-2", "--continue").status == 0)
    try await conflict.expectLanded("all three\n")
  }

  @Test("what rerere knows is finished without asking, and lands")
  func rerere() async throws {
    let conflict = try await ConflictScenario { try await $0.git("config", "rerere.enabled", "true") }
    let worktree = try await conflict.open()
    try await conflict.solve(worktree)
    try await conflict.scenario.git("rerere", in: worktree)
    #expect(try await conflict.scenario.sage("resolve", "A-2", "--abort").status == 0)
    let answer = try await conflict.scenario.sage("resolve", "A-2")
    #expect(answer.status == 0, "\(answer.error)")
    #expect(answer.output.hasPrefix("A-2 has landed on main as "), "\(answer.output)")
    try await conflict.expectLanded()
  }

  @Test("a merge driver of the user's has its say there: what it leaves to a person is what stands in the file")
  func driver() async throws {
    let conflict = try await withDriver()
    let scenario = conflict.scenario
    let worktree = try await conflict.open()
    #expect(try File.readText(worktree.appending("clash.txt")) == "A-1\ndriver: A-2\n")
    #expect(try await scenario.git("status", "--porcelain", in: worktree) == "A  A-2.txt\nUU clash.txt")
    try await conflict.solve(worktree)
    #expect(try await scenario.sage("resolve", "A-2", "--continue").status == 0)
    try await conflict.expectLanded()
  }

  @Test("what a merge driver can do meanwhile is finished without asking, and lands")
  func mendedDriver() async throws {
    let conflict = try await withDriver()
    try await conflict.scenario.git("config", "merge.mine.driver", "cat %B >>%A")
    let answer = try await conflict.scenario.sage("resolve", "A-2")
    #expect(answer.status == 0, "\(answer.error)")
    #expect(answer.output.hasPrefix("A-2 has landed on main as "), "\(answer.output)")
    try await conflict.expectLanded("A-1\nA-2\n")
  }

  /// `clash.txt` belongs to a driver that puts one text behind the other and leaves it to a person whether that is right.
  private func withDriver() async throws -> ConflictScenario {
    try await ConflictScenario { scenario in
      try scenario.write(".gitattributes", "clash.txt merge=mine\n")
      try await scenario.git("config", "merge.mine.driver", "sed 's/^/driver: /' %B >>%A; exit 1")
    }
  }

  @Test("git mergetool works there, and what it leaves beside is kept")
  func mergetool() async throws {
    let conflict = try await ConflictScenario { scenario in
      try await scenario.git("config", "merge.tool", "mine")
      try await scenario.git("config", "mergetool.mine.cmd", #"cat "$LOCAL" "$REMOTE" >"$MERGED""#)
      try await scenario.git("config", "mergetool.mine.trustExitCode", "true")
    }
    let worktree = try await conflict.open()
    try await conflict.scenario.git("mergetool", "--no-prompt", in: worktree)
    let answer = try await conflict.scenario.sage("resolve", "A-2", "--continue")
    #expect(answer.status == 0, "\(answer.error)")
    #expect(answer.output.contains("what else stood in the worktree is kept as refs/sage-stream/salvage/A-2/"))
    try await conflict.expectLanded("A-1\nA-2\n")
  }

  @Test("a ticket of several commits stops at each one that clashes; excluded folders stay out of all")
  func severalCommits() async throws {
    let conflict = try await ConflictScenario(
      worker: """
        for n in 1 2 3; do
          mkdir -p .docs; echo "$n" >.docs/note-$n; echo "$SAGE_TICKET_ID $n" >part-$n.txt; git add -f .docs .
          git commit -qm "part $n of $SAGE_TICKET_ID"
        done
        """)
    let scenario = conflict.scenario
    #expect(try await scenario.git("ls-tree", "-r", "--name-only", "sage/A-2", ".docs/") == ".docs/note-1\n.docs/note-2\n.docs/note-3")
    var worktree = try await conflict.open()
    for number in 1...3 {
      #expect(try await scenario.git("diff", "--name-only", "--diff-filter=U", in: worktree) == "part-\(number).txt")
      #expect(try FileStatus.of(worktree.appending(".docs")) == nil)
      try conflict.write("both \(number)\n", to: "part-\(number).txt", in: worktree)
      try await scenario.git("add", ".", in: worktree)
      // The second one with plain git.
      if number == 2 {
        _ = try await scenario.tryGit(["-c", "core.editor=true", "cherry-pick", "--continue"], in: worktree)
        worktree = try await conflict.open()
      } else {
        #expect(try await scenario.sage("resolve", "A-2", "--continue").status == (number == 3 ? 0 : 1))
      }
    }
    let subjects = try await scenario.git("log", "-3", "--format=%s %(trailers:key=Sage-Ticket,valueonly,separator=)", "main")
    #expect(subjects == "part 3 of A-2 A-2\npart 2 of A-2 A-2\npart 1 of A-2 A-2")
    #expect(try await scenario.git("ls-tree", "-r", "--name-only", "main", ".docs/") == "")
    #expect(try scenario.read("part-2.txt") == "both 2\n")
    try await conflict.expectTidy()
    try await Invariants(scenario: scenario).check()
  }

  @Test("a resolution that leaves nothing of the ticket is one: it lands as an empty commit")
  func nothingLeft() async throws {
    let conflict = try await ConflictScenario(worker: "echo $SAGE_TICKET_ID >clash.txt")
    let worktree = try await conflict.open()
    try await conflict.solve(worktree, "A-1\n")
    let answer = try await conflict.scenario.sage("resolve", "A-2", "--continue")
    #expect(answer.status == 0, "\(answer.error)")
    try await conflict.expectLanded("A-1\n")
  }

  @Test("git's own --abort, --quit and --skip there land nothing by themselves")
  func otherEndings() async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    let tip = try await scenario.git("rev-parse", "main")
    for option in ["--abort", "--skip"] {
      let worktree = try await conflict.open()
      try await scenario.git("cherry-pick", option, in: worktree)
      let answer = try await scenario.sage("resolve", "A-2", "--continue")
      #expect(answer.status == 128)
      #expect(answer.error.hasPrefix("fatal: nothing of A-2 is picked in \(worktree)"), "\(answer.error)")
      #expect(try await scenario.sage("--auto", "--limit=0").status == 0)
      #expect(try await scenario.git("rev-parse", "main") == tip)
    }
    let worktree = try await conflict.open()
    #expect(try await scenario.git("status", "--porcelain", in: worktree) == "A  A-2.txt\nUU clash.txt", "it was started again")
    try await conflict.solve(worktree)
    try await scenario.git("cherry-pick", "--quit", in: worktree)
    let quit = try await scenario.sage("resolve", "A-2", "--continue")
    #expect(quit.status == 1)
    #expect(quit.error == "error: 2 paths changed and not committed; A-2 has not landed\n")
    try await scenario.git("commit", "--quiet", "-m", "By hand", in: worktree)
    #expect(try await scenario.sage("resolve", "A-2", "--continue").status == 0)
    #expect(try await scenario.git("log", "-1", "--format=%s", "main") == "By hand")
    try await conflict.expectLanded()
  }

  @Test("what cannot be resolved is refused with a reason")
  func refused() async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    #expect(try await scenario.sage("resolve", "A-1").error.hasPrefix("fatal: A-1 is COMPLETED, so it has no conflict to resolve"))
    #expect(try await scenario.sage("resolve", "Z").status == 129)
    #expect(try await scenario.sage("resolve", "A-2", "--continue").error.hasPrefix("fatal: no conflict of A-2 is being resolved"))
    #expect(try await scenario.sage("resolve", "A-2", "--continue", "--skip").status == 129)
    let worktree = try await conflict.open()
    #expect(try await scenario.sage("retry", "A-2").error.hasPrefix("fatal: the conflict of A-2 is being resolved in \(worktree)"))
  }

  @Test("once it has landed, clean takes away what was parked, too")
  func cleaned() async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    let worktree = try await conflict.open()
    let open = try await scenario.sage("clean").output
    #expect(open.contains("kept the worktree of A-2's conflict, \(worktree) (the conflict is being resolved there)\n"), "\(open)")
    #expect(open.contains("kept refs/heads/sage/A-2 (parked work that has not landed)\n"))
    try await conflict.solve(worktree)
    #expect(try await scenario.sage("resolve", "A-2", "--continue").status == 0)
    let clean = try await scenario.sage("clean")
    #expect(clean.output.contains("removed refs/heads/sage/A-2 (landed, as its conflict was resolved)\n"), "\(clean.output)")
    #expect(try await scenario.git("for-each-ref", "refs/heads/sage", "refs/sage-stream/attempts", "refs/sage-stream/salvage") == "")
    #expect(try await scenario.sage("undo").status == 0, "what has landed can still be taken back")
  }

  @Test("what was left out of a resolution stays")
  func leftOutStays() async throws {
    let conflict = try await ConflictScenario(
      worker: "for n in 1 2; do echo $SAGE_TICKET_ID >part-$n.txt; git add .; git commit -qm \"part $n of $SAGE_TICKET_ID\"; done")
    let worktree = try await conflict.open()
    _ = try await conflict.scenario.tryGit(["cherry-pick", "--skip"], in: worktree)
    try conflict.write("both\n", to: "part-2.txt", in: worktree)
    try await conflict.scenario.git("add", ".", in: worktree)
    #expect(try await conflict.scenario.sage("resolve", "A-2", "--continue").status == 0)
    let clean = try await conflict.scenario.sage("clean").output
    #expect(clean.contains("kept refs/heads/sage/A-2 (parked work that has not landed)\n"), "\(clean)")
  }

  @Test("a worktree whose ticket landed another way goes with clean, and what stood in it is kept; also when killed in between")
  func orphaned() async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    let worktree = try await conflict.open()
    try conflict.write("half solved\n", in: worktree)
    try await scenario.git("merge", "--quiet", "--strategy=ours", "sage/A-2", "-m", "By hand")
    #expect(try await scenario.sage("--auto", "--limit=0").status == 0)
    #expect(try scenario.states() == ["A-1": "COMPLETED", "A-2": "COMPLETED"])
    let dry = try await scenario.sage("clean", "--dry-run").output
    #expect(dry.contains("would remove the worktree of A-2's conflict, \(worktree) (A-2 is COMPLETED)\n"), "\(dry)")
    #expect(
      try await scenario.sage("clean", setting: ["GIT_SAGE_STREAM_FAILPOINT": "clean.resolution.removed=kill"]).status > 128)
    #expect(try await scenario.sage("clean").status == 0)
    #expect(try FileStatus.of(worktree) == nil)
    try await conflict.expectTidy()
    let kept = try await scenario.git("for-each-ref", "--format=%(refname)", "refs/sage-stream/salvage/A-2")
    #expect(try await scenario.show("\(kept):clash.txt") == "half solved\n")
  }

  @Test("held where the user works on its paths, and landed by the next start that finds them free")
  func held() async throws {
    let conflict = try await ConflictScenario()
    let scenario = conflict.scenario
    let worktree = try await conflict.open()
    try await conflict.solve(worktree)
    try scenario.write("clash.txt", "the user was here\n")
    let answer = try await scenario.sage("resolve", "A-2", "--continue")
    #expect(answer.status == 1)
    #expect(answer.error.contains("warning: A-2 is finished and held: clash.txt: it has local changes"), "\(answer.error)")
    #expect(try await scenario.sage("resolve", "A-2", "--abort").status == 128)
    try await scenario.git("checkout", "--quiet", "clash.txt")
    let run = try await scenario.sage("--auto", "--limit=0")
    #expect(run.status == 0, "\(run.error)")
    try await conflict.expectLanded()
  }
}
