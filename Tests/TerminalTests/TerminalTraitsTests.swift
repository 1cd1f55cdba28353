import Testing

@testable import Terminal

@Suite("What a terminal can do")
struct TerminalTraitsTests {
  private func traits(_ environment: [String: String], isTerminal: Bool = true) -> TerminalTraits {
    TerminalTraits(environment: ["TERM": "xterm-256color"].merging(environment) { $1 }, isTerminal: isTerminal)
  }

  @Test("lines are drawn anew on a terminal only, and neither in automation nor on a dumb one")
  func redrawing() {
    #expect(traits([:]).canRedraw)
    #expect(!traits([:], isTerminal: false).canRedraw)
    #expect(!traits(["TERM": "dumb"]).canRedraw)
    #expect(!traits(["TERM": ""]).canRedraw)
    #expect(!traits(["CI": "true"]).canRedraw)
    #expect(traits(["CI": "false"]).canRedraw)
  }

  @Test("the locale decides whether blocks and dots are drawn")
  func locale() {
    #expect(traits(["LANG": "de_DE.UTF-8"]).isUnicode)
    #expect(traits(["LC_ALL": "", "LC_CTYPE": "C.utf8"]).isUnicode)
    #expect(!traits(["LC_ALL": "C", "LANG": "de_DE.UTF-8"]).isUnicode)
    #expect(!traits([:]).isUnicode)
  }

  @Test("progress is told only to terminals that are known for it, not to those that take it for a notification")
  func progress() {
    #expect(traits(["WT_SESSION": "x"]).showsProgress)
    #expect(traits(["TERM_PROGRAM": "ghostty"]).showsProgress)
    #expect(traits(["TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.6.6"]).showsProgress)
    #expect(!traits(["TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.5.14"]).showsProgress)
    #expect(!traits(["TERM_PROGRAM": "ghostty", "TMUX": "/tmp/x"]).showsProgress)
    #expect(!traits(["TERM_PROGRAM": "ghostty", "CI": "1"]).showsProgress)
    #expect(!traits([:]).showsProgress)
  }
}
