import Platform

/// The detached HEAD of a worktree, moved in this process as `git update-ref --no-deref HEAD` moves it: under `HEAD.lock`, with an entry in
/// its reflog, durable when the call returns.
///
/// Only where references are files, as in every repository that `LibGit2Store` opens.
public enum DetachedHead {
  /// Moves HEAD from one commit to another.
  ///
  /// - Parameters:
  ///   - gitFolder: the worktree's own, `<common>/worktrees/<name>`.
  ///   - committer: who moves it, and when, for the reflog.
  /// - Throws: `GitError.staleReference` where HEAD is not detached at `old`, `.lockedReference` where another process has `HEAD.lock`,
  ///   `.fileSystem`. HEAD is as it was then.
  public static func move(
    in gitFolder: FilePath, from old: CommitID, to new: CommitID, committer: Signature, reason: String
  ) throws(GitError) {
    let head = gitFolder.appending("HEAD")
    let lock = gitFolder.appending("HEAD.lock")
    let name = RefName("HEAD")
    do {
      let descriptor = try FileDescriptor.open(
        lock, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: FilePermissions(rawValue: 0o666))
      do {
        try descriptor.closeAfter {
          guard let now = try File.read(head), now.trimmingLineEnds.elementsEqual(old.hex.utf8) else { throw GitError.staleReference(name) }
          _ = try descriptor.writeAll("\(new.hex)\n".utf8)
          try descriptor.synchronize()
        }
        try note(gitFolder, Array("\(old.hex) \(new.hex) ".utf8) + committer.bytes + Array("\t\(reason)\n".utf8))
        try File.rename(lock, to: head)
      } catch {
        try? File.remove(lock)
        throw error
      }
    } catch {
      if let error = error as? GitError { throw error }
      let problem = error as? Errno ?? .ioError
      throw problem == .fileExists ? .lockedReference(name) : .fileSystem(path: lock.string, reason: "\(problem)")
    }
  }

  /// One line at the end of the reflog, in one `write(2)`; where there is no reflog none is begun.
  private static func note(_ gitFolder: FilePath, _ line: [UInt8]) throws {
    let log = gitFolder.appending("logs").appending("HEAD")
    guard try FileStatus.of(log) != nil else { return }
    let descriptor = try FileDescriptor.open(log, .writeOnly, options: [.append, .closeOnExec])
    _ = try descriptor.closeAfter { try descriptor.writeAll(line) }
  }
}
