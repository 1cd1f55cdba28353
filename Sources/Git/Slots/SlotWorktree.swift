import Platform

/// A linked worktree whose HEAD is detached, registered without a single file in it: filling it is `git reset --hard`.
///
/// Registering and forgetting are not safe beside one another: the caller does one at a time.
public struct SlotWorktree: Sendable, Equatable {
  public let path: FilePath
  /// Its registration below `<common folder>/worktrees/`: its own HEAD, index and reflog.
  public let gitFolder: FilePath

  public init(path: FilePath, gitFolder: FilePath) {
    self.path = path
    self.gitFolder = gitFolder
  }

  /// git on this worktree, both of its folders named.
  public func git(_ layout: RepositoryLayout) -> GitCommand { layout.git.on(gitFolder: gitFolder, workTree: path) }

  /// Registers a worktree at `path` with HEAD detached at `commit`: in this process where `store` is libgit2's,
  /// so that the repository is one whose files say everything, else by `git worktree add`. What was made is removed again where it fails half-way.
  ///
  /// - Parameters:
  ///   - name: of the registration; one path component that git accepts in a branch name.
  ///   - path: must not exist, or be an empty folder.
  /// - Throws: `GitError.fileSystem` where the path or the name is taken, and what libgit2 or git said.
  public static func register(
    name: String, path: FilePath, at commit: CommitID, in layout: RepositoryLayout, store: any ObjectStore
  ) async throws(GitError) -> SlotWorktree {
    let registration = RegisteredWorktree.folder(layout.commonFolder, name)
    if exists(registration) { throw .fileSystem(path: registration.string, reason: "a worktree is registered under this name") }
    let hadFolder = exists(path)
    if hadFolder, (try? Folder.names(in: path))?.isEmpty != true {
      throw .fileSystem(path: path.string, reason: "the folder is not empty")
    }
    do throws(GitError) {
      do throws(Errno) {
        try Folder.create(path.removingLastComponent())
        if hadFolder { try Folder.removeTree(path) }
      } catch {
        throw .fileSystem(path: path.string, reason: "\(error)")
      }
      if store is LibGit2Store {
        _ = try await store.commit(commit)
        do throws(Errno) { try RegisteredWorktree.make(name, at: commit, path: path, commonFolder: layout.commonFolder) } catch {
          throw .fileSystem(path: path.string, reason: "\(error)")
        }
      } else {
        try await layout.git.run("worktree", "add", "--detach", "--no-checkout", "--quiet", path.string, commit.hex)
      }
      guard let gitFolder = RegisteredWorktree.gitFolder(ofWorktree: path) else {
        throw .fileSystem(path: path.string, reason: "the new worktree has no .git file")
      }
      return SlotWorktree(path: path, gitFolder: gitFolder)
    } catch {
      try? Folder.removeTree(registration)
      try? Folder.removeTree(path)
      if hadFolder { try? Folder.create(path) }
      throw error
    }
  }

  /// Forgets a registration that is good for nothing, also one that `git worktree prune` leaves alone because a process that
  /// died had locked it ("initializing"). Other worktrees' registrations, the user's above all, are not looked at.
  ///
  /// - Returns: whether there was such a registration. One whose worktree still stands and points back to it is left alone.
  /// - Throws: `GitError.fileSystem`.
  @discardableResult
  public static func forget(name: String, path: FilePath, in layout: RepositoryLayout) throws(GitError) -> Bool {
    let registration = RegisteredWorktree.folder(layout.commonFolder, name)
    guard registration.lastComponent?.string == name, exists(registration) else { return false }
    let registered = RegisteredWorktree.path(ofRegistration: registration)
    if let registered, registered != path { return false }
    if registered != nil, isWhole(registration), RegisteredWorktree.gitFolder(ofWorktree: path) == registration { return false }
    do throws(Errno) { try Folder.removeTree(registration) } catch {
      throw .fileSystem(path: registration.string, reason: "\(error)")
    }
    return true
  }

  /// Removes the worktree and its registration, whatever is in it and however it is locked (`git worktree remove --force --force`).
  public func remove(_ layout: RepositoryLayout) async throws(GitError) {
    try await layout.git.run("worktree", "remove", "--force", "--force", path.string)
  }

  /// Both ways write HEAD last but for the checkout, so a registration without a readable one is half-made.
  private static func isWhole(_ registration: FilePath) -> Bool {
    guard let head = try? File.read(registration.appending("HEAD")) else { return false }
    let text = String(decoding: head.trimmingLineEnds, as: UTF8.self)
    return text.hasPrefix("ref: ") || CommitID(hex: text).map { !$0.isZero } == true
  }

  private static func exists(_ path: FilePath) -> Bool { (try? FileStatus.of(path)) != nil }
}
