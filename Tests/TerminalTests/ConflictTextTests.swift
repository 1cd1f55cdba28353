import Git
import Platform
import SageStream
import Terminal
import Testing
import Tickets

@Suite("A conflict as a person sees it")
struct ConflictTextTests {
  private func side(_ start: Int, _ lines: String...) -> ConflictHunk.Side {
    ConflictHunk.Side(start: start, count: lines.count, lines: lines)
  }

  private func report() throws -> ConflictReport {
    let time = WallTime(seconds: 1_795_377_240)
    let landed = LandedChange(ticket: "T-011", commit: try commit("7"), subject: "task(T): #T-011 Rename", author: "Ann", time: time)
    let own = LandedChange(ticket: nil, commit: try commit("8"), subject: "Tidy up\u{1B}[2J", author: "Ben", time: time)
    let fetcher = ConflictedFile(
      path: TreePath("Sources/Fetcher.swift"), type: "content", message: "CONFLICT (content): Merge conflict in Sources/Fetcher.swift",
      hunks: [
        ConflictHunk(
          base: side(40, "\tfunc fetch(_ u: URL) {"), ours: side(41, "\tfunc get(_ u: URL) {"),
          theirs: side(40, "\tfunc fetch(_ u: URL, retries: Int = 3) {"), landedBy: landed),
        ConflictHunk(base: side(60, "a", "b"), ours: side(61), theirs: side(61, "c"), landedBy: own),
      ])
    let tests = ConflictedFile(
      path: TreePath("Tests/FetchTests.swift"), type: "modify/delete",
      message: "CONFLICT (modify/delete): Tests/FetchTests.swift deleted in main and modified in sage/T-014.", landedBy: landed)
    return ConflictReport(
      ticket: "T-014", title: "Add retry", branch: .branch("sage/T-014"), base: try commit("a"), onto: try commit("b"),
      commit: try commit("c"), run: try SampleRun().id, attempt: 1, time: time, log: "/state/log",
      others: ["T-011": "Rename Fetcher to HTTPClient"], paths: [fetcher, tests])
  }

  @Test("main is safe, the parties, the paths with the fewest hunks first, the three sides, what to type")
  func view() throws {
    expectScreen(
      ConflictText([try report()], target: "main", style: .plain).lines,
      #"""
      main is safe: T-014 has not landed, and no side was chosen

      conflict T-014  Add retry  (parked on sage/T-014)
      with     T-011  Rename Fetcher to HTTPClient  (landed as 7777777777)
      with     8888888888  Tidy up\u{1B}[2J  (a commit by Ben)

        Tests/FetchTests.swift  modify/delete
        Sources/Fetcher.swift   content, 2 hunks

      Tests/FetchTests.swift
        CONFLICT (modify/delete): Tests/FetchTests.swift deleted in main and modified in sage/T-014.
        changed on main by T-011 (7777777777)

      Sources/Fetcher.swift:41, 1 of 2
        on main by T-011 (7777777777)
        base  40 | 	func fetch(_ u: URL) {
        T-011 41 | 	func get(_ u: URL) {
        T-014 40 | 	func fetch(_ u: URL, retries: Int = 3) {

      Sources/Fetcher.swift:61, 2 of 2
        on main by 8888888888 Tidy up\u{1B}[2J
        base  60 | a
              61 | b
        main     | (no lines)
        T-014 61 | c

      to see the whole of it:
        git log -p aaaaaaaaaa..sage/T-014
      to finish it by hand, in a worktree that is stopped at the conflict:
        git sage-stream resolve T-014
      to have it done again from the current tip:
        git sage-stream retry T-014
      """#)
  }

  @Test("no conflict is an answer too")
  func none() { expectScreen(ConflictText([], target: "main", style: .plain).lines, "no conflicts: nothing is parked") }

  @Test("both tickets say what they are for, in three lines at most")
  func intent() throws {
    let index = try queue(
      #"""
      {"id":"T-014","title":"Add retry","description":"Three attempts.\n\nOnly for idempotent\u001b[2J requests."},
      {"id":"T-011","title":"Rename","acceptanceCriteria":["one","two","three","four"]}
      """#
    ).index
    expectScreen(
      Array(ConflictText([try report()], target: "main", queue: index, style: .plain).lines[2..<10]),
      #"""
      conflict T-014  Add retry  (parked on sage/T-014)
               Three attempts.
               Only for idempotent\u{1B}[2J requests.
      with     T-011  Rename Fetcher to HTTPClient  (landed as 7777777777)
               - one
               - two
               - three
               (git sage-stream show T-011 has all of it)
      """#)
  }

  @Test("several conflicts are a list, one a line, and say once that main is safe")
  func several() throws {
    expectScreen(
      ConflictText([try report(), try report()], target: "main", style: .plain).lines,
      """
      main is safe: none of the 2 tickets below has landed, and no side was chosen

      conflict T-014  Add retry  with T-011 in Tests/FetchTests.swift and Sources/Fetcher.swift
      conflict T-014  Add retry  with T-011 in Tests/FetchTests.swift and Sources/Fetcher.swift

      to see one of them, or all as a page:
        git sage-stream conflicts ID
        git sage-stream conflicts --html --open
      """)
  }

  @Test("a long side shows its beginning and how much is left out")
  func long() throws {
    let many = ConflictHunk.Side(start: 1, count: 500, lines: (1...400).map { "line \($0)" })
    let hunk = ConflictHunk(base: side(1), ours: many, theirs: side(1, "x"), landedBy: nil, note: "the file ends without a line end")
    let path = ConflictedFile(path: TreePath("a"), type: "content", message: "", hunks: [hunk])
    let base = try report()
    let report = ConflictReport(
      ticket: "T", title: "", branch: base.branch, base: base.base, onto: base.onto, commit: base.commit, run: base.run, attempt: 1,
      time: base.time, log: nil, others: [:], paths: [path])
    let lines = ConflictText([report], target: "main", style: .plain).lines
    #expect(lines.contains("       12 | line 12"))
    #expect(lines.contains("          | ... 488 more lines"))
    #expect(lines.contains("  note: the file ends without a line end"))
    #expect(!lines.contains { $0.contains("line 13") })
  }
}
