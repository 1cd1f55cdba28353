import Platform

/// A folder of its own for one test; it goes with the value. Its path has no symbolic link in it, so that it compares equal
/// with what git prints. With `SAGE_STREAM_KEEP` in the environment it stays, to be looked at after a failure.
public final class TemporaryFolder: Sendable {
  public let path: FilePath

  public init() throws {
    var name = Array("/tmp/sage-stream-test.XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil, let resolved = realpath(name, nil) else { throw Errno(rawValue: errno) }
    defer { free(resolved) }
    path = FilePath(platformString: resolved)
  }

  deinit {
    if getenv("SAGE_STREAM_KEEP") == nil { try? Folder.removeTree(path) }
  }
}
