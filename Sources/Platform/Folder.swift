/// Folders: made, listed and removed. Every function is a plain loop over system calls and follows no symbolic link.
public enum Folder {
  /// The names in a folder, without `.` and `..`, in no particular order. Names are bytes: they need not be UTF-8.
  public static func names(in path: FilePath) throws(Errno) -> [[UInt8]] {
    guard let handle = path.withPlatformString({ opendir($0) }) else { throw Errno(rawValue: errno) }
    defer { closedir(handle) }
    var names: [[UInt8]] = []
    while let entry = try next(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: UInt8.self, capacity: 1) { bytes in
          Array(UnsafeBufferPointer(start: bytes, count: strlen(UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self))))
        }
      }
      if name != Array(".".utf8) && name != Array("..".utf8) { names.append(name) }
    }
    return names
  }

  /// The next entry of an open folder; nil at its end. A disk that fails is not taken for the end.
  public static func next(_ handle: FolderHandle) throws(Errno) -> UnsafeMutablePointer<dirent>? {
    errno = 0
    if let entry = readdir(handle) { return entry }
    if errno != 0 { throw Errno(rawValue: errno) }
    return nil
  }

  /// How many names are in a folder, without `.` and `..`.
  public static func count(_ path: FilePath) throws(Errno) -> Int {
    guard let handle = path.withPlatformString({ opendir($0) }) else { throw Errno(rawValue: errno) }
    defer { closedir(handle) }
    var count = 0
    while let entry = try next(handle) {
      let isItselfOrParent = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 3) { $0[0] == 46 && ($0[1] == 0 || $0[1] == 46 && $0[2] == 0) }
      }
      if !isItselfOrParent { count += 1 }
    }
    return count
  }

  /// Makes `path` and the folders above it; one that is already there is fine.
  public static func create(_ path: FilePath, permissions: FilePermissions = FilePermissions(rawValue: 0o755)) throws(Errno) {
    if path.withPlatformString({ mkdir($0, mode_t(permissions.rawValue)) }) == 0 { return }
    switch Errno(rawValue: errno) {
    case .fileExists:
      var raw = stat()
      if path.withPlatformString({ stat($0, &raw) }) == 0, raw.st_mode & S_IFMT == S_IFDIR { return }
      throw .fileExists
    case .noSuchFileOrDirectory:
      let parent = path.removingLastComponent()
      if parent.isEmpty || parent == path { throw .noSuchFileOrDirectory }
      try create(parent, permissions: permissions)
      if path.withPlatformString({ mkdir($0, mode_t(permissions.rawValue)) }) != 0, errno != EEXIST {
        throw Errno(rawValue: errno)
      }
    case let error: throw error
    }
  }

  /// Makes a folder that is nobody else's, in `TMPDIR` or `/tmp`; whoever asked for it removes it.
  public static func temporary(prefix: String) throws(Errno) -> FilePath {
    let parent = getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var name = Array(FilePath(parent).appending(prefix + ".XXXXXX").string.utf8CString)
    guard mkdtemp(&name) != nil else { throw Errno(rawValue: errno) }
    return FilePath(platformString: name)
  }

  /// Removes `path` and everything below it; nothing there is fine.
  public static func removeTree(_ path: FilePath) throws(Errno) {
    guard let status = try FileStatus.of(path) else { return }
    guard status.kind == .directory else { return try File.remove(path) }
    for name in try names(in: path) {
      let entry = path.appending(bytes: name)
      if entry.withPlatformString({ unlink($0) }) == 0 { continue }
      // Linux says EISDIR of a folder, macOS EPERM; whatever it is, it is looked at.
      try removeTree(entry)
    }
    if path.withPlatformString({ rmdir($0) }) != 0, errno != ENOENT { throw Errno(rawValue: errno) }
  }

  /// Removes a folder if it is empty; says whether it did.
  public static func removeIfEmpty(_ path: FilePath) -> Bool { path.withPlatformString { rmdir($0) } == 0 }

  /// Makes the entries of a folder durable: what was renamed, linked or created in it survives a power cut.
  public static func sync(_ path: FilePath) throws(Errno) {
    do {
      let descriptor = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
      let answer = fsync(descriptor.rawValue)
      let error = errno
      try descriptor.close()
      // Some file systems refuse fsync on a folder; there is nothing better to do there.
      if answer != 0, error != EINVAL, error != ENOTSUP { throw Errno(rawValue: error) }
    } catch let error as Errno { throw error } catch { throw .ioError }
  }
}

extension FilePath {
  /// The path of an entry whose name is given as bytes (names that are not UTF-8 included).
  public func appending(bytes name: [UInt8]) -> FilePath {
    // As one text that is taken apart once: this is done for every file of a folder.
    withPlatformString { folder in
      let length = strlen(folder)
      var text: [CChar] = []
      text.reserveCapacity(length + name.count + 2)
      text.append(contentsOf: UnsafeBufferPointer(start: folder, count: length))
      if length > 0 { text.append(CChar(bitPattern: UInt8(ascii: "/"))) }
      name.withUnsafeBytes { text.append(contentsOf: $0.bindMemory(to: CChar.self)) }
      text.append(0)
      return FilePath(platformString: text)
    }
  }
}
