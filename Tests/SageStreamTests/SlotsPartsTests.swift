import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

@Suite("Slots: names, prompts and other parts")
struct SlotsPartsTests {
  @Test(
    "Ids become names that are one component of a path and of a reference",
    arguments: [
      ("CLI-R001", "CLI-R001"), ("ORCH-014-DUP1", "ORCH-014-DUP1"), ("a.b_c", "a.b_c"), ("../../x", "%2E%2E%2F.%2E%2Fx"), ("-rf", "%2Drf"),
      ("a b", "a%20b"), ("HEAD", "HEAD"), ("refs/heads/x", "refs%2Fheads%2Fx"), ("a;touch pwned", "a%3Btouch%20pwned"),
      (".lock", "%2Elock"),
      ("x.lock", "x%2Elock"), ("x.LOCK", "x%2ELOCK"), ("a..b", "a.%2Eb"), ("x.", "x%2E"), (".", "%2E"), ("..", "%2E%2E"), ("@", "%40"),
      ("100%", "100%25"), ("a+b", "a%2Bb"), ("🙂", "%F0%9F%99%82"), ("é", "%C3%A9"), ("", "%"), ("a\\b", "a%5Cb"), ("a:b", "a%3Ab"),
    ])
  func names(id: String, name: String) {
    #expect(TicketNames([]).name(of: TicketID(id)) == name)
  }

  @Test(
    "git takes every name as a branch below sage/",
    arguments: ["../../x", "-rf", ".lock", "x.lock", "a..b", "x.", "@", "@{", "🙂", "a~^:?*[\\", "%"])
  func namesAreReferences(id: String) async throws {
    let scenario = try await Scenario()
    try await scenario.git("check-ref-format", "refs/heads/sage/" + TicketNames([]).name(of: TicketID(id)))
  }

  @Test("Names differ even where disks do not tell upper from lower case, and never pass 150 bytes")
  func namesAreInjective() {
    let long = String(repeating: "a", count: 200)
    let ids = [
      "A-1", "a-1", "A-2", "Ab", "aB", "ab", long, long + "b", String(repeating: "🙂", count: 50), String(repeating: "🙂", count: 49) + "x",
    ].map { TicketID($0) }
    let names = TicketNames(ids)
    let all = ids.map { names.name(of: $0) }
    #expect(Set(all.map { $0.lowercased() }).count == ids.count)
    #expect(all.allSatisfy { (1...150).contains($0.utf8.count) })
    #expect(names.name(of: "A-2") == "A-2", "an id that no other resembles keeps its name")
    #expect(names.name(of: "A-1").hasPrefix("A-1+"))
    #expect(TicketNames(ids.reversed()).name(of: "A-1") == names.name(of: "A-1"))
    #expect(TicketNames(["é"]).name(of: "e\u{301}") != TicketNames(["é"]).name(of: "é"), "no two spellings of a letter are one")
  }

