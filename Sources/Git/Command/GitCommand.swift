import Platform
import Subprocess

/// How `git` is run: which binary, in which environment, on which repository. A value; each `run` is one process.
///
/// The repository is always named (`--git-dir`, `--work-tree`), never discovered, except by a command made with
/// `inFolder`: a worker that removes `.git` must not make `reset --hard` hit an enclosing repository.
/// Children lead their own process group, so a Ctrl-C at the terminal reaches us and not a half-done checkout.
public struct GitCommand: Sendable {
  public let executable: String
  public private(set) var environment: ChildEnvironment
  public private(set) var gitFolder: FilePath?
  public private(set) var workTree: FilePath?
  /// Where the process starts; messages and relative paths depend on it.
  public private(set) var folder: FilePath?
  /// `-c` settings put before every command.
  public private(set) var settings: [String] = []
  /// Variables whose values need not be UTF-8, such as an author's name; they win over `environment`.
  private var byteVariables: [String: [UInt8]] = [:]

  /// git that finds its repository from `folder`, as a user who types there; only for finding out where we are.
  ///
  /// - Parameter executable: a name without a slash is looked for in `PATH` here and once: each start by name would be a process
  ///   of its own for every folder of `PATH` that has no git.
  public init(inFolder folder: FilePath, environment: ChildEnvironment, executable: String = "git") {
    self.executable = Self.path(of: executable, in: environment) ?? executable
    self.environment = environment
    self.folder = folder
  }

  /// The same git on a named repository; without a work tree the command must not need one.
  public func on(gitFolder: FilePath, workTree: FilePath? = nil) -> GitCommand {
    var copy = self
    copy.gitFolder = gitFolder
    copy.workTree = workTree
    copy.folder = workTree ?? gitFolder
    return copy
  }

  /// The same git with more variables in its environment.
  public func setting(_ variables: [String: String]) -> GitCommand {
    var copy = self
    copy.environment = environment.setting(variables)
    return copy
  }

  /// The same git with more variables, whose values need not be UTF-8.
  public func setting(bytes variables: [String: [UInt8]]) -> GitCommand {
    var copy = self
    copy.byteVariables.merge(variables) { $1 }
    return copy
  }

  /// The same git with `-c name=value` before every command.
  public func configured(_ assignments: String...) -> GitCommand {
    var copy = self
    copy.settings += assignments
    return copy
  }

  /// The arguments that come before the command's own.
  public var prefix: [String] {
    var prefix: [String] = []
    if let gitFolder { prefix.append("--git-dir=\(gitFolder.string)") }
    if let workTree { prefix.append("--work-tree=\(workTree.string)") }
    for setting in settings { prefix += ["-c", setting] }
    return prefix
  }

  /// Runs one command and gives what it printed.
  ///
  /// - Parameters:
  ///   - input: its standard input; empty means none.
  ///   - statuses: the exit statuses that the caller can read; any other one throws `commandFailed` with git's own words.
  /// - Throws: `GitError.notStarted` and `.commandFailed`.
  @discardableResult
  public func run(_ arguments: [String], input: [UInt8] = [], accepting statuses: Set<Int32> = [0]) async throws(GitError) -> GitOutput {
    try await run(bytes: arguments.map { Array($0.utf8) }, input: input, accepting: statuses)
  }

  @discardableResult
  public func run(_ arguments: String..., input: [UInt8] = [], accepting statuses: Set<Int32> = [0]) async throws(GitError) -> GitOutput {
    try await run(arguments, input: input, accepting: statuses)
  }

  /// The same with arguments given as bytes, for paths that are not UTF-8.
  public func run(bytes arguments: [[UInt8]], input: [UInt8] = [], accepting statuses: Set<Int32> = [0]) async throws(GitError) -> GitOutput
  {
    let output = try await start(arguments, input: input)
    guard statuses.contains(output.status) else {
      throw .commandFailed(
        arguments: arguments.map { String(decoding: $0, as: UTF8.self) }, status: output.status, message: output.standardError)
    }
    return output
  }

