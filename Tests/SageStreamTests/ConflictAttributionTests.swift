import Git
import Support
import Testing
import Tickets

@testable import SageStream

/// Which landed commit a hunk is blamed on.
@Suite struct ConflictAttributionTests {
  private func file(_ path: String, _ changes: [Int: String], of count: Int = 30) -> ConflictLab.Step {
    { try $0.write(path, numbered(count, changes)) }
  }

  private func hunks(_ report: ConflictReport) -> [[String?]] {
    report.paths.flatMap(\.hunks).map { $0.landedByAll.map { $0.ticket?.rawValue } }
  }

  @Test func ofTwoTicketsInOneFileTheOneAtThatPlaceIsNamed() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1", file("f", [5: "five"]))
    try await lab.land("B-2", file("f", [5: "five", 20: "twenty"]))
    let report = try await lab.report("C-3", file("f", [5: "cinq"]))
    #expect(hunks(report) == [["A-1"]])
    #expect(report.paths.first?.hunks.first?.landedBy?.commit.hex == lab.commits["A-1"])
    #expect(report.paths.first?.hunks.first?.landedBy?.subject == "Work of A-1")
    #expect(report.paths.first?.hunks.first?.landedBy?.author == "Tess Ter")
    #expect(report.landedTickets == ["A-1"])

