/// What `git merge-tree` says of three trees.
public enum MergeResult: Sendable, Equatable {
  case clean(TreeID)
  case conflicted(MergeConflict)
}

/// A merge that git could not finish alone, in git's own words (git-merge-tree(1), OUTPUT).
public struct MergeConflict: Sendable, Equatable {
  /// The merged tree with conflict markers in the files concerned.
  public let tree: TreeID
  /// The unmerged paths with what each side has there, in git's order.
  public let paths: [ConflictedPath]
  /// Every `CONFLICT (type): ...` message.
  public let messages: [ConflictMessage]

  public init(tree: TreeID, paths: [ConflictedPath], messages: [ConflictMessage]) {
    self.tree = tree
    self.paths = paths
    self.messages = messages
  }
}

/// The three stages of one unmerged path; a side that has nothing there is nil.
public struct ConflictedPath: Sendable, Equatable {
  public let path: TreePath
  public let base: TreeEntry?
  public let ours: TreeEntry?
  public let theirs: TreeEntry?

  public init(path: TreePath, base: TreeEntry?, ours: TreeEntry?, theirs: TreeEntry?) {
    self.path = path
    self.base = base
    self.ours = ours
    self.theirs = theirs
  }
}

public struct ConflictMessage: Sendable, Equatable {
  /// The word in brackets: `content`, `add/add`, `modify/delete`, `rename/delete`, `file location`, `binary`, ...
  public let type: String
  public let paths: [TreePath]
  /// The whole line.
  public let text: String

  public init(type: String, paths: [TreePath], text: String) {
    self.type = type
    self.paths = paths
    self.text = text
  }
}
