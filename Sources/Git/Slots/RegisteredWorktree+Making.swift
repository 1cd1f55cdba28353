import Platform

extension RegisteredWorktree {
  /// Registers a worktree whose HEAD is detached, without a checkout: the files that `git worktree add` writes (gitrepository-layout(5)).
  /// libgit2 1.5 could only do it on a branch, which a full disk or a kill would leave behind.
  ///
  /// git passes over a registration without a `gitdir` file, and stops with an error at one that has it and lacks another. So that one
  /// comes last, and each file whole and durable. Until the worktree stands, too, the registration is locked as "initializing", so that a
  /// `git worktree prune` beside us leaves it alone. What is left of a failure is the caller's to remove.
  ///
  /// - Parameters:
  ///   - path: absolute; does not exist.
  ///   - commonFolder: absolute, symbolic links followed, as git itself writes it into the worktree's `.git` file.
  static func make(_ name: String, at commit: CommitID, path: FilePath, commonFolder: FilePath) throws(Errno) {
    let registration = folder(commonFolder, name)
    try Folder.create(path)
    try Folder.create(registration)
    let lock = registration.appending("locked")
    try AtomicFile.write(Array("initializing\n".utf8), to: lock, isDurable: false)
    try AtomicFile.write(Array("../..\n".utf8), to: registration.appending("commondir"))
    try AtomicFile.write(Array("\(commit)\n".utf8), to: registration.appending("HEAD"))
    try AtomicFile.write(line(path.appending(".git")), to: registration.appending("gitdir"))
    try AtomicFile.write(Array("gitdir: ".utf8) + line(registration), to: path.appending(".git"), isDurable: false)
    try File.remove(lock)
  }

  private static func line(_ path: FilePath) -> [UInt8] {
    path.withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) } + [UInt8(ascii: "\n")]
  }
}
