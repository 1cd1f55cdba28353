import ArgumentParser
import Platform
import SageStream
import Terminal

/// Removes what is done.
struct CleanCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "clean", abstract: "Remove worktrees, references and journals of what has landed; say what is kept, and why.")

  @Option(
    name: .customLong("older-than"),
    help: .init(
      "Remove what has not landed as well, where it is older: 12h, 30d, 2w, or from before a date such as 2026-11-22.",
      valueName: "duration|date"))
  var olderThan: String?
  @Flag(name: .customLong("dry-run"), help: "Only say what would be removed and what would be kept.")
  var isDryRun = false
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let limit = try limit()
    let project = try await scene.project(index: queue.path)
    let plan = try await scene.run(project).clean(olderThan: limit, isDryRun: isDryRun)
    Screen.output.show(CleanText(plan, isDryRun: isDryRun, style: scene.style(of: .output, in: project)).lines)
    return 0
  }

  private func limit() throws(Failure) -> WallTime? {
    guard let text = olderThan else { return nil }
    if let date = WallTime(text.count == 10 ? text + "T00:00:00Z" : text) { return date }
    var duration = Duration(gitText: text)
    for (unit, hours) in [("d", 24), ("w", 168)] where text.hasSuffix(unit) {
      duration = Int(text.dropLast()).flatMap { Duration(gitText: "\($0 * hours)h") }
    }
    guard let duration else {
      throw .usage("--older-than is a duration such as 12h, 30d or 2w, or a date such as 2026-11-22, not '\(text)'")
    }
    return WallTime(seconds: WallTime.now.seconds - Int(duration.components.seconds))
  }
}
