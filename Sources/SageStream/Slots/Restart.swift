import Git

/// Work of an earlier attempt, picked onto what an attempt starts from.
public struct Restart: Sendable, Equatable {
  /// The earlier attempt's commits on top of the base: where the slot's HEAD stands when the worker starts.
  public let head: CommitID
  /// The same with what it had left uncommitted: what the slot's files are.
  public let files: CommitID

  public init(head: CommitID, files: CommitID) {
    self.head = head
    self.files = files
  }
}
