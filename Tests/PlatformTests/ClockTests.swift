import Platform
import Testing

@Suite("Wall time")
struct ClockTests {
  @Test("a moment is written in UTC in three forms and read back from two of them")
  func forms() {
    let moment = WallTime(seconds: 1_800_000_000, nanoseconds: 42_000_000)
    #expect(moment.description == "2027-01-15T08:00:00.042Z")
    #expect(moment.toTheSecond == "2027-01-15T08:00:00Z")
    #expect(moment.compact == "20270115T080000")
    #expect(WallTime(moment.description) == moment)
    #expect(WallTime(moment.toTheSecond)?.seconds == moment.seconds)
  }

  @Test(
    "text that is no moment is nil",
    arguments: [
      "", "2027-01-15", "2027-01-15T08:00:00+01:00", "$(date -u +%Y-%m-%dT%H:%M:%SZ)", "-026-11-23T04:19:25.375Z", "2027-01-32T08:00:00Z",
      "2027-01-15T08:00:00.-42Z", "2027/01/15 08:00:00Z",
    ])
  func nonsense(_ text: String) { #expect(WallTime(text) == nil) }

  @Test("differences are in seconds, with their sign")
  func differences() {
    let early = WallTime(seconds: 10, nanoseconds: 500_000_000)
    let late = WallTime(seconds: 12)
    #expect(late - early == 1.5)
    #expect(early - late == -1.5)
    #expect(early < late)
  }
}
