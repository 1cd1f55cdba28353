import SageStream
import Tickets

extension Draft {
  static func noWorker(agentsOnPath agents: [String]) -> Draft {
    let found =
      agents.isEmpty
      ? "none of the agents known to us is on PATH; any command or script can be a worker"
      : "on PATH: \(Amounts.list(agents.map { $0.harmless() }))"
    let examples =
      agents.isEmpty
      ? ["git config sageStream.worker ./work.sh"]
      : agents.prefix(3).map { "git config sageStream.worker \(CommandLineText.word($0.harmless()))" }
    return Draft("no worker is configured, so there is nobody to do a ticket", hints: [found] + examples)
  }

  static func workerCannotRun(_ command: String, status: Int32, message: String) -> Draft {
    let details = message.split(whereSeparator: \.isNewline).prefix(5).map { $0.harmless() }
    let sentence = "the worker command cannot run (status \(status)): \(firstLine(command))"
    guard status == 126 || status == 127 else {
      return Draft(
        sentence, details: details,
        hints: ["it does not know how it was called; no ticket was blamed for that", "git sage-stream worker probe shows which option"])
    }
    let why = status == 126 ? "is not executable" : "was not found"
    return Draft(
      sentence, details: details,
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

  static func agentNotFound(_ name: String, program: String) -> Draft {
    Draft(
      "the worker is the agent \(name.harmless()), and \(program.harmless()) is not on PATH",
      hints: [
        "git sage-stream worker list shows the agents that are", "git config sageStream.worker NAME, or --worker NAME-OR-COMMAND",
      ])
  }

  static func agentRefused(_ name: String, message: String, login: String) -> Draft {
    Draft(
      "\(name.harmless()) refused to work; no ticket was blamed for that", details: [message.harmless()],
      hints: [
        "\(login.harmless())",
        "then the same command again; git sage-stream worker show \(CommandLineText.word(name.harmless())) has what it needs",
      ])
  }

  static func untrustedValidation(_ tickets: [TicketID], commands: Int) -> Draft {
    let verb = commands == 1 ? "has" : "have"
    return Draft(
      "\(Amounts.count(commands, "validation command")) of \(Amounts.list(tickets.map(\.shown), limit: 5)) \(verb) no consent",
      hints: ["git sage-stream trust --dry-run shows them", "git sage-stream trust records your consent to run them"])
  }
}
