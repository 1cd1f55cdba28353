import Git
import Platform
import SageStream
import Testing
import Tickets

@testable import Terminal

@Suite("A conflict as a page")
struct ConflictPageTests {
  private static let attack = "</title></td><script>alert(1)</script><img src=x onerror=alert(2)>\u{202E}"

  private func side(_ start: Int, _ lines: String...) -> ConflictHunk.Side {
    ConflictHunk.Side(start: start, count: lines.count, lines: lines)
  }

  private func report(_ ticket: TicketID = "T-014", title: String = "Add retry") throws -> ConflictReport {
    let time = WallTime(seconds: 1_795_377_240)
    let landed = LandedChange(ticket: "T-011", commit: try commit("7"), subject: Self.attack, author: "Ann \(Self.attack)", time: time)
    let own = LandedChange(ticket: nil, commit: try commit("8"), subject: "Tidy up", author: "Ben", time: time)
    let hunks = [
      ConflictHunk(
        base: side(40, "kept", "old"), ours: side(41, "kept", "new"), theirs: side(40, "kept", "other", Self.attack), landedBy: landed),
      ConflictHunk(base: side(60, "a"), ours: side(61), theirs: side(61, "c"), landedBy: own, note: "no line end"),
    ]
    let deleted = ConflictedFile(
      path: TreePath("b.swift"), type: "modify/delete", message: "CONFLICT (modify/delete): b.swift \(Self.attack)", landedBy: landed)
    return ConflictReport(
      ticket: ticket, title: title, branch: .branch("sage/\(ticket)"), base: try commit("a"), onto: try commit("b"),
      commit: try commit("c"), run: try SampleRun().id, attempt: 1, time: time, log: "/state/runs/R/T-014.1/worker.log",
      others: ["T-011": "Rename \(Self.attack)"],
      paths: [ConflictedFile(path: TreePath("a.swift"), type: "content", message: "", hunks: hunks), deleted])
  }

  private func page(_ reports: [ConflictReport]) throws -> String {
    let index = try queue(
      #"{"id":"T-014","description":"Three attempts.\n<b>Only</b>"},{"id":"T-011","acceptanceCriteria":["no alias"]}"#
    ).index
    let file = FilePath("/state/conflicts/T-014.html")
    return ConflictPage(reports, target: "main", queue: index, logs: [:], file: file).page.text
  }

  /// Whether these stand on the page in this order.
  private func inOrder(_ page: String, _ parts: String...) -> String? {
    var rest = page[...]
    for part in parts {
      guard let place = rest.firstRange(of: part) else { return part }
      rest = rest[place.upperBound...]
    }
    return nil
  }

  @Test("main is safe, both tickets with what they are for, fewest hunks first, the three sides, what to type")
  func order() throws {
    #expect(
      inOrder(
        try page([try report()]), "T-014 conflicts with T-011</h1>", "main is safe:", "no side was chosen", "Add retry", "Three attempts.",
        "Rename", "- no alias", "7777777777", "Tidy up", "b.swift", "a.swift", "modify/delete", "changed on main by T-011",
        "hunk 1 of 2, line 41",
        "base ", "T-011 ", "T-014 ", "hunk 2 of 2", "no lines", "note: no line end", "git log -p aaaaaaaaaa..sage/T-014",
        "git sage-stream resolve T-014",
        "git sage-stream retry T-014", "</html>") == nil)
  }

  @Test("lines that the base does not have stand out")
  func marks() throws {
    let text = try page([try report()])
    #expect(text.contains("<tr><td class=\"n\">41</td><td><code>kept</code></td></tr>"))
    #expect(text.contains("<tr class=\"new\"><td class=\"n\">42</td><td><code>new</code></td></tr>"))
  }

  @Test("whatever agents write, no element and no address of theirs is on it")
  func hostile() throws {
    let text = try page([try report(title: Self.attack), try report("<T>", title: "\"><svg onload=alert(3)>")])
    for part in ["<script", "<img", "<svg", "\u{202E}"] { #expect(!text.contains(part), "\(part)") }
    #expect(!text.contains("http://") && !text.contains("https://"))
    #expect(text.contains("&lt;script&gt;alert(1)"))
  }

  @Test("several reports are one page with a list at its head")
  func several() throws {
    let text = try page([try report(), try report("T-015", title: "Second")])
    #expect(inOrder(text, "2 tickets conflict</h1>", "#conflict-0", "#conflict-1", "id=\"conflict-0\"", "id=\"conflict-1\"") == nil)
    #expect(text.contains("none of these tickets has landed"))
  }

  @Test("none is a page too")
  func none() throws { #expect(inOrder(try page([]), "No conflicts</h1>", "Nothing is parked.") == nil) }
}
