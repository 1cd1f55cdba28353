import Git
import Platform
import Tickets

/// What `init` writes: a repository's own configuration, the hook where it is wanted, and a queue to try things with.
///
/// Nothing else is touched, and nothing is committed. Each step stands by itself; type `init` again to change an answer.
public struct Setup: Sendable, Equatable {
  public var worker: String?
  public var check: String?
  /// Nil: as it is. Empty entries are refused.
  public var exclude: [String]?
  public var installsHook = false
  public var writesSampleQueue = false

  public init() {}

  /// Whether there is anything to do.
  public var isEmpty: Bool { self == Setup() }

  /// One thing that was done.
  public enum Step: Sendable {
    /// A key of the repository's configuration has these values now.
    case configured(key: String, values: [String])
    case hook(HookChange)
    case sampleQueue(FilePath)
    /// There is a queue already, and it stays.
    case queueKept(FilePath)
    /// The worker is an agent whose program is not on PATH.
    case agentMissing(name: String, program: String)
  }

  /// Does it.
  ///
  /// - Throws: `Failure.usage` for an empty value, before anything is written; `.git` and `.fileSystem`.
  public func apply(to project: Project) async throws(Failure) -> [Step] {
    for (name, value) in [("--worker", worker), ("--check", check)] where value?.allSatisfy(\.isWhitespace) == true {
      throw .usage("\(name) needs a value that is not empty")
    }
    if exclude?.contains(where: { $0.allSatisfy(\.isWhitespace) }) == true { throw .usage("--exclude needs a value that is not empty") }
    var steps: [Step] = []
    if let worker {
      steps.append(try await set("sageStream.worker", [worker], project))
      if let agent = try project.agent(named: worker), agent.path(in: project.environment) == nil {
        steps.append(.agentMissing(name: agent.name, program: agent.program))
      }
    }
    if let check { steps.append(try await set("sageStream.check", [check], project)) }
    if let exclude { steps.append(try await set("sageStream.exclude", exclude, project)) }
    if installsHook {
      steps.append(.hook(try await HookInstaller(layout: project.layout, configuration: project.configuration).install()))
    }
    if writesSampleQueue { steps.append(try writeSample(project)) }
    return steps
  }

  private func set(_ key: String, _ values: [String], _ project: Project) async throws(Failure) -> Step {
    do throws(GitError) {
      // Status 5: there was none.
      try await project.git.run(["config", "--local", "--unset-all", key], accepting: [0, 5])
      for value in values { try await project.git.run(["config", "--local", "--add", key, value]) }
    } catch { throw .git(error) }
    return .configured(key: key, values: values)
  }

  private func writeSample(_ project: Project) throws(Failure) -> Step {
    let path = project.queueFile.path
    do throws(Errno) {
      guard try FileStatus.of(path) == nil else { return .queueKept(path) }
      try Folder.create(path.removingLastComponent())
      try AtomicFile.write(Array((SampleQueue.json.serialized(pretty: true) + "\n").utf8), to: path)
    } catch { throw .fileSystem(path: path, error) }
    return .sampleQueue(path)
  }
}

/// A queue of three small tickets, one of which waits for another: something to look at with `plan`, and to delete again.
enum SampleQueue {
  static let json: JSON = [
    "version": "1.0",
    "tickets": [
      ticket("SAMPLE-1", "Say hello", "Add a file hello.txt with one line that greets the reader.", file: "hello.txt", after: []),
      ticket("SAMPLE-2", "Say goodbye", "Add a file goodbye.txt with one line of farewell.", file: "goodbye.txt", after: []),
      ticket(
        "SAMPLE-3", "Answer the greeting", "Add a second line to hello.txt that answers the first.", file: "hello.txt", after: ["SAMPLE-1"]),
    ],
  ]

  private static func ticket(_ id: String, _ title: String, _ description: String, file: String, after: [String]) -> JSON {
    [
      "id": .string(id), "title": .string(title), "type": "Feature", "state": "UNPROCESSED", "priority": "P2",
      "description": .string(description), "acceptanceCriteria": ["Nothing but this file has changed."], "targetFiles": [.string(file)],
      "dependencies": JSON(after),
    ]
  }
}

extension Project {
  /// What is known of the project before anybody is asked: agents on PATH, what is configured, how its tests are probably run.
  public func setupProposal() -> SetupProposal {
    let workTree = layout.workTree ?? layout.mainWorkTree
    func has(_ name: String) -> Bool { workTree.map { ((try? FileStatus.of($0.appending(name))) ?? nil) != nil } ?? false }
    let tests: [(file: String, command: String)] = [
      ("Package.swift", "swift test"), ("Cargo.toml", "cargo test"), ("go.mod", "go test ./..."), ("package.json", "npm test"),
      ("pyproject.toml", "python3 -m pytest"), ("pom.xml", "mvn --quiet test"), ("build.gradle", "./gradlew test"),
      ("Makefile", "make test"),
    ]
    return SetupProposal(
      agents: agentsOnPath(environment), worker: settings.worker, check: settings.check, tests: tests.first { has($0.file) }?.command,
      exclude: settings.exclude, hasQueue: ((try? FileStatus.of(queueFile.path)) ?? nil) != nil)
  }
}

/// What `init` offers as answers.
public struct SetupProposal: Sendable {
  public let agents: [String]
  /// As configured now.
  public let worker: String?
  public let check: String?
  /// A guess from the files at the top of the work tree.
  public let tests: String?
  public let exclude: [String]
  public let hasQueue: Bool

  public init(agents: [String], worker: String?, check: String?, tests: String?, exclude: [String], hasQueue: Bool) {
    self.agents = agents
    self.worker = worker
    self.check = check
    self.tests = tests
    self.exclude = exclude
    self.hasQueue = hasQueue
  }
}
