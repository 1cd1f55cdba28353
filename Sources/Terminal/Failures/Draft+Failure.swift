import Platform
import SageStream
import Tickets

extension Draft {
  /// One line per kind of failure, each kind in the file of its subject.
  init(_ failure: Failure) {
    switch failure {
    case .git(let error): self.init(error)
    case .fileSystem(let path, let errno): self.init("\(path.shown): \(errno.words)", hints: [Self.remedy(for: errno, at: path.shown)])

    case .usage(let sentence): self = .usage(sentence.harmless(), hints: ["git sage-stream -h shows the options"])
    case .unknownTicket(let ticket, let similar): self = .unknownTicket(ticket, similar: similar)
    case .unknownComponent(let name, let known): self = .unknownComponent(name, known: known)
    case .unknownBranch(let name): self = .unknownBranch(name)

    case .bareWithoutTarget: self = .bareWithoutTarget
    case .noWorkTreeForQueue: self = .noWorkTreeForQueue
    case .unbornTarget(let target): self = .unbornTarget(target)
    case .detachedWithoutTarget: self = .detachedWithoutTarget
    case .operationInProgress(let operation, let checkout): self = .operationInProgress(operation, in: checkout)
    case .noIdentity(let message): self = .noIdentity(message)
    case .badConfiguration(let key, let value, let expected): self = .badConfiguration(key, value, expected: expected)

    case .queueMissing(let file): self = .queueMissing(file)
    case .queueUnreadable(let file, let errno):
      self.init("the ticket queue \(file.shown) cannot be read: \(errno.words)", hints: [Self.remedy(for: errno, at: file.shown)])
    case .queueInvalid(let file, let error): self = .queueInvalid(file, error)
    case .queueRefused(let file, let findings): self = .queueRefused(file, findings)
    case .workflowMode(let mode): self = .workflowMode(mode)
    case .otherQueueInterrupted(let run, let queue, let tag): self = .otherQueueInterrupted(run, queue, tag: tag)

    case .noWorker(let agents): self = .noWorker(agentsOnPath: agents)
    case .workerCannotRun(let command, let status, let message): self = .workerCannotRun(command, status: status, message: message)
    case .checkCannotRun(let command, let status, let message): self = .checkCannotRun(command, status: status, message: message)
    case .agentNotFound(let name, let program): self = .agentNotFound(name, program: program)
    case .agentRefused(let name, let message, let login): self = .agentRefused(name, message: message, login: login)
    case .untrustedValidation(let tickets, let commands): self = .untrustedValidation(tickets, commands: commands)
    case .notATerminal:
      self.init(
        "this is not a terminal, and without --auto each ticket is a question to a person",
        hints: ["git sage-stream --auto", "git sage-stream --dry-run shows what would happen"])
    case .insideWorker(let run):
      self.init(
        "this command was typed by a worker of run \(run.harmless()), which holds the lock that it would wait for",
        hints: ["a worker can use the verbs that only read: plan, status, list, show, conflicts"])

    case .locked(let holder, let seconds): self = .locked(holder, waited: seconds)
    case .unfinishedLanding(let target, let tickets, let hasMoved, let cause):
      self = .unfinishedLanding(target, tickets, hasMoved, cause)
    case .nothingToDo(let sentence, let hint), .refused(let sentence, let hint):
      self.init(sentence.harmless(), hints: [hint?.harmless() ?? "git sage-stream status shows how things stand"])
    }
  }

  static func remedy(for errno: Errno, at path: String) -> String {
    switch errno {
    case .noSpace, .diskQuotaExceeded: "df \(CommandLineText.word(path)) shows how full it is; type the command again when there is room"
    case .permissionDenied, .notPermitted, .readOnlyFileSystem: "ls -ld \(CommandLineText.word(path)) shows who may do that"
    default: "git sage-stream validate looks at all that a run needs"
    }
  }
}

extension FilePath {
  /// The path as it stands in our sentences.
  var shown: String { string.harmless() }
}

extension Errno {
  /// The system's own words, beginning in lower case as git has them.
  var words: String { description.prefix(1).lowercased() + description.dropFirst() }
}
