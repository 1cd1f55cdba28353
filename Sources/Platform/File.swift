/// Whole-file operations. Writing is atomic and durable: see `AtomicFile`.
public enum File {
  /// The contents of a file, or nil where there is none.
  public static func read(_ path: FilePath) throws(Errno) -> [UInt8]? {
    do {
      let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      return try descriptor.closeAfter {
        var raw = stat()
        guard fstat(descriptor.rawValue, &raw) == 0 else { throw Errno(rawValue: errno) }
        if raw.st_mode & S_IFMT == S_IFDIR { throw Errno.isDirectory }
        // One read where the size tells all; files of /proc have none.
        var bytes = try [UInt8](unsafeUninitializedCapacity: Int(raw.st_size)) { buffer, count in
          while count < buffer.count,
            case let read = try descriptor.read(
              into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])),
            read > 0
          { count += read }
        }
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.isEmpty ? 1 << 16 : 1 << 12, alignment: 1)
        defer { chunk.deallocate() }
        while case let count = try descriptor.read(into: chunk), count > 0 {
          bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk[..<count]))
        }
        return bytes
      }
    } catch let error as Errno {
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw error
    } catch { throw .ioError }
  }

  /// What a file holds from `offset` on, or nil where there is none; empty where it ends before.
  public static func read(_ path: FilePath, from offset: Int64) throws(Errno) -> [UInt8]? {
    do {
      let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      return try descriptor.closeAfter { try descriptor.readAll(from: offset) }
    } catch let error as Errno {
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw error
    } catch { throw .ioError }
  }

  /// The last part of a file, at most so many bytes; nil where there is none.
  public static func readEnd(of path: FilePath, bytes limit: Int) throws(Errno) -> [UInt8]? {
    guard let size = try FileStatus.of(path)?.size else { return nil }
    if size <= limit { return try read(path) }
    do {
      let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      return try descriptor.closeAfter {
        try descriptor.seek(offset: Int64(size - limit), from: .start)
        return try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
          while count < limit,
            case let read = try descriptor.read(
              into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])), read > 0
          {
            count += read
          }
        }
      }
    } catch { throw error as? Errno ?? .ioError }
  }

  /// Writes a file anew, in place, and not durably: for what nobody reads who has not been told that it is complete.
  ///
  /// - Parameter permissions: before the process' mask is taken off.
  public static func write(
    _ bytes: [UInt8], to path: FilePath, permissions: FilePermissions = FilePermissions(rawValue: 0o644)
  ) throws(Errno) {
    do {
      let descriptor = try FileDescriptor.open(path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: permissions)
      _ = try descriptor.closeAfter { try descriptor.writeAll(bytes) }
    } catch { throw error as? Errno ?? .ioError }
  }

  /// The contents of a file as text (bytes that are no UTF-8 are replaced), or nil where there is none.
  public static func readText(_ path: FilePath) throws(Errno) -> String? {
    try read(path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Unlinks `path`; nothing there is fine.
  public static func remove(_ path: FilePath) throws(Errno) {
    if path.withPlatformString({ unlink($0) }) != 0, errno != ENOENT, errno != ENOTDIR { throw Errno(rawValue: errno) }
  }

  /// `rename(2)`: atomic, replaces what is at `target`.
  public static func rename(_ path: FilePath, to target: FilePath) throws(Errno) {
    let answer = path.withPlatformString { from in target.withPlatformString { to in platformRename(from, to) } }
    if answer != 0 { throw Errno(rawValue: errno) }
  }

  /// Gives `target` the permissions of `path`.
  public static func copyPermissions(from path: FilePath, to target: FilePath) throws(Errno) {
    var raw = stat()
    guard path.withPlatformString({ lstat($0, &raw) }) == 0, target.withPlatformString({ chmod($0, raw.st_mode & 0o7777) }) == 0 else {
      throw Errno(rawValue: errno)
    }
  }

  /// Gives `target` the access and modification times of `path`, to the nanosecond.
  public static func copyTimes(from path: FilePath, to target: FilePath) throws(Errno) {
    var raw = stat()
    guard path.withPlatformString({ lstat($0, &raw) }) == 0 else { throw Errno(rawValue: errno) }
    #if canImport(Darwin)
      let times = [raw.st_atimespec, raw.st_mtimespec]
    #else
      let times = [raw.st_atim, raw.st_mtim]
    #endif
    guard target.withPlatformString({ utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW) }) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Gives a file a time of modification, and of access too.
  public static func setTime(_ moment: FileStatus.Moment, of path: FilePath) throws(Errno) {
    let times = [timespec](repeating: timespec(tv_sec: Int(moment.seconds), tv_nsec: Int(moment.nanoseconds)), count: 2)
    guard path.withPlatformString({ utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW) }) == 0 else { throw Errno(rawValue: errno) }
  }

  /// The absolute path with every symbolic link followed (`realpath(3)`).
  public static func resolved(_ path: FilePath) throws(Errno) -> FilePath {
    guard let resolved = path.withPlatformString({ realpath($0, nil) }) else { throw Errno(rawValue: errno) }
    defer { free(resolved) }
    return FilePath(platformString: resolved)
  }

  /// Where a symbolic link points, or nil where there is none.
  public static func readLink(_ path: FilePath) throws(Errno) -> [UInt8]? {
    let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 1 << 16)
    defer { buffer.deallocate() }
    guard let base = buffer.baseAddress else { return nil }
    let count = path.withPlatformString { readlink($0, base, buffer.count) }
    if count >= 0 { return buffer[..<count].map { UInt8(bitPattern: $0) } }
    let error = Errno(rawValue: errno)
    if error == .noSuchFileOrDirectory || error == .notDirectory || error == .invalidArgument { return nil }
    throw error
  }

  /// `link(2)`: a second name for a file; fails with `.fileExists` where `target` is taken, so it can serve as a lock.
  public static func link(_ path: FilePath, to target: FilePath) throws(Errno) {
    let answer = path.withPlatformString { from in target.withPlatformString { to in platformLink(from, to) } }
    if answer != 0 { throw Errno(rawValue: errno) }
  }
}

