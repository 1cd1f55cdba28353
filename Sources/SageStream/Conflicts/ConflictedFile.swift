import Git

/// One path of a conflict: what git says of it, and each place where the two sides meet.
public struct ConflictedFile: Sendable, Equatable {
  public let path: TreePath
  /// The path on the target, where the ticket renamed the file.
  public let oursPath: TreePath?
  /// The word in brackets of git's message: `content`, `add/add`, `modify/delete`, `rename/delete`, `rename/rename`,
  /// `file location`, `distinct types`, `binary`, `submodule`, or our own `excluded`; newer versions of git may have others.
  public let type: String
  /// git's line, as `CONFLICT (content): Merge conflict in src/a.swift`.
  public let message: String
  /// Empty for anything but text that both sides have.
  public let hunks: [ConflictHunk]
  /// The last commit on the target that this path clashes with; nil where none since the ticket started does.
  public let landedBy: LandedChange?
  /// Why there are no hunks although both sides have the file, or not all of them.
  public let note: String?

  public init(
    path: TreePath, oursPath: TreePath? = nil, type: String, message: String, hunks: [ConflictHunk] = [], landedBy: LandedChange? = nil,
    note: String? = nil
  ) {
    self.path = path
    self.oursPath = oursPath
    self.type = type
    self.message = message
    self.hunks = hunks
    self.landedBy = landedBy
    self.note = note
  }
}
