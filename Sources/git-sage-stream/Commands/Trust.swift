import ArgumentParser
import SageStream
import Terminal

/// Consent to the commands that come from the queue.
struct TrustCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "trust", abstract: "Show the validation commands that the queue's tickets name, and record your consent to run them.")

  @Flag(name: .customLong("dry-run"), help: "Only show them.")
  var isDryRun = false
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: queue.path)
    let list = try project.trustList()
    if !isDryRun { try project.trust(list) }
    Screen.output.show(TrustText(list, isDryRun: isDryRun, style: scene.style(of: .output, in: project)).lines)
    return 0
  }
}
