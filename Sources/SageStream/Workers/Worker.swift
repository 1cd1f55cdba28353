import Git
import Platform

/// What does the tickets of a run: an agent that we know how to call, or any command.
public enum Worker: Sendable, Equatable {
  case agent(Agent)
  /// A line for /bin/sh.
  case command(String)

  public var agent: Agent? { if case .agent(let agent) = self { agent } else { nil } }

  /// An agent's name, or the line.
  public var displayed: String {
    switch self {
    case .agent(let agent): agent.name
    case .command(let line): line
    }
  }

  /// What is started; an agent's call is made anew for each attempt (`Agent.command`), and this is only what it looks like.
  var command: WorkerCommand {
    switch self {
    case .agent(let agent): .program([agent.displayed])
    case .command(let line): .shell(line)
    }
  }
}

extension Project {
  /// What `--worker` or `sageStream.worker` names.
  ///
  /// A value that is exactly the name of an agent, built in or configured, means that agent; anything else is a command line. A program
  /// of the same name is reached as a command by its path, or as `command NAME`.
  ///
  /// - Parameter text: nil for what configuration has.
  /// - Returns: nil where neither says anything.
  /// - Throws: `Failure.badConfiguration` for a value below `sageStream.agent.<name>` that cannot be.
  public func worker(_ text: String?) throws(Failure) -> Worker? {
    guard let text = text ?? settings.worker else { return nil }
    let name = text.trimmingSpaces
    if let agent = try agent(named: name) { return .agent(agent) }
    return .command(text)
  }

  /// The agent of this name as configuration has it; nil where there is none.
  public func agent(named name: String) throws(Failure) -> Agent? {
    let section = "sageStream.agent.\(name)"
    let line = configuration.string("\(section).command").flatMap { $0.trimmingSpaces.isEmpty ? nil : $0 }
    var agent: Agent
    if let preset = AgentPreset.named(name) {
      agent = Agent(preset)
      if let line {
        agent.call = .shell(line)
        agent.autonomy = "whatever the configured command allows"
      }
    } else if let line {
      agent = Agent(named: name, line: line)
    } else {
      return nil
    }
    for word in configuration.strings("\(section).argument") {
      switch agent.call {
      case .program(let program, let arguments): agent.call = .program(program, arguments + [word])
      case .shell(let line): agent.call = .shell(line + " " + quoted(word))
      }
    }
    if let text = configuration.string("\(section).prompt") {
      switch text {
      case "stdin": agent.prompt = .standardInput
      case "argument", "arg": agent.prompt = .argument(after: nil)
      case "file": agent.prompt = .file(after: "")
      case _ where text.hasPrefix("argument:"): agent.prompt = .argument(after: String(text.dropFirst(9)))
      case _ where text.hasPrefix("file:"): agent.prompt = .file(after: String(text.dropFirst(5)))
      default:
        throw .badConfiguration(key: "\(section).prompt", value: text, expected: "stdin, argument, argument:OPTION, file or file:OPTION")
      }
    }
    if let text = configuration.string("\(section).output") {
      guard let output = AgentOutput.named(text) else {
        throw .badConfiguration(
          key: "\(section).output", value: text, expected: "one of " + AgentOutput.all.map(\.name).joined(separator: ", "))
      }
      agent.output = output
    }
    do throws(GitError) { agent.timeout = try configuration.duration("\(section).timeout") } catch {
      throw .badConfiguration(
        key: "\(section).timeout", value: configuration.string("\(section).timeout") ?? "",
        expected: "a duration such as 90, 90s, 30m or 2h")
    }
    return agent
  }

  /// Every agent that can be named here: the built-in ones, then those that only configuration knows.
  public func agents() throws(Failure) -> [Agent] {
    let known = AgentPreset.all.map(\.name)
    let added = configuration.subsections(of: "sageStream.agent").filter { !known.contains($0) }
    var agents: [Agent] = []
    for name in known + added { if let agent = try agent(named: name) { agents.append(agent) } }
    return agents
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

/// One word for a POSIX shell, whatever it holds.
private func quoted(_ word: String) -> String {
  "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
