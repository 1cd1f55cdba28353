import Testing
import Tickets

@testable import SageStream

@Suite("How the tickets of a run ended")
struct OutcomesTests {
  @Test("a ticket has the outcome it came to last, and none when it is open again")
  func last() {
    var outcomes = Outcomes()
    outcomes["A"] = .conflicted
    outcomes["B"] = .failed
    outcomes["A"] = .landed
    outcomes["C"] = .landed
    outcomes["B"] = nil
    #expect(outcomes.tickets(.landed) == ["A", "C"])
    #expect(outcomes.tickets(.conflicted).isEmpty && outcomes.tickets(.failed).isEmpty)
    #expect(outcomes["B"] == nil)
  }

  @Test("the critical path is the longest chain of work that waited for each other, all attempts counted")
  func critical() {
    var outcomes = Outcomes()
    outcomes.add(2, of: "A")
    outcomes.add(3, of: "X")
    outcomes.add(1, of: "A")
    outcomes.add(4, of: "B")
    #expect(outcomes.workSeconds == 10)
    #expect(outcomes.criticalSeconds { $0 == "B" ? ["A", "NEVER-RUN"] : [] } == 7)
  }
}
