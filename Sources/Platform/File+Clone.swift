extension File {
  /// Makes `target` a file of the same content that shares its blocks with `source` until one of the two is changed (`FICLONE`, `clonefile`).
  ///
  /// - Returns: false where the file system cannot do that, or the two lie on different ones; nothing is there then.
  /// - Throws: `Errno` for other failures: `target` is taken, the disk is full. What was begun is gone then.
  public static func clone(_ source: FilePath, to target: FilePath) throws(Errno) -> Bool {
    #if canImport(Darwin)
      let answer = source.withPlatformString { from in target.withPlatformString { to in clonefile(from, to, UInt32(CLONE_NOFOLLOW)) } }
      if answer == 0 { return true }
      if [ENOTSUP, EXDEV, EINVAL].contains(errno) { return false }
      throw Errno(rawValue: errno)
    #else
      do {
        let input = try FileDescriptor.open(source, .readOnly, options: [.noFollow, .closeOnExec])
        return try input.closeAfter {
          var raw = stat()
          guard fstat(input.rawValue, &raw) == 0 else { throw Errno(rawValue: errno) }
          let output = try FileDescriptor.open(
            target, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: FilePermissions(rawValue: raw.st_mode & 0o777))
          return try output.closeAfter {
            // FICLONE of linux/fs.h, which is a macro that Swift cannot see.
            if ioctl(output.rawValue, UInt(0x4004_9409), input.rawValue) == 0 { return true }
            let problem = Errno(rawValue: errno)
            try remove(target)
            if [.notSupported, .inappropriateIOCTLForDevice, .improperLink, .invalidArgument].contains(problem) { return false }
            throw problem
          }
        }
      } catch { throw error as? Errno ?? .ioError }
    #endif
  }
}
