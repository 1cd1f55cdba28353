import Terminal
import Testing

@Suite("Colour")
struct StyleTests {
  private func isColoured(
    _ command: String? = nil, ui: String? = nil, _ environment: [String: String] = [:], isTerminal: Bool = true
  ) -> Bool {
    Style(command: command, userInterface: ui, environment: environment, isTerminal: isTerminal).isColoured
  }

  @Test("a terminal has colour, a file has none")
  func terminal() {
    #expect(isColoured())
    #expect(!isColoured(isTerminal: false))
    #expect(!isColoured(nil, ["TERM": "dumb"]))
  }

  @Test("NO_COLOR switches it off, an empty one does not")
  func noColor() {
    #expect(!isColoured(nil, ["NO_COLOR": "1"]))
    #expect(!isColoured(ui: "always", ["NO_COLOR": "1"]))
    #expect(isColoured(nil, ["NO_COLOR": ""]))
  }

  @Test("color.sageStream wins over color.ui")
  func settings() {
    #expect(isColoured("always", ui: "never", isTerminal: false))
    #expect(!isColoured("never", ui: "always"))
    #expect(!isColoured("false", ui: "always"))
    #expect(isColoured("auto", ui: "never"))
    #expect(isColoured(ui: "always", isTerminal: false))
    #expect(!isColoured(ui: "true", isTerminal: false))
  }

  @Test("git's own pager shows colour")
  func pager() { #expect(isColoured(nil, ["GIT_PAGER_IN_USE": "true"], isTerminal: false)) }

  @Test("colour goes around the words and plain text has no escape sequence")
  func painting() {
    #expect(Style(isColoured: true).bad("failed") == "\u{1B}[31mfailed\u{1B}[m")
    #expect(Style.plain.bad("failed") == "failed")
  }
}
