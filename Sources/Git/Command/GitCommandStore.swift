/// A repository through git processes alone: for what libgit2 cannot open (SHA-256, reftable, shallow and partial clones,
/// `extensions.worktreeConfig`). Slower, and otherwise the same: with the clock fixed both stores write the same ids.
public final class GitCommandStore: ObjectStore {
  let git: GitCommand
  /// For commands that write: git leaves loose objects and references to the kernel unless it is told otherwise.
  let durable: GitCommand
  let format: ObjectFormat
  /// How long a reference that another process keeps locked is tried again.
  public var lockPatience: Duration = .seconds(5)
  var foundFiles: [FileSearch: [FoundFile]] = [:]

  /// - Parameter git: git on the common folder.
  public init(git: GitCommand, format: ObjectFormat) {
    self.git = git
    self.format = format
    durable = git.configured("core.fsync=committed")
  }

  public func commit(_ id: CommitID) async throws(GitError) -> CommitObject {
    guard let commit = CommitObject(parsing: try await read(id, "commit")) else { throw .missingObject(id.hex) }
    return commit
  }

  public func blob(_ id: BlobID) async throws(GitError) -> [UInt8] { try await read(id, "blob") }

  public func writeBlob(_ bytes: [UInt8]) async throws(GitError) -> BlobID {
    try id(of: try await durable.run("hash-object", "-w", "--stdin", "--no-filters", input: bytes))
  }

  public func writeCommit(_ commit: CommitObject) async throws(GitError) -> CommitID {
    try id(of: try await durable.run("hash-object", "-t", "commit", "-w", "--stdin", input: commit.serialized))
  }

  func id<Kind>(of output: GitOutput) throws(GitError) -> ObjectID<Kind> {
    guard let id = ObjectID<Kind>(hex: output.text) else { throw .unexpectedOutput(command: "git", output: output.text) }
    return id
  }

  /// One object by `git cat-file --batch`: `id type size`, a line end, the content; or `id missing`.
  private func read<Kind>(_ id: ObjectID<Kind>, _ type: String) async throws(GitError) -> [UInt8] {
    let output = try await git.run("cat-file", "--batch", input: Array("\(id.hex)\n".utf8)).standardOutput
    let end = output.firstIndex(of: UInt8(ascii: "\n")) ?? output.endIndex
    let words = String(decoding: output[..<end], as: UTF8.self).split(separator: " ")
    guard words.count == 3, words[1] == type, let size = Int(words[2]), output.count > end + size else { throw .missingObject(id.hex) }
    return Array(output[(end + 1)..<(end + 1 + size)])
  }

  /// Whether an object of this kind is there; to tell a missing object from other failures.
  func requireCommit(_ id: CommitID) async throws(GitError) { _ = try await read(id, "commit") }
}
