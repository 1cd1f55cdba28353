import Platform
import SageStream
import Terminal
import Testing

@Suite("The questions of init")
struct SetupTextTests {
  private func ask(typing text: String, proposal: SetupProposal, given: Setup = Setup()) async throws -> (setup: Setup?, shown: String) {
    let keyboard = try FileDescriptor.pipe()
    let paper = try FileDescriptor.pipe()
    try keyboard.writeEnd.closeAfter { _ = try keyboard.writeEnd.writeAll(text.utf8) }
    let prompter = TerminalPrompter(input: keyboard.readEnd, screen: Screen(paper.writeEnd))
    let setup = await SetupText.ask(given, wantsHook: nil, proposal: proposal, prompter: prompter)
    try paper.writeEnd.close()
    try keyboard.readEnd.close()
    let shown = try paper.readEnd.closeAfter {
      try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
        String(decoding: buffer[..<(try paper.readEnd.read(into: buffer))], as: UTF8.self)
      }
    }
    return (setup, shown)
  }

  @Test("an empty line takes what is offered; the agents that are installed are named")
  func offers() async throws {
    let proposal = SetupProposal(
      agents: ["claude", "codex"], worker: nil, check: nil, tests: "swift test", exclude: [".sage/", ".docs/"], hasQueue: true)
    let asked = try await ask(typing: "\n\n\n\n", proposal: proposal)
    var expected = Setup()
    expected.worker = "claude"
    expected.check = "swift test"
    expected.installsHook = true
    #expect(asked.setup == expected)
    #expect(
      asked.shown == """
        What does a ticket: an agent's name, or a command?
        Installed agents: claude and codex
          [claude]
        What must pass before anything lands: a build, the tests? (- for nothing)
          [swift test]
        Which folders never land? (names with blanks between)
          [.sage/ .docs/]
        Install the pre-push hook, which keeps half-finished work in the house?
          [y]

        """)
  }

  @Test("other answers count, a dash is no check, and the end of input changes nothing")
  func answers() async throws {
    let proposal = SetupProposal(agents: [], worker: "old", check: nil, tests: nil, exclude: [".sage/"], hasQueue: false)
    let asked = try await ask(typing: " ./work.sh --fast \n-\n.sage/ x/\nno\nyes\n", proposal: proposal)
    var expected = Setup()
    expected.worker = "./work.sh --fast"
    expected.exclude = [".sage/", "x/"]
    expected.writesSampleQueue = true
    #expect(asked.setup == expected)
    #expect(try await ask(typing: "x\n", proposal: proposal).setup == nil)
  }
}
