import Platform
import SageStream

/// What `worker list`, `worker show` and `worker probe` say.
public enum WorkerText {
  /// A line for each agent: whether it is installed, what it is.
  public static func list(_ agents: [Agent], selected: Worker?, environment: [String: String], style: Style) -> [String] {
    let width = agents.map(\.name.count).max() ?? 0
    let titles = agents.map(\.title.count).max() ?? 0
    var lines = agents.map { agent in
      let isSelected = selected?.agent?.name == agent.name
      let place = agent.path(in: environment).map { style.good($0.shown) } ?? style.faint("not on PATH")
      return (isSelected ? "* " : "  ") + style.strong(agent.name.harmless().padded(to: width))
        + "  \(agent.title.harmless().padded(to: titles))  \(place)"
    }
    let isCommand = if case .command? = selected { true } else { false }
    let line = isCommand ? "  \(selected?.displayed.harmless() ?? "")" : ""
    lines.append(
      (isCommand ? "* " : "  ") + style.strong("command".padded(to: width)) + "  any other command or script, run by /bin/sh" + line)
    return lines
  }

  /// Everything that is known of one.
  public static func show(_ agent: Agent, environment: [String: String], style: Style) -> [String] {
    func row(_ name: String, _ value: String) -> String { style.faint(name.padded(to: 12)) + value.harmless() }
    var lines = [
      style.strong(agent.name.harmless()) + "  " + agent.title.harmless(),
      row("program", agent.path(in: environment)?.string ?? "\(agent.program), not on PATH"),
      row("runs", agent.displayed), row("prompt", prompt(agent.prompt)), row("may", agent.autonomy),
    ]
    if !agent.environment.isEmpty {
      lines.append(row("sets", agent.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")))
    }
    if !agent.credentials.isEmpty {
      lines.append(row("needs", "a login (\(agent.login)), or one of \(agent.credentials.joined(separator: ", "))"))
    }
    lines.append(row("usage", usage(agent.output)))
    lines.append(row("throttled", "when a failure says: " + Amounts.list(agent.throttled, limit: 6)))
    lines.append(row("refused", "when it says: " + Amounts.list(agent.refused, limit: 6)))
    lines.append(
      row(
        "sandbox",
        agent.writable.map { "\($0) lets it write what a commit in a linked worktree writes" } ?? "none that would keep it from committing")
    )
    if let timeout = agent.timeout { lines.append(row("timeout", Amounts.duration(timeout / .seconds(1)))) }
    if let origin = agent.origin { lines.append(row("flags from", "\(origin.source) (\(origin.checked))")) }
    return lines
  }

  /// The contract of a plain command, for `worker show command`.
  public static func showCommand(_ line: String?, style: Style) -> [String] {
    let configured = line.map { "\(style.faint("runs".padded(to: 12)))/bin/sh -c \(CommandLineText.word($0.harmless()))" }
    return [style.strong("command") + "  any other command or script"] + [configured].compactMap(\.self) + [
      "It runs in the ticket's worktree, with standard input empty, and finds the ticket in these variables:",
      "  SAGE_TICKET_FILE  the ticket's JSON       SAGE_PROMPT_FILE  what to do, as markdown",
      "  SAGE_TICKET_ID    SAGE_TICKET_TITLE       SAGE_WORKTREE     SAGE_BASE  SAGE_ATTEMPT",
      "  SAGE_SLOT         SAGE_PORT_BASE          SAGE_RESULT_FILE  an optional report, as JSON",
      "It may commit or leave its changes. Exit status 0: done. 75: try again later. 125: not applicable. Any other: failed.",
    ]
  }

  /// One probe: what is there, what is missing, what would be run.
  public static func probe(_ probe: AgentProbe, style: Style) -> [String] {
    let name = style.strong(probe.agent.name.harmless())
    guard let path = probe.path else { return ["\(name)  \(style.bad("not found")): \(probe.agent.program.harmless()) is not on PATH"] }
    let missing = probe.flags.filter { !$0.isKnown }.map(\.flag)
    let verdict =
      probe.problem.map { style.bad("failed: ") + $0.harmless() }
      ?? (missing.isEmpty ? style.good("ok") : style.bad("does not know \(Amounts.list(missing.map { $0.harmless() }))"))
    var lines = ["\(name)  \(verdict)", "  program  \(path.shown)"]
    if let version = probe.version { lines.append("  version  \(version.harmless().clipped(to: 100))") }
    if !probe.flags.isEmpty {
      lines.append("  options  \(Amounts.count(probe.flags.count - missing.count, "option")) of \(probe.flags.count) are in its help")
    }
    if !probe.agent.credentials.isEmpty {
      let set = probe.credentials
      lines.append(
        set.isEmpty
          ? "  login    none of \(probe.agent.credentials.joined(separator: ", ")) is set, so it has to be logged in (\(probe.agent.login))"
          : "  login    \(Amounts.list(set)) is set and is what is charged")
    }
    lines.append("  runs     \(probe.agent.displayed.harmless())")
    return lines
  }

  private static func prompt(_ prompt: AgentPreset.Prompt) -> String {
    switch prompt {
    case .standardInput: "on standard input"
    case .argument(let option): "as an argument" + (option.map { " after \($0)" } ?? "")
    case .file(let option): "as a file" + (option.isEmpty ? ", in SAGE_PROMPT_FILE" : " after \(option)")
    }
  }

  private static func usage(_ output: AgentOutput) -> String {
    switch output.name {
    case "text", "openhands": "not in its output; a result file may say it"
    case "claude": "tokens and cost from its result event, where it has them"
    case "aider": "tokens and cost from its lines 'Tokens: ... Cost: ...'"
    case "opencode": "tokens and cost from its step_finish events"
    case "copilot": "not in its output yet (github/copilot-cli#4107)"
    default: "tokens from its \(output.name == "codex" ? "turn.completed events" : "result event")"
    }
  }
}
