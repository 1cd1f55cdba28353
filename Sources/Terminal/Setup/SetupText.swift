import Platform
import SageStream

/// The questions of `init`, and what it says it has done.
public enum SetupText {
  /// Asks for what the command line has not given; an empty line takes what stands in brackets.
  ///
  /// - Returns: nil where the person left.
  public static func ask(_ given: Setup, wantsHook: Bool?, proposal: SetupProposal, prompter: TerminalPrompter) async -> Setup? {
    var setup = given
    if setup.worker == nil {
      let known = proposal.agents.isEmpty ? "" : "\nInstalled agents: \(Amounts.list(proposal.agents))"
      let offer = proposal.worker ?? proposal.agents.first
      guard let answer = await prompter.ask(text: "What does a ticket: an agent's name, or a command?\(known)", offer: offer) else {
        return nil
      }
      if !answer.isEmpty, answer != proposal.worker { setup.worker = answer }
    }
    if setup.check == nil {
      let offer = proposal.check ?? proposal.tests
      let question = "What must pass before anything lands: a build, the tests? (- for nothing)"
      guard let answer = await prompter.ask(text: question, offer: offer) else { return nil }
      if !answer.isEmpty, answer != "-", answer != proposal.check { setup.check = answer }
    }
    if setup.exclude == nil {
      let question = "Which folders never land? (names with blanks between)"
      guard let answer = await prompter.ask(text: question, offer: proposal.exclude.joined(separator: " ")) else { return nil }
      let folders = answer.split(whereSeparator: \.isWhitespace).map(String.init)
      if !folders.isEmpty, folders != proposal.exclude { setup.exclude = folders }
    }
    if wantsHook == nil {
      guard let answer = await prompter.ask(text: "Install the pre-push hook, which keeps half-finished work in the house?", offer: "y")
      else {
        return nil
      }
      setup.installsHook = answer.lowercased().hasPrefix("y")
    }
    if !setup.writesSampleQueue, !proposal.hasQueue {
      guard let answer = await prompter.ask(text: "There is no queue yet. Write a sample of three tickets?", offer: "n") else { return nil }
      setup.writesSampleQueue = answer.lowercased().hasPrefix("y")
    }
    return setup
  }

  /// Each thing that was done as the command that does it again.
  public static func lines(_ steps: [Setup.Step], style: Style) -> (results: [String], messages: [String]) {
    var results: [String] = []
    var messages: [String] = []
    for step in steps {
      switch step {
      case .configured(let key, let values):
        results += values.map { "git config \(values.count > 1 ? "--add " : "")\(key) \(CommandLineText.word($0.harmless()))" }
      case .hook(let change):
        let text = HookText(change)
        results += text.results
        messages += text.messages
      case .sampleQueue(let path): results.append("a sample queue: \(path.shown)")
      case .queueKept(let path):
        messages.append("\(style.warning("warning: "))there is a queue at \(path.shown) already; it stays as it is")
      case .agentMissing(let name, let program):
        messages.append("\(style.warning("warning: "))\(program.harmless()) is not on PATH, and the agent \(name.harmless()) needs it")
      }
    }
    if results.isEmpty { results = ["nothing to change"] }
    messages.append("next: \(style.strong("git sage-stream validate")), then \(style.strong("git sage-stream plan"))")
    return (results, messages)
  }
}

extension TerminalPrompter {
  /// Asks for one line; an empty one takes the offer. Nil at the end of input.
  public func ask(text question: String, offer: String?) async -> String? {
    show(question.split(separator: "\n").map { $0.harmless() } + [offer.map { "  [\($0.harmless())]" } ?? "  [nothing]"])
    guard let line = await readLine() else { return nil }
    let answer = line.drop { $0.isWhitespace }
    let trimmed = String(answer.reversed().drop { $0.isWhitespace }.reversed())
    return trimmed.isEmpty ? offer ?? "" : trimmed
  }
}
