import Platform
import Support
import Testing
import Tickets

/// Two real queues, with every sentence replaced, run to their ends.
@Suite("Real queues")
struct RealQueueTests {
  struct Case: CustomTestStringConvertible {
    let queue: String
    let workable: Int
    let options: [String]
    var testDescription: String { "\(queue) \(options.joined(separator: " "))" }
  }

  /// One worker, flow and batch, of each; `SAGE_STREAM_QUEUES=all` has 1, 4 and 8 workers in both schedules.
  static let cases: [Case] = {
    let all = [1, 4, 8].flatMap { n in ["flow", "batch"].map { ["--parallel=\(n)", "--schedule=\($0)"] } }
    let sample = [["--parallel=4", "--schedule=flow"]]
    let options = getenv("SAGE_STREAM_QUEUES") == nil ? sample : all
    return options.flatMap {
      [Case(queue: "skeleton-46", workable: 37, options: $0), Case(queue: "skeleton-133", workable: 48, options: $0)]
    }
  }()

  @Test("every workable ticket lands, after what it depends on, and only the bytes of changed values differ", arguments: cases)
  func runsToTheEnd(_ test: Case) async throws {
    let fixture = FilePath(#filePath).removingLastComponent().removingLastComponent()
      .appending("TicketsTests/Fixtures/\(test.queue).json")
    let before = try #require(try File.read(fixture))
    let scenario = try await Scenario()
    try scenario.write(Array(Scenario.queuePath.utf8), before)
    try await scenario.commit("Begin")
    let worker = try scenario.worker(#"mkdir -p work; echo "$SAGE_TICKET_ID" > "work/$SAGE_TICKET_ID.txt""#)
    let run = try await scenario.sage(["--auto", "--worker", worker] + test.options)
    #expect(run.status == 0, "\(run.error.suffix(2000))")
    let order = try await scenario.git("log", "--reverse", "--format=%(trailers:key=Sage-Ticket,valueonly,separator=)", "main")
      .split(separator: "\n").map { TicketID(String($0)) }
    #expect(order.count == test.workable)
    #expect(Set(order).count == test.workable)
    let old = try TicketIndex(parsing: before)
    let after = try #require(try File.read(scenario.path.appending(Scenario.queuePath)))
    let new = try TicketIndex(parsing: after)
    var place: [TicketID: Int] = [:]
    for (index, id) in order.enumerated() { place[id] = index }
    for id in order {
      #expect(new[id]?.state == .completed)
      for dependency in old[id]?.dependencies ?? [] {
        if let mine = place[id], let other = place[dependency] { #expect(other < mine, "\(id) landed before \(dependency)") }
      }
    }
    // Taking the changed values back gives the file as it was, byte for byte.
    let changed = zip(old.tickets, new.tickets).filter { $0.state != $1.state }
    #expect(old.tickets.map(\.id) == new.tickets.map(\.id))
    var expected = String(decoding: before, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let found = String(decoding: after, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    if expected.count == found.count {
      for line in expected.indices where expected[line] != found[line] {
        #expect(expected[line].contains("\"state\"") || expected[line].contains("\"updated\""), "line \(line + 1): \(found[line])")
        expected[line] = found[line]
      }
    } else {
      // `state_history` grows; nothing else may.
      #expect(changed.contains { String(decoding: $0.0.rawJSON, as: UTF8.self).contains("state_history") })
    }
    #expect(try await scenario.git("status", "--porcelain") == "")
  }
}
