import Git
import Platform
import Support
import Testing

@testable import SageStream

@Suite("Slots: what else a worker may do")
struct SlotsAnyWorkerTests {
  @Test("A worker has no terminal to keep, and of our descriptors only standard input, output and error")
  func descriptors() async throws {
    let test = try await SlotScenario()
    let report = try await test.work(
      """
      if (: < /dev/tty) 2>/dev/null; then echo tty; fi
      for n in 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do if [ -e /dev/fd/$n ]; then readlink /dev/fd/$n || echo $n; fi; done
      exec sleep 0
      """)
    #expect(try File.readText(report.log) == "")
  }

  @Test(
    "What a worker pushes elsewhere is there, and its work is picked up all the same; its push of main to the repository itself is a move of main"
  )
  func push() async throws {
    let test = try await SlotScenario(arrange: { scenario in
      try await scenario.git("init", "--quiet", "--bare", "../remote.git")
      try await scenario.git("remote", "add", "origin", scenario.root.path.appending("remote.git").string)
    })
    let report = try await test.work("echo x > x; git add x; git commit -qm x; git push -q origin HEAD:refs/heads/elsewhere")
    let tip = try #require(report.outcome.submission).tip
    #expect(try await test.git("ls-remote", "origin", "refs/heads/elsewhere").hasPrefix(tip.hex))
    #expect(try await test.git("rev-parse", "main") == test.base.hex)
    try await test.expectCleanStart()
  }

  @Test("A worker that cannot read its own file any more: as root it comes home, otherwise the worktree is set aside with it")
  func unreadable() async throws {
    let test = try await SlotScenario()
    let report = try await test.work(
      "echo precious > secret; chmod 000 secret; echo x > x; mkdir locked; echo y > locked/y; chmod 555 locked")
    if geteuid() == 0 {
      #expect(try await test.changed(try #require(report.outcome.submission).tip) == ["locked/y", "secret", "x"])
    } else {
      #expect(report.outcome.failure?.category == .harvest)
      #expect(!report.slotIsUsable)
      let aside = try #require(test.asides.first)
      #expect(try FileStatus.of(aside.appending("secret")) != nil)
    }
    try await test.expectCleanStart()
  }

  @Test("`git gc --prune=now` in one slot loses nothing of what another slot has not committed yet, nor what attempts left")
  func collectsGarbage() async throws {
    let test = try await SlotScenario()
    let first = try await test.work("echo 1 > one; git add one; git commit -qm one; git reset -q --hard HEAD~1; echo left > left; exit 3")
    let (one, two) = (try await test.slot(1), try await test.slot(2))
    let fifo = test.scenario.root.path.appending("fifo")
    mkfifo(fifo.string, 0o600)
    async let waiting = test.work("echo w > staged; git add staged; cat '\(fifo)' >/dev/null; git commit -qm staged", on: "T-2", in: one)
    let collecting = try await test.work("git gc -q --prune=now; echo c > c; echo go > '\(fifo)'", on: "T-3", in: two)
    #expect(collecting.outcome.name == "submitted")
    let tip = try #require(try await waiting.outcome.submission).tip
    #expect(try await test.git("show", "\(tip):staged") == "w")
    #expect(try await test.git("show", "\(try #require(first.salvage)):left") == "left")
    try await test.scenario.fsck()
  }

  @Test("The submodules that the user has are filled at the base's commits, without the network; others stay empty")
  func submodules() async throws {
    let inner = try await Scenario()
    try inner.write("inner", "1\n")
    try await inner.commit("inner one")
    let test = try await SlotScenario(arrange: { scenario in
      for name in ["sub", "other"] {
        try await scenario.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path.string, name)
      }
      try await scenario.commit("submodules")
      try await scenario.git("submodule", "--quiet", "deinit", "--force", "other")
      try Folder.removeTree(scenario.path.appending(".git/modules/other"))
    })
    // Nothing is asked of where they came from.
    try File.rename(inner.path, to: FilePath(inner.path.string + ".away"))
    let report = try await test.work("cat sub/inner > seen; ls other > others; git -C sub config remote.origin.url > origin")
    let tip = try #require(report.outcome.submission).tip
    #expect(try await test.git("show", "\(tip):seen") == "1")
    #expect(try await test.git("show", "\(tip):others") == "")
    #expect(try await test.git("show", "\(tip):origin") == inner.path.string)
    #expect(try await test.changed(tip) == ["origin", "others", "seen"])
    #expect(report.slotIsUsable)
    // A worker that moves it leaves it at the base's commit for the next ticket.
    let moved = try await test.work("git -C sub checkout -q --orphan x; git -C sub commit -qm x; git add sub; git commit -qm bump")
    #expect(moved.outcome.name == "submitted")
    let next = try await test.work("git status --porcelain > status; cat sub/inner > seen")
    #expect(try await test.git("show", "\(try #require(next.outcome.submission).tip):status") == "?? status")
    try File.rename(FilePath(inner.path.string + ".away"), to: inner.path)
  }
}
