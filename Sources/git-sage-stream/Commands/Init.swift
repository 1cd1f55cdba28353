import ArgumentParser
import Platform
import SageStream
import Terminal

/// Says once what a run of this repository needs to know.
struct InitCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Ask for a worker, a check, the hook and what never lands, and write the answers to this repository's configuration.")

  @Option(help: .init("What does a ticket: an agent's name, or a command.", valueName: "worker"))
  var worker: String?
  @Option(help: .init("What must pass before anything lands.", valueName: "command"))
  var check: String?
  @Option(
    name: .customLong("exclude"), parsing: .unconditionalSingleValue,
    help: .init("A folder whose changes never land; may be repeated, and replaces the list.", valueName: "path"))
  var exclude: [String] = []
  @Flag(name: .customLong("hook"), inversion: .prefixedNo, help: "Install the pre-push hook.")
  var hook: Bool?
  @Flag(name: .customLong("sample"), help: "Write a sample queue where there is none.")
  var writesSample = false
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: queue.path)
    var setup = Setup()
    setup.worker = worker
    setup.check = check
    setup.exclude = exclude.isEmpty ? nil : exclude
    setup.installsHook = hook ?? false
    setup.writesSampleQueue = writesSample
    // With answers on the command line nothing is asked.
    if setup.isEmpty, hook == nil {
      guard isatty(STDIN_FILENO) == 1 else {
        throw .usage("init asks its questions at a terminal; without one it needs --worker, --check, --exclude, --hook or --sample")
      }
      let asked = await SetupText.ask(setup, wantsHook: hook, proposal: project.setupProposal(), prompter: TerminalPrompter())
      guard let asked else { return 130 }
      setup = asked
    }
    let text = SetupText.lines(try await setup.apply(to: project), style: scene.style(of: .messages, in: project))
    Screen.output.show(text.results)
    Screen.messages.show(text.messages)
    return 0
  }
}
