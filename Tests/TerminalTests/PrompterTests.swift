import Platform
import SageStream
import Terminal
import Testing
import Tickets

@Suite("Questions at the terminal")
struct PrompterTests {
  /// Asks with these bytes as all that is typed, and gives the answers and what was shown.
  private func ask(_ questions: [Question], typing text: String) async throws -> (answers: [Answer], shown: String) {
    let keyboard = try FileDescriptor.pipe()
    let paper = try FileDescriptor.pipe()
    try keyboard.writeEnd.closeAfter { _ = try keyboard.writeEnd.writeAll(text.utf8) }
    let prompter = TerminalPrompter(input: keyboard.readEnd, screen: Screen(paper.writeEnd))
    var answers: [Answer] = []
    for question in questions { answers.append(await prompter.ask(question)) }
    try paper.writeEnd.close()
    try keyboard.readEnd.close()
    let shown = try paper.readEnd.closeAfter {
      try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
        String(decoding: buffer[..<(try paper.readEnd.read(into: buffer))], as: UTF8.self)
      }
    }
    return (answers, shown)
  }

  private func tickets() throws -> [Ticket] {
    try queue(#"{"id":"A-1","title":"Rename it"},{"id":"a b","title":"Sweep\u001b[2J"}"#).index.tickets
  }

  @Test("each answer is a word or its first letter, and belongs to its own question")
  func answers() async throws {
    let ticket = try #require(try tickets().first)
    let typed = try await ask(Array(repeating: .start(ticket, left: 0, isFirst: true), count: 5), typing: "y\nNO\n skip \nq\nyes")
    #expect(typed.answers == [.yes, .no, .skip, .quit, .quit])
  }

  @Test("what is no answer is asked again, and the end of input is quit")
  func nonsense() async throws {
    let ticket = try #require(try tickets().last)
    let typed = try await ask([.start(ticket, left: 0, isFirst: true)], typing: "perhaps\n")
    #expect(typed.answers == [.quit])
    #expect(
      typed.shown == #"""

        'a b'  Sweep\u{1B}[2J
        Start it? [y/n/s/q]
        y = yes, n = not now, s = set it aside, q = quit

        """#)
  }

  @Test("the questions of a run")
  func questions() async throws {
    let tickets = try tickets()
    let first = try #require(tickets.first)
    let changes = Changes(
      summary: "done\u{1B}[2J", commits: ["task(a): #A-1 Rename it"], stat: " a.swift | 2 +-\n 1 file changed",
      diff: { "-old\n+\tnew\u{1B}[31m" })
    let typed = try await ask(
      [.begin(tickets: tickets), .start(first, left: 2, isFirst: false), .land(first, changes)], typing: "y\nyes\nv\nhm\ndefer\n")
    #expect(typed.answers == [.yes, .yes, .skip])
    #expect(
      typed.shown == #"""
        2 tickets can be worked on: A-1 and 'a b'
        Begin? [y/n/q]

        A-1  Rename it  (2 others could start)
        Go on with it? [y/n/s/q]
        the worker says: done\u{1B}[2J
        commit: task(a): #A-1 Rename it
          a.swift | 2 +-
          1 file changed
        Land A-1? [y/n/d/v/q]
        -old
        +	new\u{1B}[31m
        Land A-1? [y/n/d/v/q]
        y = yes, n = not now (its work is kept), d = defer: set it aside, v = view the changes, q = quit

        """#)
  }

  @Test("the borders of components")
  func components() async throws {
    let tickets = try tickets()
    let typed = try await ask(
      [
        .component("AUTH", tickets: tickets, after: nil),
        .component("docs", tickets: [try #require(tickets.first)], after: Question.ComponentOutcome(name: "AUTH", landed: 1, setAside: 1)),
      ], typing: "y\nq\n")
    #expect(typed.answers == [.yes, .quit])
    #expect(
      typed.shown == """

        component AUTH, 2 tickets: A-1 and 'a b'
        Start it? [y/n/q]

        AUTH: 1 landed, 1 set aside
        component docs, 1 ticket: A-1
        Go on with it? [y/n/q]

        """)
  }

  @Test("Ctrl-C ends a question that nobody answers")
  func cancelling() async throws {
    let keyboard = try FileDescriptor.pipe()
    let paper = try FileDescriptor.pipe()
    let prompter = TerminalPrompter(input: keyboard.readEnd, screen: Screen(paper.writeEnd))
    let ticket = try #require(try tickets().first)
    async let answer = prompter.ask(.start(ticket, left: 0, isFirst: true))
    prompter.cancel()
    #expect(await answer == .quit)
    for end in [keyboard.readEnd, keyboard.writeEnd, paper.readEnd, paper.writeEnd] { try end.close() }
  }
}
