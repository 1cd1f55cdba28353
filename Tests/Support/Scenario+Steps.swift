import Platform

/// What a developer does, one step a function; paths are relative to the work tree.
extension Scenario {
  public func write(_ path: String, _ text: String, permissions: UInt16 = 0o644) throws {
    try write(Array(path.utf8), Array(text.utf8), permissions: permissions)
  }

  /// For names that are not UTF-8 and contents that are no text.
  public func write(_ path: [UInt8], _ content: [UInt8], permissions: UInt16 = 0o644) throws {
    let file = self.path.appending(bytes: path)
    try Folder.create(file.removingLastComponent())
    try AtomicFile.write(content, to: file, permissions: FilePermissions(rawValue: CInterop.Mode(permissions)))
  }

  public func link(_ path: String, to target: String) throws {
    let file = self.path.appending(path)
    try Folder.create(file.removingLastComponent())
    try File.remove(file)
    if symlink(target, file.string) != 0 { throw Errno(rawValue: errno) }
  }

  public func remove(_ path: String) throws { try Folder.removeTree(self.path.appending(path)) }

  public func read(_ path: String) throws -> String? { try File.readText(self.path.appending(path)) }

  /// Commits all that is in the work tree.
  ///
  /// - Returns: the id of the commit.
  @discardableResult
  public func commit(_ message: String, in folder: FilePath? = nil) async throws -> String {
    tick()
    try await git("add", "--all", in: folder)
    try await git("commit", "--quiet", "--allow-empty", "--allow-empty-message", "-m", message, in: folder)
    return try await git("rev-parse", "HEAD", in: folder)
  }

  public func branch(_ name: String, at start: String = "HEAD") async throws { try await git("branch", name, start) }

  public func checkout(_ name: String) async throws { try await git("checkout", "--quiet", name) }

  public func checkout(new name: String, at start: String = "HEAD") async throws {
    try await git("checkout", "--quiet", "-b", name, start)
  }

  /// Merges and commits; the clock moves on.
  @discardableResult
  public func merge(_ name: String) async throws -> String {
    tick()
    try await git("merge", "--quiet", "--no-edit", "--no-ff", name)
    return try await git("rev-parse", "HEAD")
  }

  /// The content at `revision:path`, with its final line end.
  public func show(_ object: String) async throws -> String {
    let result = try await tryGit(["cat-file", "blob", object])
    guard result.status == 0 else { throw Failure(description: result.error) }
    return String(decoding: result.output, as: UTF8.self)
  }

  public func id(of revision: String) async throws -> String { try await git("rev-parse", "--verify", revision) }

  /// `git fsck`, strict.
  ///
  /// - Throws: `Failure` with what it found.
  public func fsck() async throws { try await git("fsck", "--strict", "--no-dangling", "--no-progress") }
}
