import Git
import Platform

/// Runs file system calls and says which path it was that failed.
func onDisk<Result>(_ path: FilePath, _ body: () throws(Errno) -> Result) throws(Failure) -> Result {
  do throws(Errno) { return try body() } catch { throw .fileSystem(path: path, error) }
}

/// Runs git and makes its failure one of this target's.
func throughGit<Result>(_ body: () async throws(GitError) -> Result) async throws(Failure) -> Result {
  do throws(GitError) { return try await body() } catch { throw .git(error) }
}

extension Failure {
  /// One sentence for a ticket's report. `Terminal` has better words and hints; here the ticket's owner only needs the cause.
  var cause: String {
    switch self {
    case .git(.commandFailed(let arguments, let status, let message)):
      let line = message.split(separator: "\n").last.map(String.init) ?? "no message"
      return "git \(arguments.first ?? "") ended with status \(status): \(line)"
    case .git(.notStarted(let executable, let reason)): return "\(executable) could not be started: \(reason)"
    case .git(.fileSystem(let path, let reason)): return "\(path): \(reason)"
    case .git(.library(let operation, _, _, let message)): return "\(operation): \(message)"
    case .git(let error): return "git: \(error)"
    case .fileSystem(let path, let error): return "\(path.string): \(error)"
    case .refused(let reason, _): return reason
    case .unfinishedLanding(_, _, _, let cause): return cause.cause
    default: return "\(self)"
    }
  }
}
