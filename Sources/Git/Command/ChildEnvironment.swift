/// The environment of every child process. It is built here and nowhere else.
///
/// git exports variables such as `GIT_DIR` to hooks and aliases; a child that inherits them works on the wrong repository
/// (a `git init` in a test suite has flipped `core.bare` of the real one). So `GIT_*` passes by an allow-list only.
public struct ChildEnvironment: Sendable, Equatable {
  public private(set) var variables: [String: String]

  /// For git itself: the user's environment without the variables that name a repository, with the configuration that
  /// `git -c` and `GIT_CONFIG_COUNT` brought, in the C locale (we read messages), never asking at the terminal.
  public static func git(from inherited: [String: String]) -> ChildEnvironment {
    var variables = inherited.filter { name, _ in reachesGit(name) }
    variables["LC_ALL"] = "C"
    variables["GIT_TERMINAL_PROMPT"] = "0"
    variables["GIT_OPTIONAL_LOCKS"] = "0"
    return ChildEnvironment(variables: variables)
  }

  /// For finding the repository: all that the user has, `GIT_DIR` and its like included. Only for
  /// `RepositoryLayout.discover`, and for a setting that is asked for where there may be no repository.
  public static func discovery(from inherited: [String: String]) -> ChildEnvironment {
    ChildEnvironment(variables: inherited.merging(["LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"]) { $1 })
  }

  /// Whether git, started in the same folder, finds the same repository and configuration in `git(from:)` as in `discovery(from:)`: of all
  /// that the one leaves out, nothing could name others. What is not known to be harmless might.
  static func namesNoRepository(_ inherited: [String: String]) -> Bool {
    inherited.keys.allSatisfy { reachesGit($0) || harmlessNames.contains($0) || $0.hasPrefix("GIT_PS1_") }
  }

  private static func reachesGit(_ name: String) -> Bool {
    !name.hasPrefix("GIT_") || workerNames.contains(name) || gitOnlyNames.contains(name)
      || (workerPrefixes + gitOnlyPrefixes).contains { name.hasPrefix($0) }
  }

  /// For workers, checks and other commands of the user's: as DESIGN section 7 lists.
  public static func worker(from inherited: [String: String]) -> ChildEnvironment {
    var variables = inherited.filter { name, _ in
      !name.hasPrefix("GIT_") || workerNames.contains(name) || workerPrefixes.contains { name.hasPrefix($0) }
    }
    variables["GIT_TERMINAL_PROMPT"] = "0"
    variables["GIT_EDITOR"] = "true"
    return ChildEnvironment(variables: variables)
  }

  public func setting(_ changes: [String: String]) -> ChildEnvironment {
    ChildEnvironment(variables: variables.merging(changes) { $1 })
  }

  /// With these variables where they are not set already.
  public func completed(by defaults: [String: String]) -> ChildEnvironment {
    ChildEnvironment(variables: defaults.merging(variables) { $1 })
  }

  private static let workerNames: Set<String> = [
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EXEC_PATH",
  ]
  private static let workerPrefixes = ["GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_SSL_", "GIT_TRACE"]
  private static let gitOnlyNames: Set<String> = ["GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_ALLOW_PROTOCOL"]
  private static let harmlessNames: Set<String> = [
    "GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "GIT_PAGER", "GIT_TERMINAL_PROMPT", "GIT_OPTIONAL_LOCKS",
  ]
  private static let gitOnlyPrefixes = ["GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"]
}
