import Platform

extension RegisteredWorktree {
  /// Registers a worktree whose HEAD is detached, without a checkout: the files that `git worktree add` writes (gitrepository-layout(5)), in its
  /// order. libgit2 1.5 could only do it on a branch, which a full disk or a kill would leave behind.
  ///
  /// Until the last of them is written it is locked as "initializing", so that a `git worktree prune` beside us leaves it alone. HEAD is
  /// durable. What is left of a failure is the caller's to remove.
  ///
  /// - Parameters:
  ///   - path: absolute; does not exist.
  ///   - commonFolder: absolute, symbolic links followed, as git itself writes it into the worktree's `.git` file.
  static func make(_ name: String, at commit: CommitID, path: FilePath, commonFolder: FilePath) throws(Errno) {
    let registration = folder(commonFolder, name)
    try Folder.create(registration.removingLastComponent())
    try Folder.create(path)
    try Folder.create(registration)
    let lock = registration.appending("locked")
    try write("initializing", to: lock)
    try write(bytes(of: path.appending(".git")), to: registration.appending("gitdir"))
    try write("gitdir: ".utf8 + bytes(of: registration), to: path.appending(".git"))
    try write("../..", to: registration.appending("commondir"))
    try AtomicFile.write(Array("\(commit)\n".utf8), to: registration.appending("HEAD"))
    try File.remove(lock)
  }

  private static func bytes(of path: FilePath) -> [UInt8] {
    path.withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
  }

  private static func write(_ line: String, to file: FilePath) throws(Errno) { try write(Array(line.utf8), to: file) }

  private static func write(_ line: [UInt8], to file: FilePath) throws(Errno) {
    do {
      let descriptor = try FileDescriptor.open(
        file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
      _ = try descriptor.closeAfter { try descriptor.writeAll(line + [UInt8(ascii: "\n")]) }
    } catch { throw error as? Errno ?? .ioError }
  }
}
