import Platform
import Support
import Synchronization
import Testing
import Tickets

@testable import SageStream

@Suite("Runs that ask")
struct QuestionTests {
  /// Answers from a list, and notes what it was asked.
  private final class Script: Prompter {
    private let state: Mutex<(answers: [Answer], asked: [String])>

    init(_ answers: [Answer]) { state = Mutex((answers, [])) }

    var asked: [String] { state.withLock { $0.asked } }

    func ask(_ question: Question) async -> Answer {
      let words =
        switch question {
        case .begin(let tickets): "begin \(tickets.map(\.id.rawValue).joined(separator: " "))"
        case .start(let ticket, let left, let isFirst): "\(isFirst ? "start" : "go on") \(ticket.id) of \(left + 1)"
        case .component(let name, let tickets, let before):
          "component \(name) \(tickets.map(\.id.rawValue).joined(separator: " "))"
            + (before.map { " after \($0.name) \($0.landed)+\($0.setAside)" } ?? "")
        case .land(let ticket, let changes): "land \(ticket.id): \(changes.commits.joined(separator: "; "))"
        }
      return state.withLock { state in
        state.asked.append(words)
        return state.answers.isEmpty ? .quit : state.answers.removeFirst()
      }
    }
  }

  private func run(
    _ tickets: String, _ mode: RunOptions.Mode, _ answers: [Answer], worker: String = "echo $SAGE_TICKET_ID >$SAGE_TICKET_ID.txt"
  ) async throws -> (summary: RunSummary, asked: [String], scenario: Scenario) {
    let scenario = try await Scenario()
    try scenario.write(".sage/tickets/index.json", "{\"tickets\":[\(tickets)]}\n")
    try await scenario.commit("Begin")
    let project = try await Project.open(from: scenario.path, environment: scenario.environment)
    var options = RunOptions()
    options.mode = mode
    options.worker = worker
    let script = Script(answers)
    let summary = try await Run(project: project, options: options, prompter: script, observer: { _ in }).execute()
    return (summary, script.asked, scenario)
  }

  @Test("an interactive run asks before it begins, before each ticket and before each landing, whose commits it shows")
  func interactive() async throws {
    let result = try await run(
      #"{"id":"A","title":"One"},{"id":"B"},{"id":"C"},{"id":"D"},{"id":"E"}"#, .interactive,
      [.yes, .yes, .yes, .yes, .skip, .yes, .no, .skip, .quit])
    #expect(
      result.asked == [
        "begin A B C D E", "start A of 5", "land A: task(A): #A One", "go on B of 4", "land B: task(B): #B", "go on C of 3",
        "land C: task(C): #C", "go on D of 2", "go on E of 1",
      ])
    #expect(result.summary.landed == ["A"] && result.summary.deferred == ["B", "D"])
    // Set aside or not now: the work is kept either way.
    #expect(try await result.scenario.git("for-each-ref", "--format=%(refname:short)", "refs/heads/sage") == "sage/B\nsage/C")
  }

  @Test("nothing is done where the answer to the first question is no")
  func notAtAll() async throws {
    let result = try await run(#"{"id":"A"}"#, .interactive, [.no])
    #expect(result.asked == ["begin A"] && result.summary.landed.isEmpty)
  }

  @Test("--semi-auto works off one component after the other and asks at the borders only")
  func semiAutomatic() async throws {
    let tickets = #"""
      {"id":"UI-1","priority":"P0"},{"id":"API-1"},{"id":"UI-2","dependencies":["API-2"]},{"id":"API-2"},{"id":"UI-3"},{"id":"DOC-1"},{"id":"API-3"}
      """#
    let result = try await run(tickets, .semiAutomatic, [.yes, .yes, .yes, .no])
    #expect(
      result.asked == [
        // UI-2 waits for another component: its turn comes later.
        "component UI UI-1 UI-2 UI-3", "component API API-1 API-2 API-3 after UI 2+0", "component UI UI-2 after API 3+0",
        "component DOC DOC-1 after UI 3+0",
      ])
    #expect(result.summary.landed.map(\.rawValue) == ["UI-1", "UI-3", "API-2", "API-1", "API-3", "UI-2"])
    #expect(result.summary.unfinished == ["DOC-1"])
  }

  @Test("a component that is declined is left alone, also by tickets of it that become ready later; quit ends the run")
  func declined() async throws {
    let result = try await run(
      #"{"id":"UI-1","priority":"P0"},{"id":"API-1"},{"id":"UI-2","dependencies":["API-1"]},{"id":"DOC-1"}"#, .semiAutomatic,
      [.no, .yes, .quit])
    #expect(result.asked.map { $0.split(separator: " ")[1] } == ["UI", "API", "DOC"])
    #expect(result.summary.landed == ["API-1"])
  }

  @Test("the longest chain is what no number of workers makes shorter")
  func critical() async throws {
    let result = try await run(
      #"{"id":"A"},{"id":"B","dependencies":["A"]},{"id":"C"}"#, .automatic, [],
      worker: "sleep 0.0$((RANDOM % 3)); echo x >$SAGE_TICKET_ID.txt")
    #expect(result.summary.criticalSeconds > 0 && result.summary.criticalSeconds <= result.summary.workSeconds)
    #expect(result.summary.efficiency <= 1 && result.summary.leastSeconds >= result.summary.criticalSeconds)
  }
}
