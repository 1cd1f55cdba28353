import Planning
import SageStream
import Terminal
import Testing
import Tickets

@Suite("The queue as a person sees it")
struct QueueTextTests {
  private let tickets = #"""
    {"id":"E","title":"The epic","children":["A-1","A-2"]},
    {"id":"A-1","title":"Rename","priority":"P0","targetFiles":["src/a.swift"]},
    {"id":"A-2","title":"Retry","dependencies":["A-1"],"targetFiles":["src/a.swift","src/b.swift"]},
    {"id":"B-1","targetFiles":["src/b.swift"]},
    {"id":"C-1","state":"DEFERRED","deferReason":{"category":"conflict","message":"with A-0\nand more"}},
    {"id":"C-2","title":"After it","dependencies":["C-1","B-1"]},
    {"id":"D-1","title":"Done","state":"COMPLETED","priority":"P3"}
    """#

  @Test("a plan")
  func plan() throws {
    let queue = try queue(tickets)
    expectScreen(
      PlanText(Plan(queue.graph, workers: 2), of: queue.index, style: .plain).lines,
      """
      7 tickets, 3 can be worked on, 2 of them now

      ready, in starting order
        1  A-1  P0  Rename
        2  B-1  P2

      waves
        1  2 tickets: A-1 and B-1
        2  1 ticket: A-2

      blocked
        A-2  waits for A-1

      out of reach, because something behind them is set aside (git sage-stream explain ID)
        C-2  waits for C-1 (DEFERRED) and B-1

      never at the same time, because both touch the same files
        A-1 x A-2  src/a.swift
        A-2 x B-1  src/b.swift

      critical path, 2 tickets: A-1 -> A-2

      with 2 workers: 2 rounds instead of 3, 1.5 times as fast if every ticket takes equally long
      """)
  }

  @Test("a plan with nothing to do")
  func nothing() throws {
    let queue = try queue(#"{"id":"D-1","state":"COMPLETED"}"#)
    expectScreen(
      PlanText(Plan(queue.graph, workers: 2), of: queue.index, style: .plain).lines,
      "nothing to do: none of the 1 ticket can be worked on")
  }

  @Test("long lists are cut and say where the rest is")
  func long() throws {
    let queue = try queue((1...5).map { #"{"id":"A-\#($0)"}"# }.joined(separator: ","))
    let lines = PlanText(Plan(queue.graph, workers: 1), of: queue.index, style: .plain, limit: 3).lines
    #expect(lines[5] == "  3  A-3  P2")
    #expect(lines[6] == "  and 2 more (plan --json lists all)")
    #expect(lines.last == "with 1 worker: 5 rounds")
  }

  @Test("the list has a ticket a line, with its state")
  func list() throws {
    expectScreen(
      TicketListText(try queue(tickets).graph, style: .plain).lines,
      """
      E    UNPROCESSED  P2  epic  The epic
      A-1  UNPROCESSED  P0  Rename
      A-2  UNPROCESSED  P2  Retry
      B-1  UNPROCESSED  P2
      C-1  DEFERRED     P2
      C-2  UNPROCESSED  P2  After it
      D-1  COMPLETED    P3  Done
      """)
  }

  @Test("one ticket, with why it was set aside and all of its text made harmless")
  func ticket() throws {
    let queue = try queue(
      #"""
      {"id":"a b","title":"Sweep\u001b[2J","type":"Bug","component":"core","state":"DEFERRED","dependencies":["X"],
       "deferReason":{"category":"conflict","message":"with A-0\nand more"},"targetFiles":["src"],
       "description":"First.\n\tSecond.","acceptanceCriteria":["it works","it\nis fast"]}
      """#)
    expectScreen(
      TicketText(try #require(queue.index["a b"]), style: .plain).lines,
      #"""
      'a b'  Sweep\u{1B}[2J
      DEFERRED, P2, Bug, component core
      depends on: X
      touches: src
      deferred: conflict: with A-0 and more

      First.
      """# + "\n\tSecond.\n" + """

        done when
          - it works
          - it is fast
        """)
  }

  @Test("findings: errors first, then warnings, then the verdict")
  func findings() throws {
    let broken = try queue(#"{"id":"A","parent":"P"},{"id":"A"},{"id":"B","dependencies":["X"],"state":"ODD"}"#)
    expectScreen(
      FindingsText(broken.findings, tickets: 3, workable: 0, style: .plain).lines.map { $0 },
      """
      error: 2 tickets have the id A
      error: B depends on X, which does not exist (dependencies)
      warning: A has the parent P, which does not exist
      warning: A has no state and counts as UNPROCESSED
      warning: B has the unknown state ODD and is never worked on
      2 errors and 3 warnings in 3 tickets; a run refuses this queue
      """)
    let sound = try queue(#"{"id":"A","state":"UNPROCESSED"}"#)
    expectScreen(
      FindingsText(sound.findings, tickets: 1, workable: 1, style: .plain).lines, "the queue is sound: 1 ticket, 1 can be worked on")
  }
}
