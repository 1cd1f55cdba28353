import Terminal
import Testing

@Suite("The pager is chosen as git chooses it")
struct PagerTests {
  private func command(
    _ gitPager: String? = "less", setting: String? = nil, environment: [String: String] = [:], isTerminal: Bool = true
  ) -> String? { Pager(gitPager: gitPager, setting: setting, environment: environment, isTerminal: isTerminal).command }

  @Test("git's own on a terminal, none elsewhere")
  func terminal() {
    #expect(command() == "less")
    #expect(command("delta | less") == "delta | less")
    #expect(command(isTerminal: false) == nil)
    #expect(command(environment: ["TERM": "dumb"]) == nil)
  }

  @Test("none where git has started one, or where it would print")
  func none() {
    #expect(command(environment: ["GIT_PAGER_IN_USE": "true"]) == nil)
    #expect(command("cat") == nil)
    #expect(command("") == nil)
    #expect(command(nil) == nil)
  }

  @Test("pager.sage-stream switches it off, or names another one")
  func setting() {
    #expect(command(setting: "false") == nil)
    #expect(command(setting: "true") == "less")
    #expect(command(setting: "most -s") == "most -s")
  }
}
