import Platform
import Subprocess

extension GitCommand {
  /// Shows a file in the user's browser, as `git help --web` does: `web.browser` and `browser.<tool>.*` decide, else what git finds.
  ///
  /// A browser of the terminal has the terminal until it ends; one with a window goes on by itself.
  ///
  /// - Parameter isTerminal: whether standard output is one. Elsewhere what the browser prints is dropped, because a script reads it.
  /// - Returns: false where there is no browser or it could not be started.
  public func browse(_ file: FilePath, isTerminal: Bool) async -> Bool {
    let arguments = Arguments(prefix + ["web--browse", "-c", "web.browser", file.string])
    let variables = environment.variables.reduce(into: [Environment.Key: String]()) { result, variable in
      if let key = Environment.Key(rawValue: variable.key) { result[key] = variable.value }
    }
    let named = executable.contains("/") ? Executable.path(FilePath(executable)) : .name(executable)
    // Never a pipe of ours: a browser in the background would keep it open, and us waiting.
    do {
      if isTerminal {
        return try await Subprocess.run(
          named, arguments: arguments, environment: .custom(variables), workingDirectory: folder, input: .currentStandardInput,
          output: .currentStandardOutput, error: .currentStandardError
        ).terminationStatus.isSuccess
      }
      return try await Subprocess.run(
        named, arguments: arguments, environment: .custom(variables), workingDirectory: folder, input: .none, output: .discarded,
        error: .discarded
      ).terminationStatus.isSuccess
    } catch { return false }
  }
}