    let both = try await lab.report("D-4", file("f", [5: "cinq", 20: "vingt"]))
    #expect(hunks(both) == [["A-1"], ["B-2"]])
    #expect(both.paths.first?.landedBy?.ticket == "B-2")
    #expect(both.others == ["A-1": "Title of A-1", "B-2": "Title of B-2"])
  }

  @Test func linesSideBySideThatTheTicketLeftAloneBlameNobody() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1", file("f", [5: "five"]))
    try await lab.land("B-2", file("f", [5: "five", 6: "six"]))
    try await lab.land("D-4", file("f", [5: "five", 6: "six", 7: "seven"]))
    let report = try await lab.report("C-3", file("f", [5: "cinq"]))
    #expect(report.paths.first?.hunks.first?.ours.lines == ["five", "six", "seven"])
    #expect(hunks(report) == [["A-1"]])
  }

  @Test func aNeighbourIsNamedWhereNobodyElseClashes() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1", file("f", [6: "six"]))
    try await lab.land("B-2", file("f", [6: "six", 8: "eight"]))
    #expect(hunks(try await lab.report("C-3", file("f", [5: "cinq"]))) == [["A-1"]])
  }

  @Test func theLastOfSeveralInTheSameLineIsNamed() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1", file("f", [5: "five"]))
    try await lab.land("B-2", file("f", [5: "FIVE"]))
    #expect(hunks(try await lab.report("C-3", file("f", [5: "cinq"]))) == [["B-2"]])
  }

  @Test func whoOnlyRemovedLinesIsNamed() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1") { try $0.write("f", numbered(30).replacing("line 5\nline 6\n", with: "")) }
    try await lab.land("B-2") { try $0.write("f", numbered(30, [20: "x"]).replacing("line 5\nline 6\n", with: "")) }
    let report = try await lab.report("C-3", file("f", [5: "cinq"]))
    #expect(hunks(report) == [["A-1"]])
    #expect(report.paths.first?.hunks.first?.ours.lines == [])
    #expect(report.paths.first?.hunks.first?.ours.start == 5)
  }

  @Test func whoRemovedLinesIsNamedBesideWhoChangedTheNextOne() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1") { try $0.write("f", numbered(30).replacing("line 5\nline 6\n", with: "")) }
    try await lab.land("B-2") { try $0.write("f", numbered(30, [7: "seven"]).replacing("line 5\nline 6\n", with: "")) }
    let report = try await lab.report("C-3", file("f", [5: "cinq"]))
    #expect(report.paths.first?.hunks.first?.ours.lines == ["seven"])
    #expect(hunks(report) == [["A-1"]])
  }

  @Test func theUsersOwnCommitIsNamedWithoutATicket() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1", file("f", [25: "x"]))
    try await lab.user("Fix the fifth line", file("f", [5: "five", 25: "x"]))
    let report = try await lab.report("C-3", file("f", [5: "cinq"]))
    #expect(hunks(report) == [[nil]])
    #expect(report.paths.first?.hunks.first?.landedBy?.subject == "Fix the fifth line")
    #expect(report.paths.first?.hunks.first?.landedBy?.commit.hex == lab.commits["Fix the fifth line"])
    #expect(report.landedTickets.isEmpty)
    #expect(report.clashes.map(\.subject) == ["Fix the fifth line"])
  }

  @Test func aMergeOfTheUsersIsLookedInto() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    let scenario = lab.scenario
    try await scenario.checkout(new: "side")
    try await lab.land("A-1", file("f", [5: "five"]))
    try await lab.user("On the side", file("f", [5: "five", 15: "fifteen"]))
    try await scenario.checkout("main")
    try await lab.user("Elsewhere", file("other", [:]))
    try await scenario.merge("side")
    #expect(hunks(try await lab.report("C-3", file("f", [5: "cinq"]))) == [["A-1"]])
    let other = try await lab.report("D-4", file("f", [15: "quinze"]))
    #expect(other.paths.first?.hunks.first?.landedBy?.commit.hex == lab.commits["On the side"])
  }

  @Test func renamesAreFollowedOnBothSides() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1", file("f", [5: "five"]))
    try await lab.land("B-2") { try await $0.git("mv", "f", "moved") }
    try await lab.land("D-4", file("moved", [5: "five", 28: "x"]))
    let ours = try await lab.report("C-3", file("f", [5: "cinq"]))
    #expect(ours.paths.map(\.path.description) == ["moved"])
    #expect(hunks(ours) == [["A-1"]])

    let lab2 = try await ConflictLab(file("f", [:]))
    try await lab2.land("A-1", file("f", [5: "five"]))
    try await lab2.land("B-2", file("f", [5: "five", 28: "x"]))
    let theirs = try await lab2.report(
      "C-3",
      {
        try await $0.git("mv", "f", "moved")
        try $0.write("moved", numbered(30, [5: "cinq"]))
      })
    #expect(theirs.paths.map(\.path.description) == ["moved"])
    #expect(theirs.paths.first?.oursPath?.description == "f")
    #expect(hunks(theirs) == [["A-1"]])
  }

  @Test func theTicketsOwnEarlierCommitsAreNeverNamed() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1", file("f", [15: "fifteen"]))
    let report = try await lab.report("C-3", file("f", [5: "cinq"]), file("f", [5: "cinq", 15: "quinze"]))
    #expect(hunks(report) == [["A-1"]])
    #expect(report.paths.first?.hunks.first?.base.lines == ["line 15"])
    #expect(try await lab.scenario.git("log", "-1", "--format=%s", report.commit.hex) == "Step 2 of C-3")
    // The second commit works on lines that the first one moved.
    let shifted = try await lab.report(
      "D-4", { try $0.write("f", "1\n2\n3\n" + numbered(30)) }, { try $0.write("f", "1\n2\n3\n" + numbered(30, [15: "quinze"])) })
    #expect(hunks(shifted) == [["A-1"]])
    #expect(shifted.paths.first?.hunks.first?.ours.start == 18)
  }

  @Test func theTicketsOwnEarlierCommitsAreNoReasonForADeletionToClash() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1", file("f", [15: "fifteen"]))
    let report = try await lab.report("C-3", file("f", [5: "cinq"]), { try $0.remove("f") })
    #expect(report.paths.map(\.type) == ["modify/delete"])
    #expect(report.paths.first?.landedBy?.ticket == "A-1")
  }

  @Test func filesWithMoreThanOneAuthorOnMainAreSplitWhereBothAddedThem() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1", file("new", [5: "five"]))
    try await lab.land("B-2", file("new", [5: "five", 20: "twenty"]))
    let report = try await lab.report("C-3", file("new", [5: "cinq", 20: "vingt"]))
    #expect(report.paths.map(\.type) == ["add/add"])
    #expect(hunks(report) == [["A-1"], ["B-2"]])
  }

  @Test func renamesOnMainAreBlamedOnWhoGaveTheName() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1") { try await $0.git("mv", "f", "g") }
    try await lab.land("B-2", file("g", [9: "nine"]))
    let report = try await lab.report("C-3") { try await $0.git("mv", "f", "h") }
    #expect(Set(report.paths.map { $0.landedBy?.ticket?.rawValue }) == ["A-1"])
    let deleted = try await lab.report("D-4") { try $0.remove("f") }
    #expect(deleted.paths.map(\.type) == ["rename/delete"])
    #expect(deleted.paths.first?.landedBy?.ticket == "A-1")
  }

  @Test func aDeletionIsBlamedOnWhoDeleted() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1", file("f", [5: "five"]))
    try await lab.land("B-2") { try $0.remove("f") }
    try await lab.land("D-4") { try $0.write("other", "something else\n") }
    let report = try await lab.report("C-3", file("f", [9: "neuf"]))
    #expect(report.paths.map(\.type) == ["modify/delete"])
    #expect(report.paths.first?.landedBy?.ticket == "B-2")
  }

  @Test func worksOnATipThatNoReferenceNames() async throws {
    let lab = try await ConflictLab(file("f", [:]))
    try await lab.land("A-1", file("f", [5: "five"]))
    let tip = try await lab.tip()
    let (submission, outcome) = try await lab.pick("C-3", [file("f", [5: "cinq"])])
    guard case .conflicted(let conflict) = outcome else { throw Scenario.Failure(description: "no conflict") }
    try await lab.scenario.git("reset", "--quiet", "--hard", lab.start)
    let report = try await lab.report(of: submission, conflict)
    #expect(report.onto.hex == tip)
    #expect(hunks(report) == [["A-1"]])
  }
}
