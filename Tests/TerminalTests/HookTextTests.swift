import Git
import Platform
import SageStream
import Terminal
import Testing
import Tickets

@Suite("What the hook commands say")
struct HookTextTests {
  private let hook: FilePath = "/r/.git/hooks/pre-push"
  private let previous: FilePath = "/r/.git/hooks/pre-push.sage-stream-prev"

  @Test("a refusal has every finding with its remedy, and the way around it")
  func refusal() throws {
    let id = try #require(CommitID(hex: String(repeating: "ab", count: 20)))
    let run = try #require(RunID("20261122T195400-3f2a"))
    var verdict = PushVerdict()
    #expect(PushVerdictText(verdict, remote: "origin").lines.isEmpty)
    verdict.warnings = ["something could not be looked at"]
    #expect(PushVerdictText(verdict, remote: "origin").lines == ["warning: git sage-stream: something could not be looked at"])
    let main = RefName("refs/heads/main")
    verdict.findings = [
      .openLanding(target: main, run: run, tickets: ["A-1", "A-2"]), .partOfTicket("A-1", to: main, last: id),
      .conflictMarkers(TreePath("a\u{1B}[2J.txt"), id), .unreadableQueue(.noTickets, at: main),
      .queueError(.cycle(["A-1", "A-2"]), at: main),
      .notCompleted("A-1", .deferred, commit: id, at: main, fixedHere: false),
      .notCompleted("A-1", .deferred, commit: id, at: main, fixedHere: true),
      .openDependencies("A-1", ["A-2"], commit: id, at: main), .parkedWork(RefName("refs/heads/sage/A-1")),
      .internalReference(RefName("refs/sage-stream/x")),
      .notGreen(id, to: main, TreeVerdict(.red(status: 2), log: "/log")),
    ]
    let lines = PushVerdictText(verdict, remote: "origin").lines
    #expect(lines[1] == "error: git sage-stream refuses the push to origin for 11 reasons; nothing was pushed, main did not move")
    #expect(lines.filter { $0.hasPrefix("    -> ") }.count == 11)
    #expect(lines.last == "hint: git push --no-verify pushes without this check")
    #expect(lines.allSatisfy { !$0.contains("\u{1B}") })
    #expect(lines.contains("  run 20261122T195400-3f2a died while it landed A-1 and A-2 on main"))
  }

  @Test("what has to be pasted stands alone on standard output, and the exit status is 1")
  func paste() {
    let text = HookText(.edited(hook))
    #expect(text.results.isEmpty && text.exitStatus == 1 && text.messages.count == 2)
    #expect(HookText(.previousInTheWay(hook: hook, previous: previous)).exitStatus == 1)
  }

  @Test("installing and removing say what is where now")
  func changes() {
    #expect(
      HookText(.installed(.file(hook, previous: previous))).results
        == ["installed: /r/.git/hooks/pre-push, which runs pre-push.sage-stream-prev first"])
    #expect(
      HookText(.alreadyInstalled(.configuration)).results == ["installed already: hook.sage-stream in the configuration of this repository"]
    )
    #expect(
      HookText(.uninstalled(removed: [.file(hook, previous: previous)], restored: [hook], stillCalledBy: [])).results
        == ["removed: /r/.git/hooks/pre-push", "as it was before: /r/.git/hooks/pre-push"])
    #expect(HookText(.uninstalled(removed: [], restored: [], stillCalledBy: [])).exitStatus == 0)
  }
}
