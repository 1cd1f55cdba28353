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
    let typed = try await ask(Array(repeating: .start(ticket), count: 5), typing: "y\nNO\n skip \nq\nyes")
    #expect(typed.answers == [.yes, .no, .skip, .quit, .quit])
  }

  @Test("what is no answer is asked again, and the end of input is quit")
  func nonsense() async throws {
    let ticket = try #require(try tickets().last)
    let typed = try await ask([.start(ticket)], typing: "perhaps\n")
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
    let typed = try await ask(
      [.begin(tickets: tickets), .land(try #require(tickets.first), changes: " a.swift | 2 +-\n 1 file changed")], typing: "y\ny\n")
    #expect(typed.answers == [.yes, .yes])
    #expect(
      typed.shown == """
        2 tickets can be worked on: A-1 and 'a b'
        Begin? [y/n/s/q]
          a.swift | 2 +-
          1 file changed
        Land A-1? [y/n/s/q]

        """)
  }

  @Test("Ctrl-C ends a question that nobody answers")
  func cancelling() async throws {
    let keyboard = try FileDescriptor.pipe()
    let paper = try FileDescriptor.pipe()
    let prompter = TerminalPrompter(input: keyboard.readEnd, screen: Screen(paper.writeEnd))
    let ticket = try #require(try tickets().first)
    async let answer = prompter.ask(.start(ticket))
    prompter.cancel()
    #expect(await answer == .quit)
    for end in [keyboard.readEnd, keyboard.writeEnd, paper.readEnd, paper.writeEnd] { try end.close() }
  }
}
