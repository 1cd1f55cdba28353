import ArgumentParser

/// `git sage-stream`: without a verb it runs the queue.
struct Root: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sage-stream",
    _superCommandName: "git",
    abstract: "Run a queue of tickets in parallel worktrees and land what is finished on your branch.",
    usage: """
      git sage-stream [<options>]
      git sage-stream <verb> [<options>]
      """,
    version: "git-sage-stream \(version)",
    subcommands: [
      PlanCommand.self, ExplainCommand.self, ListCommand.self, ShowCommand.self, ValidateCommand.self, StatusCommand.self,
      WaitCommand.self, ConflictsCommand.self, ResolveCommand.self, LandCommand.self, ReportCommand.self, RetryCommand.self,
      AbortCommand.self, UndoCommand.self, LogCommand.self, CancelCommand.self, PauseCommand.self, ContinueCommand.self,
      CleanCommand.self, TrustCommand.self, DemoCommand.self, HookCommand.self,
      WorkerVerb.self, InitCommand.self, FailpointsCommand.self, RunCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  /// Every name that may stand first.
  static var verbs: [String] { configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"] }
}
