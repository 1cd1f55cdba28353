import Git
import Platform

/// git's own lock on the index of one work tree, held by us: `index.lock`, made by `link(2)` from a file that holds our run
/// id, so that it comes into being whole and a later start can tell it from the lock of another program.
///
/// While it is held no git command of the user's can change the index or commit from it. What we change goes into a copy,
/// which `publish` renames over the index. Killed in between, the lock and the copy are recognised by their content and name.
struct IndexLock: ~Copyable {
  let gitFolder: FilePath
  let run: RunID

  var index: FilePath { gitFolder.appending("index") }
  /// The index that git commands work on while the lock is held.
  var copy: FilePath { Self.copyPath(gitFolder, run) }
  private var lock: FilePath { gitFolder.appending("index.lock") }

  /// How long another program's lock is waited for.
  static let patience = Failpoint.indexLockPatience ?? .seconds(5)

  /// Takes the lock, trying for `patience`, and makes the copy. Nil where another program kept the lock.
  ///
  /// - Throws: `Failure.fileSystem`; nothing is left behind then.
  static func take(gitFolder: FilePath, run: RunID, patience: Duration) async throws(Failure) -> IndexLock? {
    let source = gitFolder.appending("sage-stream.\(run).lock")
    let lock = gitFolder.appending("index.lock")
    do {
      defer { try? File.remove(source) }
      try writeSource(source, run)
      let end = ContinuousClock.now + patience
      var pause = Duration.milliseconds(1)
      while true {
        do {
          try File.link(source, to: lock)
          break
        } catch  where error == .fileExists {
          if ContinuousClock.now >= end { return nil }
          // Quadratic and jittered, like git's own wait for a lock file (lockfile.c).
          try? await Task.sleep(for: pause * Double.random(in: 0.75...1.25))
          pause = min(pause * 2, .milliseconds(250))
        }
      }
    } catch { throw .fileSystem(path: source, error) }
    Failpoint.indexLocked.hit()
    let taken = IndexLock(gitFolder: gitFolder, run: run)
    do { try taken.makeCopy() } catch {
      try? File.remove(lock)
      throw .fileSystem(path: taken.copy, error)
    }
    return taken
  }

  /// The lock is a second name of this file, so its content is on the disk before that; that the file itself is gone after a power cut
  /// is no loss.
  private static func writeSource(_ source: FilePath, _ run: RunID) throws(Errno) {
    do {
      let descriptor = try FileDescriptor.open(
        source, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
      try descriptor.closeAfter {
        _ = try descriptor.writeAll(Array(content(of: run).utf8))
        try descriptor.synchronize()
      }
    } catch { throw error as? Errno ?? .ioError }
  }

  static func content(of run: RunID) -> String { "git-sage-stream \(run)\n" }
  static func copyPath(_ gitFolder: FilePath, _ run: RunID) -> FilePath { gitFolder.appending("index.sage-stream.\(run)") }

  /// Everything of ours in the git folder of a worktree: a lock on its index, copies of that, and what locks are made from.
  static func files(in gitFolder: FilePath) throws(Errno) -> [FilePath] {
    guard try FileStatus.of(gitFolder) != nil else { return [] }
    return try Folder.names(in: gitFolder).map { String(decoding: $0, as: UTF8.self) }.filter { name in
      name.hasPrefix("index.sage-stream.") || name.hasPrefix("sage-stream.")
        || name == "index.lock" && owner(ofLock: gitFolder.appending(name)) != nil
    }.map { gitFolder.appending($0) }
  }

  /// The run that a lock file belongs to, where it is one of ours.
  static func owner(ofLock lock: FilePath) -> RunID? {
    guard let text = try? File.readText(lock), text.hasPrefix("git-sage-stream "), text.hasSuffix("\n") else { return nil }
    return RunID(text.dropFirst("git-sage-stream ".count).dropLast())
  }

  /// The modification time is kept: git takes an entry that is as young as the index for possibly changed (racy git), and
  /// a copy that looks younger would hide an edit made in the same moment.
  private borrowing func makeCopy() throws(Errno) {
    guard let bytes = try File.read(index) else { return }
    try File.write(bytes, to: copy)
    try File.copyTimes(from: index, to: copy)
  }

  /// Puts the copy in the place of the index and drops the lock.
  consuming func publish() throws(Failure) {
    do {
      // A worktree that was removed meanwhile has taken its git folder along.
      guard try FileStatus.of(gitFolder) != nil else { return }
      // Without an index before and after (a bare checkout of nothing) there is no copy to publish.
      if try FileStatus.of(copy) != nil { try File.rename(copy, to: index) }
      try File.remove(lock)
    } catch { throw .fileSystem(path: lock, error) }
  }

  /// Leaves the index as it is and drops the lock.
  consuming func release() throws(Failure) {
    do {
      guard try FileStatus.of(gitFolder) != nil else { return }
      try File.remove(copy)
      try File.remove(lock)
    } catch { throw .fileSystem(path: lock, error) }
  }
}
