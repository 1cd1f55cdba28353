/// What a file system has left for whoever is no administrator.
public struct FileSystemSpace: Sendable, Equatable {
  /// In bytes.
  public let free: Int
  /// How many more files it can hold; nil where it sets no limit of its own.
  public let freeFiles: Int?

  public init(free: Int, freeFiles: Int?) {
    self.free = free
    self.freeFiles = freeFiles
  }

  /// - Throws: `Errno`, as where `path` does not exist.
  public static func of(_ path: FilePath) throws(Errno) -> FileSystemSpace {
    var raw = statvfs()
    guard path.withPlatformString({ statvfs($0, &raw) }) == 0 else { throw Errno(rawValue: errno) }
    let (free, overflow) = Int(clamping: raw.f_bavail).multipliedReportingOverflow(by: Int(clamping: raw.f_frsize))
    return FileSystemSpace(free: overflow ? .max : free, freeFiles: raw.f_files == 0 ? nil : Int(clamping: raw.f_favail))
  }
}
