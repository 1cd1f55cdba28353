import Platform

/// One of N executors: a number, and the worktree that belongs to it, which is reused from ticket to ticket.
public struct Slot: Sendable, Hashable {
  /// From 1.
  public let number: Int
  /// The worktree, in the form that has no symbolic links.
  public let path: FilePath
  /// What git keeps for this worktree: `<common>/worktrees/<name>`.
  public let gitFolder: FilePath

  /// The name under which git knows the worktree.
  public var name: String { gitFolder.lastComponent?.string ?? "" }

  /// The first of the hundred ports that workers in this slot may use: no two slots share one.
  public var portBase: Int { 20_000 + 100 * number }

  public init(number: Int, path: FilePath, gitFolder: FilePath) {
    self.number = number
    self.path = path
    self.gitFolder = gitFolder
  }
}
