import Platform
import Subprocess
import Synchronization

/// A real repository, made by git itself, in a folder of its own that goes with the value.
///
/// Nothing of the machine's configuration is seen (own HOME, no system settings), and dates begin at a fixed moment and
/// advance by a second with each commit, so ids are the same on every run.
public final class Scenario: Sendable {
  /// Holds the repository, its HOME and whatever else the test puts beside them.
  public let root: TemporaryFolder
  /// The top of the work tree; of a bare repository the git folder.
  public let path: FilePath
  /// What every command runs with; pass it to the code under test.
  public let environment: [String: String]
  private let clock = Mutex(1_800_000_000)

  /// - Parameters:
  ///   - name: of the repository's folder, for paths that are hard to handle.
  ///   - initOptions: for `git init`, such as `--bare` or `--object-format=sha256`.
  public init(name: String = "repository", initOptions: [String] = []) async throws {
    root = try TemporaryFolder()
    path = root.path.appending(name)
    let home = root.path.appending("home")
    try Folder.create(home)
    try Folder.create(path)
    try AtomicFile.write(
      Array("[user]\n\tname = Tess Ter\n\temail = tess@example.org\n[init]\n\tdefaultBranch = main\n".utf8),
      to: home.appending(".gitconfig"))
    var environment = ["HOME": home.string, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "TZ": "UTC", "GIT_TERMINAL_PROMPT": "0"]
    for name in ["PATH", "TMPDIR", "LD_LIBRARY_PATH"] { environment[name] = getenv(name).map { String(cString: $0) } }
    self.environment = environment
    try await git(["init", "--quiet", "--template="] + initOptions + [path.string])
  }

  /// What a command that failed said.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
  }

  /// Runs git in the work tree and gives what it printed, without the final line end.
  ///
  /// - Throws: `Failure` where it does not end with 0.
  @discardableResult
  public func git(_ arguments: String..., in folder: FilePath? = nil, input: String = "") async throws -> String {
    try await git(arguments, in: folder, input: Array(input.utf8))
  }

  @discardableResult
  public func git(_ arguments: [String], in folder: FilePath? = nil, input: [UInt8] = []) async throws -> String {
    let result = try await tryGit(arguments, in: folder, input: input)
    guard result.status == 0 else {
      throw Failure(description: "git \(arguments.joined(separator: " ")): exit \(result.status)\n\(result.error)")
    }
    var text = String(decoding: result.output, as: UTF8.self)
    if text.last == "\n" { text.removeLast() }
    return text
  }

  /// Runs git, however it ends.
  public func tryGit(
    _ arguments: [String], in folder: FilePath? = nil, input: [UInt8] = []
  ) async throws -> (status: Int32, output: [UInt8], error: String) {
    try await run("git", arguments, in: folder, input: input)
  }

  /// Runs any command in the work tree, with the scenario's environment and the date of the last commit.
  public func run(
    _ executable: String, _ arguments: [String], in folder: FilePath? = nil, input: [UInt8] = [], setting extra: [String: String] = [:]
  ) async throws -> (status: Int32, output: [UInt8], error: String) {
    let date = "\(clock.withLock { $0 }) +0000"
    var variables = environment.merging(["GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date]) { $1 }
    variables.merge(extra) { $1 }
    let environment = variables.reduce(into: [Environment.Key: String]()) { result, variable in
      if let key = Environment.Key(rawValue: variable.key) { result[key] = variable.value }
    }
    let result = try await Subprocess.run(
      executable.contains("/") ? .path(FilePath(executable)) : .name(executable), arguments: Arguments(arguments),
      environment: .custom(environment), workingDirectory: folder ?? path,
      input: .fileDescriptor(try AnonymousFile.holding(input), closeAfterSpawningProcess: true), output: .bytes(limit: 1 << 28),
      error: .bytes(limit: 1 << 24))
    let status: Int32
    switch result.terminationStatus {
    case .exited(let code): status = code
    case .signaled(let signal): status = 128 + signal
    }
    return (status, result.standardOutput, String(decoding: result.standardError, as: UTF8.self))
  }

  /// Moves the clock on, as each commit does.
  func tick() { clock.withLock { $0 += 1 } }
}
