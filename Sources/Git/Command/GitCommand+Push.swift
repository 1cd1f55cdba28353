import Platform
import Subprocess

extension GitCommand {
  /// Pushes a branch as the user would: with the hooks, the credentials and the terminal that git has for it. What git says goes to
  /// standard error, where progress belongs.
  ///
  /// - Returns: git's exit status; 128 where it could not be started.
  public func push(_ branch: RefName, to remote: String) async -> Int32 {
    let arguments = Arguments(prefix + ["push", remote, branch.rawValue])
    // A person may have to type a password.
    let asking = environment.variables.filter { $0.key != "GIT_TERMINAL_PROMPT" && $0.key != "LC_ALL" }
    let variables = asking.reduce(into: [Environment.Key: String]()) { result, variable in
      if let key = Environment.Key(rawValue: variable.key) { result[key] = variable.value }
    }
    let named = executable.contains("/") ? Executable.path(FilePath(executable)) : .name(executable)
    do {
      let result = try await Subprocess.run(
        named, arguments: arguments, environment: .custom(variables), workingDirectory: folder, input: .currentStandardInput,
        output: .currentStandardError, error: .currentStandardError)
      if case .exited(let status) = result.terminationStatus { return status }
    } catch {}
    return 128
  }
}
