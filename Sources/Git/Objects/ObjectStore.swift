/// Reading and writing a repository's objects and references: everything that landing needs beside a work tree.
///
/// There are two ways to it, with the same answers: `LibGit2Store` in this process, and `GitCommandStore` through git alone
/// for repositories that libgit2 cannot open. A store belongs to one task at a time (it is not Sendable).
///
/// What is written is durable when the call returns, objects before the references that name them; between `beginBatch` and
/// `endBatch` objects are durable when `flush` or `endBatch` returns.
public protocol ObjectStore: AnyObject {
  /// - Throws: `GitError.missingObject` where there is no such commit.
  func commit(_ id: CommitID) async throws(GitError) -> CommitObject
  func blob(_ id: BlobID) async throws(GitError) -> [UInt8]

  /// What stands at `path` in a tree; nil where nothing does. The root is the tree itself.
  func entry(_ path: TreePath, in tree: TreeID) async throws(GitError) -> TreeEntry?
  /// The entries of one tree, not of those below it, in git's order. A nil tree has none.
  func entries(of tree: TreeID) async throws(GitError) -> [(name: [UInt8], entry: TreeEntry)]
  /// Every path at which two trees differ, in path order; nil is the empty tree. Cost follows the difference.
  func changes(from old: TreeID?, to new: TreeID?) async throws(GitError) -> [TreeChange]

  /// Every file below a tree whose last name is `name`, in no particular order. The first answer may cost a walk of the
  /// whole tree, later ones follow the difference.
  func files(named name: [UInt8], in tree: TreeID) async throws(GitError) -> [FoundFile]

  /// `rev-list --topo-order --reverse tip --not excluded...`: parents before children.
  func commits(reachableFrom tip: CommitID, excluding excluded: [CommitID]) async throws(GitError) -> [CommitID]
  /// All merge bases of two commits, by id; more than one after criss-cross merges, none for unrelated histories.
  func mergeBases(_ a: CommitID, _ b: CommitID) async throws(GitError) -> [CommitID]
  /// Whether `ancestor` is `descendant` or is reachable from it.
  func isAncestor(_ ancestor: CommitID, of descendant: CommitID) async throws(GitError) -> Bool
  /// Whether every object that `tip` needs beyond `known` is there.
  func isComplete(_ tip: CommitID, beyond known: [CommitID]) async throws(GitError) -> Bool

  /// The first step of a pick: a three-way merge of trees that descends only where base and theirs differ.
  func mergeTrees(base: TreeID, ours: TreeID, theirs: TreeID) async throws(GitError) -> TreeMerge

  func writeBlob(_ bytes: [UInt8]) async throws(GitError) -> BlobID
  /// `tree` (nil: the empty tree) with some paths set to an entry or, with nil, removed. Folders appear and vanish as needed.
  func writeTree(_ tree: TreeID?, replacing edits: [(path: TreePath, entry: TreeEntry?)]) async throws(GitError) -> TreeID
  func writeCommit(_ commit: CommitObject) async throws(GitError) -> CommitID

  /// From here on new objects may be kept in memory, where this store alone sees them, to be made durable together.
  func beginBatch() throws(GitError)
  /// Says that a commit of this batch has been written anew and is named by nothing: it need not become durable.
  func discard(_ commit: CommitID) throws(GitError)
  /// Makes durable what has been written in this batch; to be called before git is asked about it.
  func flush() throws(GitError)
  /// Ends the batch after a last `flush`. Without a batch it does nothing.
  func endBatch() throws(GitError)

  /// The commit that a reference names (symbolic references and annotated tags followed), or nil where there is no such reference.
  ///
  /// - Throws: `GitError.missingObject` where the reference is there and the commit is not.
  func resolve(_ reference: RefName) async throws(GitError) -> CommitID?
  /// All references whose name starts with `prefix`, sorted by name.
  func references(startingWith prefix: String) async throws(GitError) -> [(name: RefName, commit: CommitID)]
  /// Moves one reference by compare-and-swap, with a reflog entry, also in HEAD's reflog where HEAD stands on it; with nil
  /// as the new commit removes it and its reflog. A symbolic reference is followed: what it names is moved. A reference that
  /// is locked is tried again for a few seconds. Removing one that is not there is fine where `expected` allows it.
  ///
  /// - Throws: `GitError.staleReference` where it was not what `expected` says, `.lockedReference`, `.referenceInTheWay`.
  func update(_ reference: RefName, from expected: ExpectedReference, to new: CommitID?, reason: String) async throws(GitError)
}

/// A store that writes each object at once needs no batches.
extension ObjectStore {
  public func beginBatch() throws(GitError) {}
  public func discard(_ commit: CommitID) throws(GitError) {}
  public func flush() throws(GitError) {}
  public func endBatch() throws(GitError) {}
}

/// A file that was sought by name.
public struct FoundFile: Sendable, Equatable {
  public let path: TreePath
  public let entry: TreeEntry

  public init(path: TreePath, entry: TreeEntry) {
    self.path = path
    self.entry = entry
  }
}

/// The result of merging three trees by their entries alone.
public enum TreeMerge: Sendable, Equatable {
  case merged(TreeID)
  /// Both sides touched the same thing, or something that only rename detection can judge: ask `git merge-tree`.
  case overlap
}

/// What a reference must be for an update to happen.
public enum ExpectedReference: Sendable, Equatable {
  case anything
  case absent
  case commit(CommitID)
}
