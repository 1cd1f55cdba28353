import Terminal
import Testing
import Tickets

@Suite("Commands to copy")
struct CommandLineTextTests {
  @Test("plain words stay bare and all others are quoted for a shell")
  func words() {
    #expect(CommandLineText.word("sage/A-1") == "sage/A-1")
    #expect(CommandLineText.word("a b") == "'a b'")
    #expect(CommandLineText.word("it's") == #"'it'\''s'"#)
    #expect(CommandLineText.word("a;touch pwned") == "'a;touch pwned'")
    #expect(CommandLineText.word("") == "''")
  }

  @Test(
    "an id is passed so that it arrives",
    arguments: [
      ("A-1", "git sage-stream show A-1"), ("-rf", "git sage-stream show -- -rf"), ("a b", "git sage-stream show 'a b'"),
      ("../../x", "git sage-stream show ../../x"),
    ] as [(TicketID, String)])
  func ids(id: TicketID, command: String) { #expect(CommandLineText.command("show", id) == command) }
}
