import Git
import Platform
import Tickets

/// Everything that is known about where a command was typed: repository, configuration, queue, state folder. A value; opening
/// one changes nothing.
public struct Project: Sendable {
  public let layout: RepositoryLayout
  public let configuration: GitConfiguration
  public let settings: Settings
  public let queueFile: QueueFile
  /// The user's environment, from which every child's is made.
  public let environment: [String: String]

  /// `<git-common-dir>/sage-stream`: locks, journals, reports (DESIGN section 9, "Places"). Made when first written to.
  public var stateFolder: FilePath { layout.commonFolder.appending("sage-stream") }
  /// git on the repository itself, without a work tree.
  public var git: GitCommand { layout.git }
  public var exclusions: Exclusions { Exclusions(settings.exclude) }
  public var signsCommits: Bool { settings.signsCommits }

  /// Finds the repository and its queue.
  ///
  /// - Parameters:
  ///   - folder: where the command was typed.
  ///   - environment: may name another repository (`GIT_DIR`) and bring configuration (`git -c`).
  ///   - index: `--index PATH`, relative to `folder`; nil for the queue of the main work tree
  ///     (`.sage/tickets/index.json`, else `.taskmaster/tasks/tasks.json`).
  /// - Throws: `Failure.git` (no repository, git too old), `.badConfiguration`, `.noWorkTreeForQueue`.
  public static func open(from folder: FilePath, environment: [String: String], index: String? = nil) async throws(Failure) -> Project {
    let layout: RepositoryLayout
    let configuration: GitConfiguration
    do throws(GitError) {
      (layout, configuration) = try await RepositoryLayout.discoverConfigured(from: folder, environment: environment)
    } catch { throw .git(error) }
    let queue = try QueueFile(index, from: folder, in: layout)
    return Project(
      layout: layout, configuration: configuration, settings: try Settings(configuration), queueFile: queue, environment: environment)
  }

  /// The queue as it stands on disk.
  ///
  /// - Throws: `Failure.queueMissing`, `.queueUnreadable`, `.queueInvalid`.
  public func loadQueue() throws(Failure) -> Queue { Queue(try queueFile.load(), file: queueFile.path) }

  /// The branch that runs land on: `onto`, else what the main work tree has checked out. A symbolic reference is resolved here,
  /// once: compare-and-swap of one would fail for ever.
  ///
  /// - Throws: `Failure.unknownBranch`, `.unbornTarget`, `.detachedWithoutTarget`, `.bareWithoutTarget`.
  public func target(onto: String?) async throws(Failure) -> RefName {
    if onto == nil, !layout.isBare, let branch = WorktreeList.mainBranch(layout) { return branch }
    do throws(GitError) {
      var name: RefName
      if let onto {
        name = onto.hasPrefix("refs/") ? RefName(onto) : .branch(onto)
      } else {
        guard !layout.isBare, let main = layout.mainWorkTree else { throw GitError.staleReference(RefName("HEAD")) }
        let head = try await git.on(gitFolder: layout.commonFolder, workTree: main).run("symbolic-ref", "-q", "HEAD", accepting: [0, 1])
        guard head.status == 0 else { throw GitError.missingObject("HEAD") }
        name = RefName(head.text)
      }
      while true {
        let next = try await git.run("symbolic-ref", "-q", name.rawValue, accepting: [0, 1, 128])
        if next.status != 0 { break }
        name = RefName(next.text)
      }
      let exists = try await git.run("rev-parse", "--verify", "--quiet", name.rawValue + "^{commit}", accepting: [0, 1, 128]).status == 0
      guard exists else { throw GitError.lockedReference(name) }
      return name
    } catch {
      switch error {
      case .staleReference: throw .bareWithoutTarget
      case .missingObject: throw .detachedWithoutTarget
      case .lockedReference(let name): throw onto.map { .unknownBranch($0) } ?? .unbornTarget(name)
      default: throw .git(error)
      }
    }
  }

  /// Starts libgit2 where it may be used. Costs 4 ms, once; whoever waits for a process anyway does it meanwhile.
  func warmUp() { if settings.engine != .git { LibGit2Store.start() } }

  /// A store on the repository: libgit2 where it can open it, git alone where it cannot (`sageStream.engine`).
  public func makeStore() throws(GitError) -> any ObjectStore {
    switch settings.engine {
    case .git: return GitCommandStore(git: git, format: layout.objectFormat)
    case .libgit2: return try LibGit2Store(gitFolder: layout.commonFolder)
    case .automatic:
      if let store = try LibGit2Store.suitable(gitFolder: layout.commonFolder) { return store }
      return GitCommandStore(git: git, format: layout.objectFormat)
    }
  }

  /// Whoever commits now, as git itself decides it.
  func committer() async throws(Failure) -> Signature {
    do throws(GitError) { return try await Signature.committer(git) } catch {
      if case .identityUnknown(let message) = error { throw .noIdentity(message) }
      throw .git(error)
    }
  }

  func runFolder(_ run: RunID) -> FilePath { stateFolder.appending("runs").appending(run.rawValue) }

  func attemptFolder(_ attempt: Attempt, names: TicketNames) -> FilePath {
    runFolder(attempt.run).appending("\(names.name(of: attempt.ticket)).\(attempt.number)")
  }
}
