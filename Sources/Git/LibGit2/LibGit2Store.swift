internal import CLibGit2
import Platform

/// A repository through libgit2, in this process: objects, history and references, never an index or a work tree.
///
/// One libgit2 handle, used by one task at a time. Everything is done before a method returns; only a locked reference is
/// waited for. Objects and references are fsynced. Replacements (git-replace(1)), grafts and the end of a shallow
/// history are unknown to libgit2 1.5: `canOpen` sends repositories that have them to `GitCommandStore`.
public final class LibGit2Store: ObjectStore {
  let repository: Handle
  let objects: Handle
  /// The same objects without what is kept in memory: where batches go.
  let disk: Handle
  var batch = ObjectBatch()
  let gitFolder: FilePath
  /// How long a reference that another process keeps locked is tried again.
  public var lockPatience: Duration = .seconds(5)
  /// Where `.gitattributes` and other sought files lie, by tree and name: descending a whole repository is paid for once.
  var foundFiles: [FileSearch: [FoundFile]] = [:]
  /// Commits that were read since the last flush: libgit2 reads one from the disk again where it keeps it parsed for a walk.
  private var readCommits: [CommitID: CommitObject] = [:]

  /// Opens the repository whose common git folder is `gitFolder`: nothing is searched for, no environment variable is heard.
  public convenience init(gitFolder: FilePath) throws(GitError) {
    _ = Library.start
    try self.init(Self.open(gitFolder), gitFolder)
  }

  /// The same for a repository for which libgit2 gives the same answers as git; nil for any other (`canOpen`), which needs `GitCommandStore`.
  public static func suitable(gitFolder: FilePath) throws(GitError) -> LibGit2Store? {
    _ = Library.start
    guard let repository = try? open(gitFolder), (try? reasonAgainst(repository, gitFolder)) == .some(nil) else { return nil }
    return try LibGit2Store(repository, gitFolder)
  }

  private init(_ repository: consuming Handle, _ gitFolder: FilePath) throws(GitError) {
    objects = try Handle("git_repository_odb", free: git_odb_free) { git_repository_odb(&$0, repository.raw) }
    disk = try Self.openDisk(gitFolder)
    self.repository = repository
    self.gitFolder = gitFolder
  }

  /// Starts the library, which the first store would do: it reads the system's certificates.
  public static func start() { _ = Library.start }

  /// Nil where libgit2 gives the same answers as git for this repository, else the reason why it does not.
  public static func canOpen(gitFolder: FilePath) -> String? {
    _ = Library.start
    do throws(GitError) { return try reasonAgainst(open(gitFolder), gitFolder) } catch {
      if case .library(_, _, _, let message) = error { return message }
      return "\(error)"
    }
  }

  private static func reasonAgainst(_ repository: borrowing Handle, _ gitFolder: FilePath) throws(GitError) -> String? {
    for (file, what) in [("shallow", "the history is shallow"), ("info/grafts", "the history has grafts")] {
      if let status = try? FileStatus.of(gitFolder.appending(file)), status.size > 0 { return what }
    }
    if try isPartialClone(repository) { return "the repository is a partial clone, and only git fetches what is missing" }
    let replacements = try Handle("git_reference_iterator_glob_new", free: git_reference_iterator_free) {
      git_reference_iterator_glob_new(&$0, repository.raw, "refs/replace/*")
    }
    var name: UnsafePointer<CChar>?
    if git_reference_next_name(&name, replacements.raw) == 0 { return "the repository has replacement objects (git-replace)" }
    return nil
  }

  /// The objects as they lie on the disk now: nothing that was read before is remembered, and no pack that is gone is open any more.
  static func openDisk(_ gitFolder: FilePath) throws(GitError) -> Handle {
    try Handle("git_odb_open", free: git_odb_free) { out in
      gitFolder.appending("objects").withPlatformString { git_odb_open(&out, $0) }
    }
  }

  private static func isPartialClone(_ repository: borrowing Handle) throws(GitError) -> Bool {
    let configuration = try Handle("git_repository_config_snapshot", free: git_config_free) {
      git_repository_config_snapshot(&$0, repository.raw)
    }
    // Each name is looked at here: libgit2 1.5 loses 20 kB for every entry that it holds against a pattern.
    let entries = try Handle("git_config_iterator_new", free: git_config_iterator_free) { git_config_iterator_new(&$0, configuration.raw) }
    var entry: UnsafeMutablePointer<git_config_entry>?
    while git_config_next(&entry, entries.raw) == 0, let name = entry?.pointee.name {
      let name = String(cString: name)
      // The second is what git writes; the first what it wrote once.
      if name == "extensions.partialclone" || name.hasPrefix("remote.") && name.hasSuffix(".promisor") { return true }
    }
    return false
  }

  private static func open(_ gitFolder: FilePath) throws(GitError) -> Handle {
    let flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_NO_DOTGIT.rawValue
    return try Handle("git_repository_open_ext", free: git_repository_free) { out in
      gitFolder.withPlatformString { git_repository_open_ext(&out, $0, flags, nil) }
    }
  }

  public func commit(_ id: CommitID) throws(GitError) -> CommitObject {
    if let known = readCommits[id] { return known }
    let commit = try storedCommit(id)
    if readCommits.count >= Self.mostCommits { readCommits = [:] }
    readCommits[id] = commit
    return commit
  }

  private static let mostCommits = 4096

  /// What was read is read anew: what is asked for from now on is as it lies on the disk.
  func forgetReadCommits() { readCommits = [:] }

  /// A commit as it is stored now.
  func storedCommit(_ id: CommitID) throws(GitError) -> CommitObject {
    guard let commit = CommitObject(parsing: try read(id, GIT_OBJECT_COMMIT)) else { throw .missingObject(id.hex) }
    return commit
  }

  public func blob(_ id: BlobID) throws(GitError) -> [UInt8] { try read(id, GIT_OBJECT_BLOB) }

  public func writeBlob(_ bytes: [UInt8]) throws(GitError) -> BlobID { try write(bytes, GIT_OBJECT_BLOB) }

  public func writeCommit(_ commit: CommitObject) throws(GitError) -> CommitID {
    try write(commit.serialized, GIT_OBJECT_COMMIT)
  }

  func write<Kind>(_ bytes: [UInt8], _ kind: git_object_t) throws(GitError) -> ObjectID<Kind> {
    if batch.isOpen { return try keep(bytes, kind) }
    var id = git_oid()
    try call("git_odb_write") {
      bytes.withUnsafeBytes { git_odb_write(&id, disk.raw, $0.baseAddress, $0.count, kind) }
    }
    return ObjectID(id)
  }

  private func read<Kind>(_ id: ObjectID<Kind>, _ kind: git_object_t) throws(GitError) -> [UInt8] {
    var oid = try id.oid
    let object = try missing(id) { () throws(GitError) in
      try Handle("git_odb_read", free: git_odb_object_free) { git_odb_read(&$0, objects.raw, &oid) }
    }
    guard git_odb_object_type(object.raw) == kind else { throw .missingObject(id.hex) }
    return Array(UnsafeRawBufferPointer(start: git_odb_object_data(object.raw), count: git_odb_object_size(object.raw)))
  }

  /// Turns libgit2's "not found" into `.missingObject`.
  func missing<Kind>(_ id: ObjectID<Kind>, _ body: () throws(GitError) -> Handle) throws(GitError) -> Handle {
    do throws(GitError) { return try body() } catch {
      throw error.isLibrary(GIT_ENOTFOUND) ? .missingObject(id.hex) : error
    }
  }
}
