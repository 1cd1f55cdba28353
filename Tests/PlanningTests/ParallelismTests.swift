import Planning
import Testing
import Tickets

@Suite("How parallel a queue is")
struct ParallelismTests {
  private func parallelism(_ tickets: String) throws -> Parallelism {
    let index = try TicketIndex(parsing: Array("{\"tickets\":[\(tickets)]}".utf8))
    return Parallelism(Plan(DependencyGraph(index), workers: 64))
  }

  @Test("a chain is worth one worker")
  func chain() throws {
    let found = try parallelism(#"{"id":"A"},{"id":"B","dependencies":["A"]},{"id":"C","dependencies":["B"]}"#)
    #expect(found.workable == 3 && found.ready == 1 && found.waves == 3 && found.widestWave == 1)
    #expect(found.worthwhileWorkers == 1 && found.rounds == 3 && found.sequentialRounds == 3)
  }

  @Test("no more workers are worth it than shorten the whole")
  func diamond() throws {
    // One chain of four decides how long it takes; the three others fit beside it with two workers.
    let chain = #"{"id":"A"},{"id":"B","dependencies":["A"]},{"id":"C","dependencies":["B"]},{"id":"D","dependencies":["C"]}"#
    let found = try parallelism(chain + #","# + ["X", "Y", "Z"].map { #"{"id":"\#($0)"}"# }.joined(separator: ","))
    #expect(found.ready == 4 && found.readyShare == 4.0 / 7 && found.widestWave == 4)
    #expect(found.worthwhileWorkers == 2 && found.rounds == 4 && found.sequentialRounds == 7)
  }

  @Test("nothing to do is worth one worker and no time")
  func nothing() throws {
    let found = try parallelism(#"{"id":"A","state":"COMPLETED"}"#)
    #expect(found.workable == 0 && found.readyShare == 0 && found.worthwhileWorkers == 1 && found.rounds == 0)
  }

  @Test("tickets that overlap count as one after the other")
  func overlaps() throws {
    let found = try parallelism((1...5).map { #"{"id":"A\#($0)","targetFiles":["one.txt"]}"# }.joined(separator: ","))
    #expect(found.ready == 5 && found.worthwhileWorkers == 1 && found.rounds == 5)
  }
}
