import Git
import Testing

@testable import SageStream

@Suite struct ConflictLineHistoryTests {
  private func id(_ digit: Character) throws -> CommitID { try #require(CommitID(hex: String(repeating: digit, count: 40))) }

  private func change(_ old: Range<Int>, _ new: Range<Int>) -> LineChange { LineChange(old: old, new: new) }

  @Test func linesRememberWhoWroteThem() throws {
    let (a, b) = try (id("a"), id("b"))
    var history = LineHistory(count: 10)
    let fits1 = history.apply(a, [change(2..<3, 2..<5), change(7..<8, 9..<9)])
    #expect(fits1)
    #expect(history.count == 11)
    let fits2 = history.apply(b, [change(3..<4, 3..<4)])
    #expect(fits2)
    #expect(history.authors(of: 2..<3) == [a])
    #expect(history.authors(of: 3..<4) == [b])
    #expect(history.authors(of: 0..<1) == [])
    #expect(history.authors(of: 9..<9) == [a], "the removal")
    #expect(history.authors(of: 10..<11) == [])
  }

  @Test func changesAreComparedInLinesOfTheFirstVersion() throws {
    let (a, b) = try (id("a"), id("b"))
    var history = LineHistory(count: 10)
    let fits3 = history.apply(a, [change(0..<0, 0..<5)])
    #expect(fits3)
    let fits4 = history.apply(b, [change(9..<10, 9..<10)])
    #expect(fits4, "line 4 of the first version")
    #expect(history.meeting([4..<5]).overlapping == [b])
    #expect(history.meeting([3..<4]).overlapping == [])
    #expect(history.meeting([3..<4]).touching == [b])
    #expect(history.meeting([0..<0]).overlapping == [a])
    #expect(history.meeting([0..<1]).touching == [a])
  }

  @Test func whoChangedALineFirstIsStillKnown() throws {
    let (a, b) = try (id("a"), id("b"))
    var history = LineHistory(count: 10)
    let fits5 = history.apply(a, [change(5..<6, 5..<8)])
    #expect(fits5)
    let fits6 = history.apply(b, [change(6..<7, 6..<6)])
    #expect(fits6)
    #expect(history.meeting([5..<6]).overlapping == [a, b])
    #expect(history.commits == [a, b])
  }

  @Test func changesThatDoNotFitAreRefused() throws {
    var history = LineHistory(count: 3)
    let fits = try history.apply(id("a"), [change(3..<5, 3..<5)])
    #expect(!fits)
    #expect(history.count == 3)
  }
}
