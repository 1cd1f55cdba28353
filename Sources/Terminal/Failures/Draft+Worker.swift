import SageStream

extension Draft {
  static func noWorker(agentsOnPath agents: [String]) -> Draft {
    let known = agents.compactMap { name in invocations.first { $0.agent == name } }
    let found =
      agents.isEmpty
      ? "none of the agents known to us is on PATH; any command or script can be a worker"
      : "on PATH: \(Amounts.list(agents.map { $0.harmless() }))"
    let examples = known.isEmpty ? ["git config sageStream.worker ./work.sh"] : known.map { "git config sageStream.worker '\($0.command)'" }
    return Draft("no worker is configured, so there is nobody to do a ticket", hints: [found] + examples.prefix(3))
  }

  static func workerCannotRun(_ command: String, status: Int32, message: String) -> Draft {
    let why = status == 126 ? "is not executable" : "was not found"
    return Draft(
      "the worker command cannot run (status \(status)): \(firstLine(command))",
      details: message.split(whereSeparator: \.isNewline).prefix(5).map { $0.harmless() },
      hints: ["a program in it \(why); no ticket was blamed for that", "git config sageStream.worker COMMAND, or --worker COMMAND"])
  }

  static func checkCannotRun(_ command: String, status: Int32, message: String) -> Draft {
    let why = status == 126 ? "is not executable" : "was not found"
    return Draft(
      "the check cannot run (status \(status)): \(firstLine(command))",
      details: message.split(whereSeparator: \.isNewline).prefix(5).map { $0.harmless() },
      hints: [
        "a program in it \(why); no ticket was blamed for that, and what is finished waits for the next run",
        "git config sageStream.check COMMAND, or --check COMMAND",
      ])
  }

  /// How the agents that people have most are called without a person in front of them; the command is run by /bin/sh in the ticket's
  /// worktree, with the prompt in the file that SAGE_PROMPT_FILE names.
  private static let invocations: [(agent: String, command: String)] = [
    ("claude", #"claude -p --permission-mode acceptEdits <"$SAGE_PROMPT_FILE""#),
    ("codex", #"codex exec --sandbox workspace-write - <"$SAGE_PROMPT_FILE""#),
    ("gemini", #"gemini --approval-mode=yolo <"$SAGE_PROMPT_FILE""#),
    ("aider", #"aider --yes-always --no-auto-commits --message-file "$SAGE_PROMPT_FILE""#),
  ]
}
