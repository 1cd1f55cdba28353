import Platform
import SageStream
import Support
import Testing
import Tickets

@Suite("Pages")
struct PageTests {
  @Test("conflicts --html prints the page's absolute path alone on the last line; the page has both tickets and no secret of the log")
  func conflict() async throws {
    let scenario = try await Scenario.with(
      tickets: #"{"id":"A-1","title":"First <b>"},{"id":"A-2","title":"Second","description":"What for."}"#)
    try scenario.write("shared.txt", "base\n")
    try await scenario.commit("Shared")
    let worker = try scenario.worker("echo API_KEY=hunter2hunter2; sleep 0.2; echo $SAGE_TICKET_ID > shared.txt")
    #expect(try await scenario.sage("--auto", "--parallel=2", "--schedule=batch", "--worker", worker).status == 1)
    let answer = try await scenario.sage("conflicts", "A-2", "--html", in: scenario.path.appending(".sage"))
    #expect(answer.status == 0 && answer.error == "")
    let path = try #require(answer.output.split(separator: "\n").last.map { FilePath(String($0)) })
    #expect(path == scenario.path.appending(".git/sage-stream/conflicts/A-2.html"))
    #expect(try FileStatus.of(path)?.permissions == 0o600)
    let page = try #require(try File.readText(path))
    for part in ["First &lt;b&gt;", "What for.", "API_KEY=[redacted]", "shared.txt", "git sage-stream resolve A-2"] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(!page.contains("hunter2"))
    // What it tells of is over: the page goes with the report.
    #expect(try await scenario.sage("retry", "A-2").status == 0)
    #expect(try FileStatus.of(path) == nil)
  }

  @Test("--open shows it in the browser that git is told to use")
  func open() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A-1"}"#)
    let browser = try scenario.worker("echo shown; cp \"$1\" '\(scenario.root.path)/shown.html'", name: "browser.sh")
    try await scenario.git("config", "browser.mine.cmd", browser)
    try await scenario.git("config", "web.browser", "mine")
    let answer = try await scenario.sage("conflicts", "--open")
    #expect(answer.output == "\(scenario.path.string)/.git/sage-stream/conflicts/+all.html\n")
    #expect(try File.readText(scenario.root.path.appending("shown.html"))?.contains("No conflicts") == true)
    try await scenario.git("config", "web.browser", "none-such")
    let without = try await scenario.sage("conflicts", "--open")
    #expect(without.status == 0)
    #expect(without.output == answer.output)
    #expect(without.errorLines.first == "warning: no browser could be started; the page is written")
  }

  @Test("a page and JSON at once cannot be")
  func both() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A-1"}"#)
    #expect(try await scenario.sage("conflicts", "--html", "--json").status == 129)
  }

  @Test("report tells of the newest run, as text, in Markdown and as a page that leads to the pages of its conflicts")
  func report() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A-1","title":"First"},{"id":"A-2"},{"id":"B-1","dependencies":["A-1"]}"#)
    #expect(try await scenario.sage("report").status == 128)
    let worker = try scenario.worker("sleep 0.1; echo $SAGE_TICKET_ID > ${SAGE_TICKET_ID%-*}.txt")
    #expect(try await scenario.sage("--auto", "--parallel=2", "--schedule=batch", "--worker", worker).status == 1)
    let text = try await scenario.sage("report")
    #expect(text.status == 0 && text.error == "")
    #expect(text.output.contains("landed 2, conflict 1\n"))
    #expect(text.output.contains(": A-1 -> B-1\n"))
    #expect(try await scenario.sage("report", "--markdown").output.contains("| A-1 | First | landed |"))
    let page = try await scenario.sage("report", "--html")
    let path = try #require(page.output.split(separator: "\n").last.map { FilePath(String($0)) })
    #expect(path.lastComponent == "report.html")
    let html = try #require(try File.readText(path))
    #expect(html.contains("href=\"../../conflicts/A-2.html\"") || html.contains("href=\"../../conflicts/A-1.html\""))
    let conflict = scenario.path.appending(".git/sage-stream/conflicts")
    #expect(try Folder.names(in: conflict).count { $0.suffix(5) == Array(".html".utf8)[...] } == 1)
    // A verb's journal is no run of the queue, and is shown by its name.
    #expect(try await scenario.sage("retry", html.contains("conflicts/A-2.html") ? "A-2" : "A-1").status == 0)
    #expect(try await scenario.sage("report").output == text.output)
    #expect(try await scenario.sage("report", "20200101T000000-0000").status == 128)
    #expect(try await scenario.sage("report", "yesterday").status == 129)
  }

  @Test(
    "plan --graph writes a file that begins as its format does", arguments: [("dot", "digraph"), ("mermaid", "flowchart"), ("svg", "<svg")])
  func graph(format: String, beginning: String) async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A-1"},{"id":"A-2","dependencies":["A-1"]}"#)
    let answer = try await scenario.sage("plan", "--graph=\(format)")
    #expect(answer.status == 0 && answer.error == "")
    #expect(answer.output.hasPrefix(beginning))
    #expect(try await scenario.sage("plan", "--graph", "png").status == 129)
  }
}
