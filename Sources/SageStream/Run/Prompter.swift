import Tickets

/// Who answers the questions of an interactive run.
public protocol Prompter: Sendable {
  func ask(_ question: Question) async -> Answer
}

public enum Question: Sendable {
  /// How the component went that was worked on before.
  public struct ComponentOutcome: Sendable, Equatable {
    public var name: String
    public var landed: Int
    public var setAside: Int

    public init(name: String, landed: Int, setAside: Int) {
      self.name = name
      self.landed = landed
      self.setAside = setAside
    }
  }

  case begin(tickets: [Ticket])
  /// - left: how many others could start now.
  /// - isFirst: whether none has been started in this run; for the others the answer also says whether to go on.
  case start(Ticket, left: Int, isFirst: Bool)
  /// The run comes to a component, in `--semi-auto`.
  case component(String, tickets: [Ticket], after: ComponentOutcome?)
  /// The work is done.
  case land(Ticket, Changes)
}

/// What a finished attempt wants to land.
public struct Changes: Sendable {
  /// What the worker says it did.
  public let summary: String?
  /// The subjects of its commits, oldest first.
  public let commits: [String]
  /// As `git diff --stat` has it.
  public let stat: String
  /// The whole of it, read when somebody wants to see it.
  public let diff: @Sendable () async -> String

  public init(summary: String? = nil, commits: [String] = [], stat: String, diff: @escaping @Sendable () async -> String) {
    self.summary = summary
    self.commits = commits
    self.stat = stat
    self.diff = diff
  }
}

public enum Answer: Sendable, Equatable {
  case yes
  /// Not this one: it stays as it is and is not asked about again in this run.
  case no
  /// Set it aside: DEFERRED.
  case skip
  case quit
}
