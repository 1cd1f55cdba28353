import ArgumentParser
import SageStream
import Terminal

/// Tells what a run did.
struct ReportCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Tell what a run did: who worked on what when, what landed, what waited, as text or as a page.")

  @Argument(help: .init("The run; by default the newest, also one that goes on.", valueName: "run"))
  var run: String?
  @OptionGroup var page: PageFlags
  @Flag(name: .customLong("markdown"), help: "Write it in Markdown.")
  var isMarkdown = false

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    if isMarkdown, page.isWanted { throw .usage("--markdown and --html exclude each other") }
    let project = try await scene.project()
    let id = run.flatMap { RunID($0) }
    if let run, id == nil { throw .usage("'\(run)' is no run; git sage-stream log lists them") }
    guard let report = try RunReport.read(id, of: project) else {
      throw .nothingToDo(id.map { "there is no run \($0) in this repository's journals" } ?? "no run yet in this repository")
    }
    let queue = report.queue(in: project)
    if page.isWanted {
      let pages = try ReportPages(report, in: project, queue: queue)
      try await scene.show(pages.page, at: pages.file, opens: page.opens, in: project)
    } else if isMarkdown {
      Screen.output.write(ReportMarkdown(report, queue: queue).text)
    } else {
      await scene.show(ReportText(report, queue: queue, style: scene.style(of: .output, in: project)).lines, in: project)
    }
    return 0
  }
}
