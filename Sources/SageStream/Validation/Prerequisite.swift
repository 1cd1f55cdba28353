import Git
import Platform

/// Something that parallel runs need, and how it stands here. `Terminal` has the words.
public struct Prerequisite: Sendable {
  /// What it is about; the raw value is its name in `validate --json`.
  public enum Subject: String, Sendable {
    case git, libgit2, repository, configuration, queue
    case objects, merges, checkouts, commits
    case target, operations, identity, signing, worker, worktrees, disk
    case workflow = "workflow-mode"
    case locks
    case leftOvers = "left-overs"
  }

  public enum Outcome: String, Sendable {
    case ok, warning
    /// A run would stop, or land nothing.
    case error
  }

  public let subject: Subject
  public let fact: Fact

  public init(_ subject: Subject, _ fact: Fact) {
    self.subject = subject
    self.fact = fact
  }

  public var outcome: Outcome { fact.outcome }

  public enum Fact: Sendable {
    /// What a run would stop with.
    case failure(Failure)
    case version(String)
    /// The oldest git that will do.
    case gitVersion(GitVersion)
    case queue(FilePath, tickets: Int)
    /// Findings that are listed on their own.
    case queueErrors(FilePath, Int)
    case way(Way)
    case target(RefName, checkouts: [FilePath])
    case noOperation
    /// - Parameter stopsLanding: it names the target, so nothing lands before its end.
    case operation(Operation, FilePath, stopsLanding: Bool)
    case identity(String)
    case unsigned
    case signed(program: String)
    case cannotSign(String)
    case worker(String, WorkerProgram)
    case noWorker(agentsOnPath: [String])
    case worktrees(FilePath, existing: Int)
    case notWritable(FilePath, Errno)
    case disk(DiskNeed)
    case ticketBased
    case noWorkflowMode
    case noLocks
    case runGoesOn(LockHolder)
    case lock(LockFile)
    case noLeftOvers
    case leftOver(LeftOver)
    /// Something that should hold and does not.
    case broken(InvariantFinding)
  }
}

extension Prerequisite {
  /// Which tool does a part of the work, and why that one.
  public enum Way: Sendable, Equatable {
    case libgit2
    /// `sageStream.engine` says so.
    case chosen(Settings.Engine)
    /// libgit2 does not give git's answers for this repository.
    case gitBecause(String)
    /// `sageStream.engine=libgit2` where that cannot be.
    case impossible(String)
    /// git's own merge, because of renames and what the attributes say; the drivers that are configured.
    case merges(drivers: [String])
    /// git's own checkout, because of filters and sparse checkouts; what of these this repository has.
    case checkouts(filters: [String], isSparse: Bool)
    /// Commits are made by the one or the other, with the same ids.
    case commits(signed: Bool)
  }

  /// Disk for the worktrees of so many workers, measured from what one checkout takes.
  public struct DiskNeed: Sendable, Equatable {
    public var workers: Int
    /// Worktrees that are there already.
    public var existing: Int
    /// One checkout: bytes, each file rounded up to a block, and files.
    public var bytes: Int
    public var files: Int
    public var space: FileSystemSpace
    public var folder: FilePath

    public var missing: Int { max(0, workers - existing) }
    public var needed: Int { missing * bytes }
    /// What builds write into the worktrees comes on top, so less than as much again is worth a word.
    public var outcome: Outcome {
      if needed > space.free || missing * files > space.freeFiles ?? .max { return .error }
      return 2 * needed > space.free ? .warning : .ok
    }
  }

  /// A lock of git's, in whose way a landing comes.
  public struct LockFile: Sendable, Equatable {
    public var path: FilePath
    public var seconds: Int
    /// The run of ours that it belongs to.
    public var run: RunID?

    /// After this long nobody's commit is still under way.
    public static let longest = 60
  }

  /// What the first program of a worker command is.
  public enum WorkerProgram: Sendable, Equatable {
    case found(FilePath)
    /// In the tree that workers start from.
    case inTree(String)
    /// A shell construct or built-in: whether it works is seen when it runs.
    case shell
    /// `setup` or `copy` may bring it along.
    case broughtAlong(String)
    case notFound(String)
    case notInTree(String)
    case notExecutable(String)
    case syntax(String)
  }
}

extension Prerequisite.Fact {
  public var outcome: Prerequisite.Outcome {
    switch self {
    case .failure, .queueErrors, .cannotSign, .notWritable: .error
    case .way(.impossible): .error
    case .operation(_, _, let stopsLanding): stopsLanding ? .error : .warning
    case .worker(_, let program): program.outcome
    case .disk(let need): need.outcome
    // The queue is the user's to edit, so what it says may be meant.
    case .broken(let finding): finding.isMendable || finding.rule == .queue ? .warning : .error
    case .lock(let lock): lock.run == nil && lock.seconds > Prerequisite.LockFile.longest ? .error : .warning
    case .noWorker, .noWorkflowMode, .runGoesOn, .leftOver: .warning
    case .version, .gitVersion, .queue, .way, .target, .noOperation, .identity, .unsigned, .signed, .worktrees, .ticketBased, .noLocks,
      .noLeftOvers:
      .ok
    }
  }
}

extension Prerequisite.WorkerProgram {
  public var outcome: Prerequisite.Outcome {
    switch self {
    case .found, .inTree, .shell: .ok
    case .broughtAlong: .warning
    case .notFound, .notInTree, .notExecutable, .syntax: .error
    }
  }
}
