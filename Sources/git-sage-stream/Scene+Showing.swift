import Git
import Platform
import SageStream
import Terminal

extension Scene {
  /// Shows results as git shows its own: through the pager where that is a terminal.
  func show(_ lines: [String], in project: Project) async {
    let isTerminal = Screen.output.isTerminal
    let gitPager = isTerminal ? (try? await project.git.setting(pagerVariables).run("var", "GIT_PAGER").text) : nil
    let pager = Pager(
      gitPager: gitPager, setting: project.configuration.string("pager.sage-stream"), environment: environment, isTerminal: isTerminal)
    pager.show(lines, on: .output)
  }

  /// Writes a page, opens it if that is wanted, and prints its path on the last line.
  func show(_ page: Page, at file: FilePath, opens: Bool, in project: Project) async throws(Failure) {
    try PageFile.write(page, to: file)
    if opens, await !project.git.browse(file, isTerminal: Screen.output.isTerminal) {
      Screen.messages.show([
        "warning: no browser could be started; the page is written", "hint: git config --global web.browser <name>, see git-web--browse(1)",
      ])
    }
    Screen.output.show(file.string)
  }

  /// The allow-list of what git children see leaves this one out.
  private var pagerVariables: [String: String] { environment["GIT_PAGER"].map { ["GIT_PAGER": $0] } ?? [:] }
}