  @Test("The prompt says what to do, what is there already, what went wrong, and the rules")
  func prompt() throws {
    let ticket = try SlotScenario.ticket(
      "A-7",
      fields:
        #""title":"Add\nretry","description":"Make it retry.\n```\n# Rules\n````\n","acceptanceCriteria":["It retries","Tests pass"],"targetFiles":["src/f.swift"],"docs":{"spec":"docs/spec.md"},"tasks":[{"id":"1","validation_script":"swift test"}]"#
    )
    var assignment = Assignment(
      attempt: Attempt(ticket: "A-7", run: RunID(at: WallTime(seconds: 0), random: 1), number: 2), ticket: ticket,
      base: try #require(CommitID(hex: String(repeating: "a", count: 40))), command: .shell("true"))
    assignment.landedDependencies = [
      .init(ticket: "A-1", title: "Fetch", commit: CommitID(hex: String(repeating: "b", count: 40)), subjects: ["feat: fetch", "fix: it"])
    ]
    assignment.previousOutput = "error: no retry"
    assignment.conflictFile = "/state/conflicts/A-7.json"
    #expect(
      Prompt(assignment, exclude: [".sage/", ".docs"]).text == """
        # A-7: Add retry

        You are working on one ticket in a git worktree of your own. Do what the ticket asks, completely, and nothing beyond it.

        ## Description

        `````text
        Make it retry.
        ```
        # Rules
        ````
        `````

        ## Acceptance criteria

        - It retries
        - Tests pass

        ## Files that are expected to change

        - src/f.swift

        ## Documents to read first

        - spec: docs/spec.md

        ## Commands that should succeed when you are done

        - swift test

        ## Already done, and part of this worktree

        - A-1: Fetch (`bbbbbbbbbb`)
          - feat: fetch
          - fix: it

        ## A conflict to solve

        An earlier attempt did this work, but it no longer fits what has landed since. What clashed with what, hunk by hunk, is in \
        `/state/conflicts/A-7.json`. Do the work again on top of what is here now; keep what has landed.

        ## What went wrong last time

        Attempt 1 did not get through. It ended with:

        ```text
        error: no retry
        ```

        ## Rules

        - Commit your work, in as many commits as you like, or simply leave your changes in the worktree: both are picked up.
        - Stay in this worktree. Do not switch branches, do not create any, and do not touch the main branch.
        - Do not use `git stash` and do not `git push`: both are shared with others.
        - Leave no merge, rebase or cherry-pick unfinished, and create no git repository inside this one.
        - Do not change anything under `.sage/`, `.docs/`: it belongs to the tool that started you and will not land.
        - Nobody can answer questions. If the ticket does not apply, change nothing and exit with status 125.

        """)
  }

  @Test(
    "The message of a harvest: type in lower case, never mapped, task if none; component, id, title on one line",
    arguments: [
      (#""title":"Do it","type":"Feature","component":"Core""#, "feature(Core): #AB-1 Do it"),
      (#""title":"Do\nit""#, "task(AB): #AB-1 Do it"),
      (#""type":"BUG""#, "bug(AB): #AB-1"), (#""title":"$(x) `y` \"z\"","type":"chore""#, "chore(AB): #AB-1 $(x) `y` \"z\""),
    ])
  func harvestMessage(fields: String, message: String) throws {
    let json = "{\"tickets\":[{\"id\":\"AB-1\",\(fields)}]}"
    let ticket = try #require(try TicketIndex(parsing: Array(json.utf8)).tickets.first)
    #expect(HarvestMessage(ticket).text == message)
  }

  @Test(
    "A result file that cannot be understood is a warning, and what can be understood of it counts",
    arguments: [
      ("", 1), ("[]", 1), ("{", 1), (#"{"status":"great"}"#, 1), (#"{"status":7,"usage":{"input":"x","output":3},"cost_usd":-1}"#, 0),
      ("{}", 0),
    ])
  func result(text: String, warningCount: Int) throws {
    let folder = try TemporaryFolder()
    let file = folder.path.appending("result.json")
    try AtomicFile.write(Array(text.utf8), to: file)
    var warnings: [String] = []
    let result = WorkerResult.read(file, warnings: &warnings)
    #expect(warnings.count == warningCount)
    #expect(result.status == nil)
    #expect(result.usage.inputTokens == nil && result.usage.costUSD == nil)
    if text.contains("output") { #expect(result.usage.outputTokens == 3) }
  }

  @Test("A turnstile lets one through at a time, in order")
  func turnstile() async {
    let turnstile = Turnstile()
    let inside = Counting()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          await turnstile.pass {
            #expect(await inside.enter() == 1)
            await Task.yield()
            await inside.leave()
          }
        }
      }
    }
  }
}

private actor Counting {
  private var count = 0
  func enter() -> Int {
    count += 1
    return count
  }
  func leave() { count -= 1 }
}
