import Git
import Planning
import Platform
import Tickets

/// Everything that `validate` finds out: what parallel runs need, and the queue. Made without any lock; it changes nothing.
///
/// Each part is looked at whatever the others came to: a queue that cannot be read does not hide a missing worker, and
/// without a repository the queue is looked at all the same.
public struct Examination: Sendable {
  public private(set) var prerequisites: [Prerequisite] = []
  /// Nil where it cannot be read.
  public private(set) var queue: Queue?
  /// Nil where a run refuses the queue.
  public private(set) var parallelism: Parallelism?
  /// Nil where there is no repository that git would work in.
  public private(set) var project: Project?

  public var hasErrors: Bool {
    prerequisites.contains { $0.outcome == .error } || queue?.findings.contains { $0.severity == .error } == true
  }

  /// What of a run's options matters here.
  public struct Wish: Sendable {
    public var worker: String?
    public var onto: String?
    public var workers: RunOptions.Workers?

    public init(worker: String? = nil, onto: String? = nil, workers: RunOptions.Workers? = nil) {
      self.worker = worker
      self.onto = onto
      self.workers = workers
    }
  }

  /// Looks at all of it, as a command typed in `folder` would find it.
  ///
  /// - Parameter index: `--index PATH`.
  public init(from folder: FilePath, environment: [String: String], index: String?, wish: Wish = Wish()) async {
    do throws(GitError) {
      let layout = try await RepositoryLayout.discover(from: folder, environment: environment)
      note(.git, .gitVersion(layout.gitVersion))
      note(.libgit2, .version(libGit2Version()))
      await examine(layout, from: folder, environment: environment, index: index, wish)
    } catch {
      await noteWithoutRepository(error, folder, environment)
      let path = index.map { FilePath($0) } ?? ".sage/tickets/index.json"
      let file = QueueFile(path: (path.isAbsolute ? path : folder.appending(path.components)).lexicallyNormalized(), workTree: nil)
      if index != nil || (try? FileStatus.of(file.path)) != nil { load(file, workers: wish.workers, settings: nil) }
    }
  }

  mutating func note(_ subject: Prerequisite.Subject, _ fact: Prerequisite.Fact) { prerequisites.append(Prerequisite(subject, fact)) }

  private mutating func noteWithoutRepository(_ error: GitError, _ folder: FilePath, _ environment: [String: String]) async {
    switch error {
    case .gitTooOld, .notStarted: note(.git, .failure(.git(error)))
    default:
      if let version = try? await GitVersion.installed(GitCommand(inFolder: folder, environment: .git(from: environment))) {
        note(.git, .gitVersion(version))
      }
    }
    note(.libgit2, .version(libGit2Version()))
    switch error {
    case .gitTooOld, .notStarted: break
    default: note(.repository, .failure(.git(error)))
    }
  }

  private mutating func examine(
    _ layout: RepositoryLayout, from folder: FilePath, environment: [String: String], index: String?, _ wish: Wish
  ) async {
    let settings: Settings
    let configuration: GitConfiguration
    do throws(GitError) {
      configuration = try await GitConfiguration.read(layout.git)
      settings = try readSettings(configuration)
    } catch { return note(.configuration, .failure(.git(error))) }
    let file: QueueFile
    do throws(Failure) { file = try QueueFile(index, from: folder, in: layout) } catch {
      file = QueueFile(path: folder.appending(".sage/tickets/index.json"), workTree: nil)
      note(.queue, .failure(error))
    }
    let project = Project(layout: layout, configuration: configuration, settings: settings, queueFile: file, environment: environment)
    self.project = project
    if !prerequisites.contains(where: { $0.subject == .queue }) { load(file, workers: wish.workers, settings: settings) }
    await Inspection(project: project, wish: wish, workable: parallelism?.workable).fill(&self)
  }

  /// Every setting that is wrong is named, and counts as if it were not there.
  private mutating func readSettings(_ configuration: GitConfiguration) throws(GitError) -> Settings {
    var configuration = configuration
    var last: String?
    while true {
      do throws(Failure) { return try Settings(configuration) } catch {
        note(.configuration, .failure(error))
        guard case .badConfiguration(let key, let value, _) = error, key != last else {
          throw .badSetting(key: last ?? "sageStream", value: "", message: "\(error)")
        }
        (last, configuration) = (key, configuration.leavingOut(key))
        _ = value
      }
    }
  }

  private mutating func load(_ file: QueueFile, workers: RunOptions.Workers?, settings: Settings?) {
    do throws(Failure) {
      let queue = Queue(try file.load(), file: file.path)
      self.queue = queue
      let errors = queue.findings.count { $0.severity == .error }
      guard errors == 0 else { return note(.queue, .queueErrors(file.path, errors)) }
      note(.queue, .queue(file.path, tickets: queue.index.tickets.count))
      parallelism = Parallelism(Plan(queue.graph, workers: 64))
    } catch { note(.queue, .failure(error)) }
  }
}
