import Git
import Planning
import Platform
import SageStream
import Testing
import Tickets

/// Compares a whole screen: a failure shows both, line by line.
func expectScreen(_ lines: [String], _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(lines.joined(separator: "\n") == expected, sourceLocation: sourceLocation)
}

/// A queue given as the inside of its `tickets` array.
func queue(_ tickets: String) throws -> Queue {
  Queue(try TicketIndex(parsing: Array("{\"tickets\":[\(tickets)]}".utf8)), file: "/repo/.sage/tickets/index.json")
}

func commit(_ digit: Character) throws -> CommitID { try #require(CommitID(hex: String(repeating: digit, count: 40))) }

/// The run of all the tests here, and a factory for its events.
struct SampleRun {
  let id: RunID
  private(set) var events: [Event] = []

  init() throws { id = try #require(RunID("20261122T195400-3f2a")) }

  mutating func add(_ fact: Fact) {
    let sequence = events.count + 1
    events.append(Event(sequence: sequence, time: WallTime(seconds: 1_795_377_240 + sequence), run: id, fact: fact))
  }

  func attempt(_ ticket: TicketID, _ number: Int = 1) -> Attempt { Attempt(ticket: ticket, run: id, number: number) }

  mutating func begins(_ tickets: [TicketID], workers: Int) throws {
    add(
      .runStarted(
        RunStarted(
          process: ProcessIdentity(pid: 4711, startTime: "1"), target: .branch("main"), tip: try commit("a"), workers: workers,
          worker: "./work.sh", schedule: .flow, tickets: tickets, index: "/repo/.sage/tickets/index.json")))
  }

  mutating func starts(_ ticket: TicketID, _ title: String, worker: Int, attempt number: Int = 1) throws {
    add(
      .workerStarted(
        WorkerStarted(
          attempt: attempt(ticket, number), title: title, slot: worker, base: try commit("a"),
          process: ProcessIdentity(pid: 4712, startTime: "1"), log: FilePath("/state/\(ticket).\(number)/log"))))
  }

  mutating func submits(_ ticket: TicketID, worker: Int) throws {
    add(
      .submissionAnchored(
        Submission(
          attempt: attempt(ticket), base: try commit("a"), tip: try commit("b"), anchor: RefName("refs/sage-stream/attempts/\(ticket)"),
          message: "task: \(ticket)"), slot: worker))
  }

  mutating func lands(_ ticket: TicketID, seconds: Double, excluded: [TreePath] = []) throws {
    add(
      .landed(
        Landed(
          attempt: attempt(ticket), commits: [try commit("b")], from: try commit("a"), to: try commit("b"), files: 2,
          excluded: excluded, seconds: seconds)))
  }
}