private func platformRename(_ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>) -> Int32 { rename(from, to) }
private func platformLink(_ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>) -> Int32 { link(from, to) }

/// The one way this project replaces a file: temporary file beside it, fsync, rename, fsync of the folder.
///
/// A reader sees the old bytes or the new ones, never a mixture, and after `write` returns the new ones survive a power
/// cut. Killed before the rename, it leaves a temporary file whose name says whose it was (`<name>.tmp.<pid>`).
public enum AtomicFile {
  /// - Parameters:
  ///   - isDurable: false for what means nothing once the machine has been started anew: nothing is fsynced then.
  ///   - willRename: called when the temporary file is complete and durable (the tests stop here).
  public static func write(
    _ bytes: [UInt8], to path: FilePath, permissions: FilePermissions = FilePermissions(rawValue: 0o644),
    isDurable: Bool = true, willRename: () -> Void = {}
  ) throws(Errno) {
    guard let name = path.lastComponent else { throw .invalidArgument }
    let folder = path.removingLastComponent()
    let temporary = folder.appending("\(name.string).tmp.\(getpid())")
    do {
      let descriptor = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: permissions)
      try descriptor.closeAfter {
        _ = try descriptor.writeAll(bytes)
        if isDurable { try descriptor.synchronize() }
      }
      willRename()
      try File.rename(temporary, to: path)
    } catch {
      _ = temporary.withPlatformString { unlink($0) }
      throw error as? Errno ?? .ioError
    }
    if isDurable { try Folder.sync(folder.isEmpty ? "." : folder) }
  }
}

extension FileDescriptor {
  /// All bytes from `offset` to the end, at most `limit`.
  public func readAll(from offset: Int64, limit: Int = .max) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
      while bytes.count < limit {
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Swift.min(buffer.count, limit - bytes.count)])
        let count = try read(fromAbsoluteOffset: offset + Int64(bytes.count), into: room)
        if count == 0 { break }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<count]))
      }
    }
    return bytes
  }

  /// Forces what was written to the disk. On macOS `fsync` stops at the drive's cache, `F_FULLFSYNC` does not.
  public func synchronize() throws(Errno) {
    #if canImport(Darwin)
      if fcntl(rawValue, F_FULLFSYNC) == 0 { return }
    #endif
    while fsync(rawValue) != 0 {
      if errno != EINTR { throw Errno(rawValue: errno) }
    }
  }
}