  private func start(_ arguments: [[UInt8]], input: [UInt8]) async throws(GitError) -> GitOutput {
    var options = PlatformOptions()
    options.processGroupID = 0
    // Subprocess copies an argument given as bytes up to its zero byte, which it does not add.
    let all = Arguments((prefix.map { Array($0.utf8) } + arguments).map { $0 + [0] })
    let (executable, variables) = launch
    do {
      if input.isEmpty {
        let result = try await Subprocess.run(
          executable, arguments: all, environment: variables, workingDirectory: folder, platformOptions: options,
          input: .none, output: .bytes(limit: Self.outputLimit), error: .bytes(limit: Self.outputLimit))
        return GitOutput(result.terminationStatus, result.standardOutput, result.standardError)
      }
      let result = try await Subprocess.run(
        executable, arguments: all, environment: variables, workingDirectory: folder, platformOptions: options,
        input: .fileDescriptor(try AnonymousFile.holding(input), closeAfterSpawningProcess: true), output: .bytes(limit: Self.outputLimit),
        error: .bytes(limit: Self.outputLimit))
      return GitOutput(result.terminationStatus, result.standardOutput, result.standardError)
    } catch {
      throw .notStarted(executable: self.executable, reason: "\(error)")
    }
  }

  private var launch: (Executable, Environment) {
    let named = executable.contains("/") ? Executable.path(FilePath(executable)) : .name(executable)
    if byteVariables.isEmpty {
      let variables = environment.variables.reduce(into: [Environment.Key: String]()) { result, variable in
        if let key = Environment.Key(rawValue: variable.key) { result[key] = variable.value }
      }
      return (named, .custom(variables))
    }
    var rows = environment.variables.filter { byteVariables[$0.key] == nil }.map { Array("\($0.key)=\($0.value)".utf8) }
    rows += byteVariables.map { Array("\($0.key)=".utf8) + $0.value }
    return (named, .custom(rows.map { $0 + [0] }))
  }

  /// Where a program is found by name; nil where it is in no absolute folder of `PATH`.
  private static func path(of name: String, in environment: ChildEnvironment) -> String? {
    if name.contains("/") { return nil }
    for folder in (environment.variables["PATH"] ?? "").split(separator: ":") where folder.hasPrefix("/") {
      let path = "\(folder)/\(name)"
      if access(path, X_OK) == 0, ((try? FileStatus.of(FilePath(path))) ?? nil)?.kind != .directory { return path }
    }
    return nil
  }

  /// None: where there is one, Subprocess reserves so much memory for each stream of each process before it reads a byte.
  private static let outputLimit = Int.max
}

/// What a git command left: its exit status (128 + n for a signal n, as a shell says it) and all that it printed.
public struct GitOutput: Sendable {
  public let status: Int32
  public let standardOutput: [UInt8]
  /// Without the final line end.
  public let standardError: String

  init(_ status: TerminationStatus, _ output: [UInt8], _ error: [UInt8]) {
    switch status {
    case .exited(let code): self.status = code
    case .signaled(let signal): self.status = 128 + signal
    }
    standardOutput = output
    standardError = String(decoding: error, as: UTF8.self).trimmingNewlines
  }

  /// Standard output as text without the final line end.
  public var text: String { String(decoding: standardOutput, as: UTF8.self).trimmingNewlines }

  public var lines: [Substring] { text.split(separator: "\n") }

  /// The fields of a `-z` listing.
  public var fields: [ArraySlice<UInt8>] {
    var fields = standardOutput.split(separator: 0, omittingEmptySubsequences: false)
    if fields.last?.isEmpty == true { fields.removeLast() }
    return fields
  }
}

extension String {
  fileprivate var trimmingNewlines: String {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
