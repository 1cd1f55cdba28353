import Git
import Platform
import Tickets

/// Everything that one attempt is told.
public struct Assignment: Sendable {
  /// A dependency whose work is part of the base.
  public struct LandedDependency: Sendable {
    public let ticket: TicketID
    public let title: String
    public let commit: CommitID?
    /// The first lines of its commits' messages.
    public let subjects: [String]

    public init(ticket: TicketID, title: String, commit: CommitID?, subjects: [String]) {
      self.ticket = ticket
      self.title = title
      self.commit = commit
      self.subjects = subjects
    }
  }

  public var attempt: Attempt
  public var ticket: Ticket
  /// The epic that the ticket is a part of, for the prompt.
  public var parent: Ticket?
  /// What the worker starts from.
  public var base: CommitID
  public var command: WorkerCommand
  /// The agent that `command` stands for; its call is made from the attempt's files, and its output is read.
  public var agent: Agent?
  public var landedDependencies: [LandedDependency] = []
  /// What an earlier attempt left to learn from: the end of its log, or what a check said.
  public var previousOutput: String?
  /// Work of an earlier attempt that this one goes on with.
  public var restart: Restart?
  /// The ticket's own validation commands that the user has agreed to run.
  public var validation: [ValidationScript] = []
  /// The report of the conflict that this attempt is to solve.
  public var conflictFile: FilePath?
  /// The same with what both sides wanted, for the prompt.
  public var conflict: ConflictToSolve?

  public init(attempt: Attempt, ticket: Ticket, base: CommitID, command: WorkerCommand) {
    self.attempt = attempt
    self.ticket = ticket
    self.base = base
    self.command = command
  }
}
