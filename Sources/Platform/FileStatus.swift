/// What `lstat` says of a path: a symbolic link is described, never followed.
public struct FileStatus: Sendable, Equatable {
  public enum Kind: Sendable { case file, directory, symbolicLink, other }

  public let kind: Kind
  /// In bytes.
  public let size: Int
  public let permissions: UInt16
  public let ownerID: UInt32
  public let inode: UInt64
  public let device: UInt64
  public let groupID: UInt32
  /// Seconds since 1970.
  public let modified: Double
  /// When the content changed last, to the nanosecond.
  public let modifiedAt: Moment
  /// When content, name or permissions changed last.
  public let changedAt: Moment

  /// A time as file systems note it, cut to 32 bits as git's index has it.
  public struct Moment: Sendable, Equatable, Comparable {
    public let seconds: UInt32
    public let nanoseconds: UInt32

    public init(seconds: UInt32, nanoseconds: UInt32) {
      self.seconds = seconds
      self.nanoseconds = nanoseconds
    }

    init(_ time: timespec) {
      self.init(seconds: UInt32(truncatingIfNeeded: time.tv_sec), nanoseconds: UInt32(truncatingIfNeeded: time.tv_nsec))
    }

    public static func < (a: Moment, b: Moment) -> Bool { (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds) }
  }

  /// The status of `path`, or nil where nothing is there (also where a leading folder is missing or is a file).
  ///
  /// - Throws: `Errno` for anything but absence, for example a folder that may not be searched.
  public static func of(_ path: FilePath) throws(Errno) -> FileStatus? {
    var raw = stat()
    while true {
      if path.withPlatformString({ lstat($0, &raw) }) == 0 { return FileStatus(raw) }
      let error = Errno(rawValue: errno)
      if error == .interrupted { continue }
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw error
    }
  }

  /// The same of a path that begins in an open folder, for asking about many.
  ///
  /// - Parameter name: bytes that end with a zero.
  public static func of(_ name: [CChar], in folder: FileDescriptor) throws(Errno) -> FileStatus? {
    var raw = stat()
    while true {
      if fstatat(folder.rawValue, name, &raw, AT_SYMLINK_NOFOLLOW) == 0 { return FileStatus(raw) }
      let error = Errno(rawValue: errno)
      if error == .interrupted { continue }
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw error
    }
  }

  private init(_ raw: stat) {
    switch raw.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .symbolicLink
    default: kind = .other
    }
    size = Int(raw.st_size)
    permissions = UInt16(raw.st_mode & 0o7777)
    ownerID = raw.st_uid
    inode = UInt64(raw.st_ino)
    device = UInt64(truncatingIfNeeded: raw.st_dev)
    groupID = raw.st_gid
    #if canImport(Darwin)
      let (time, changed) = (raw.st_mtimespec, raw.st_ctimespec)
    #else
      let (time, changed) = (raw.st_mtim, raw.st_ctim)
    #endif
    modifiedAt = Moment(time)
    changedAt = Moment(changed)
    modified = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
