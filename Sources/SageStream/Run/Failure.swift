import Git
import Planning
import Platform
import Tickets

/// Why a command could not do what it was asked: one closed list of facts. `Terminal` turns each into words, hints and an
/// exit status; nothing here is text for people except what git or the system said.
public enum Failure: Error, Sendable {
  case git(GitError)
  case fileSystem(path: FilePath, Errno)

  // The command line (exit 129)
  case usage(String)
  case unknownTicket(TicketID, similar: [TicketID])
  case unknownComponent(String, known: [String])
  case unknownBranch(String)

  // The repository (exit 128)
  case bareWithoutTarget
  case noWorkTreeForQueue
  case unbornTarget(RefName)
  case detachedWithoutTarget
  case operationInProgress(String, FilePath)
  case noIdentity(String)
  case badConfiguration(key: String, value: String, expected: String)

  // The queue (exit 128)
  case queueMissing(FilePath)
  case queueUnreadable(FilePath, Errno)
  case queueInvalid(FilePath, TicketIndexError)
  case queueRefused(FilePath, [Finding])
  case workflowMode(String)
  /// An interrupted run worked on another queue (or another tag of a Task Master file), and its states belong there.
  case otherQueueInterrupted(RunID, queue: FilePath, tag: String)

  // Workers (exit 128)
  case noWorker(agentsOnPath: [String])
  case workerCannotRun(command: String, status: Int32, message: String)
  /// The check itself, which blames no ticket.
  case checkCannotRun(command: String, status: Int32, message: String)
  /// No program of the agent's is on PATH.
  case agentNotFound(name: String, program: String)
  /// The agent wants a login, a key or money; `login` is what its user types.
  case agentRefused(name: String, message: String, login: String)
  /// `--require-validation`, and nobody has agreed to these tickets' validation commands.
  case untrustedValidation([TicketID], commands: Int)
  case notATerminal
  case insideWorker(runID: String)

  // Locks (exit 75)
  case locked(LockHolder?, waitedSeconds: Int)

  /// A landing that could neither be finished nor be taken back, because the disk is full or broken; the next start does it (exit 128).
  /// Either the target has moved and what follows could not be done, or it has not and a checkout could not be put back.
  indirect case unfinishedLanding(target: RefName, tickets: [TicketID], hasMoved: Bool, cause: Failure)

  /// Nothing to act on: `resolve X` of a ticket without a conflict, `undo` without a run (exit 128). `hint` is what to type instead.
  case nothingToDo(String, hint: String? = nil)
  /// It would not be safe; the reason is a full sentence (exit 128). `hint` is what to type next.
  case refused(String, hint: String? = nil)
}

extension Failure {
  /// Any error of the floors below as one of ours.
  init(_ error: any Error, at path: FilePath? = nil) {
    switch error {
    case let failure as Failure: self = failure
    case let error as GitError: self = .git(error)
    case let error as Errno: self = .fileSystem(path: path ?? "", error)
    default: self = .refused("\(error)")
    }
  }
}

/// Who holds the run lock, as it said itself.
public struct LockHolder: Sendable, Equatable {
  public let pid: Int32
  public let host: String
  public let since: WallTime
  public let run: String?

  public init(pid: Int32, host: String, since: WallTime, run: String?) {
    self.pid = pid
    self.host = host
    self.since = since
    self.run = run
  }
}
