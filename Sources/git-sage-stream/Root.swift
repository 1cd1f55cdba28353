import ArgumentParser

/// `git sage-stream`: without a verb it runs the queue.
struct Root: ParsableCommand {
  static let configuration = tree(default: RunCommand.self)

  /// The same verbs without one that is run where none is named: for arguments that begin with one, as the parser builds all options of a
  /// default even so, a third of what reading the arguments takes.
  struct Verbs: ParsableCommand {
    static let configuration = tree(default: nil)
  }

  private static func tree(default verb: (any ParsableCommand.Type)?) -> CommandConfiguration {
    CommandConfiguration(
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
      defaultSubcommand: verb)
  }

  /// Every name that may stand first.
  static var verbs: [String] { configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"] }

  /// What reads these arguments.
  static func parser(for arguments: [String]) -> any ParsableCommand.Type {
    configuration.subcommands.contains { $0.configuration.commandName == arguments.first } ? Verbs.self : Root.self
  }
}
