import Platform

/// Where a repository's parts are, and which git works on them. Found once, at start.
///
/// A linked worktree, a subfolder, a submodule, a bare repository and the inside of `.git` are all places to start from.
public struct RepositoryLayout: Sendable {
  /// What all worktrees share: objects, references, configuration.
  public let commonFolder: FilePath
  /// The current worktree's own: `HEAD` and the index. The common folder in the main worktree.
  public let gitFolder: FilePath
  /// The top of the worktree that the command was typed in; nil in a bare repository and inside `.git`.
  public let workTree: FilePath?
  /// The top of the main worktree, wherever the command was typed; nil where there is none, or where git itself cannot tell
  /// (from a linked worktree of a repository made with `--separate-git-dir`).
  public let mainWorkTree: FilePath?
  /// Whether the repository was made without a main worktree. It can have linked ones all the same.
  public let isBare: Bool
  public let objectFormat: ObjectFormat
  public let gitVersion: GitVersion
  /// git on the common folder, without a work tree, in an environment that names no repository.
  public let git: GitCommand

  public init(
    commonFolder: FilePath, gitFolder: FilePath, workTree: FilePath?, mainWorkTree: FilePath?, isBare: Bool,
    objectFormat: ObjectFormat, gitVersion: GitVersion, git: GitCommand
  ) {
    self.commonFolder = commonFolder
    self.gitFolder = gitFolder
    self.workTree = workTree
    self.mainWorkTree = mainWorkTree
    self.isBare = isBare
    self.objectFormat = objectFormat
    self.gitVersion = gitVersion
    self.git = git
  }

  /// git on the current worktree; without one, on the common folder.
  public var gitHere: GitCommand { git.on(gitFolder: gitFolder, workTree: workTree) }
}
