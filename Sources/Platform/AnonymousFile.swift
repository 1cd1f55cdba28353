/// A file without a name: bytes for a child's standard input.
///
/// Not a pipe: a child that ends before it has read a pipe raises SIGPIPE in us, and swift-subprocess 1.0 stops the whole
/// program when such a write fails ("FileDescriptor was not closed").
public enum AnonymousFile {
  /// A descriptor that reads `bytes` from the start. The caller closes it; children do not inherit it by chance.
  ///
  /// A small one lies in memory where the system has a file system for that: on a disk, making and removing a file costs more
  /// than many a git command that reads it.
  public static func holding(_ bytes: [UInt8]) throws(Errno) -> FileDescriptor {
    if bytes.count <= 1 << 20, let descriptor = try? holding(bytes, in: "/dev/shm") { return descriptor }
    return try holding(bytes, in: FilePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"))
  }

  private static func holding(_ bytes: [UInt8], in folder: FilePath) throws(Errno) -> FileDescriptor {
    let path = folder.appending("sage-stream.\(getpid()).\(UInt64.random(in: 0 ... .max))")
    do {
      let descriptor = try FileDescriptor.open(
        path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
      do {
        try File.remove(path)
        _ = try descriptor.writeAll(bytes)
        _ = try descriptor.seek(offset: 0, from: .start)
        return descriptor
      } catch {
        try? descriptor.close()
        throw error
      }
    } catch { throw error as? Errno ?? .ioError }
  }
}
