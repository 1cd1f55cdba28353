import Platform

/// The log file of one attempt, which never passes a limit however much a worker writes.
///
/// Output up to half the limit goes straight into the log. What follows goes to two files beside it that replace each other, so
/// that the end of the output, where errors stand, is kept as well; `finish` puts it behind a note of what was left out.
/// A disk that is full or broken loses output, never blocks the worker.
struct WorkerLog: ~Copyable {
  let path: FilePath
  private let headLimit: Int
  private let tailLimit: Int
  private let head: FileDescriptor
  private var tail: FileDescriptor?
  private var headBytes = 0
  private var tailBytes = 0
  private var olderBytes = 0
  private var total = 0

  private var tailPath: FilePath { FilePath(path.string + ".tail") }
  private var olderPath: FilePath { FilePath(path.string + ".older") }

  init(_ path: FilePath, limit: Int) throws(Errno) {
    self.path = path
    headLimit = max(1, limit / 2)
    tailLimit = max(1, limit / 4)
    head = try Self.open(path)
  }

  deinit {
    try? tail?.close()
    try? head.close()
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    total += bytes.count
    let room = min(bytes.count, headLimit - headBytes)
    if room > 0 {
      _ = try? head.writeAll(UnsafeRawBufferPointer(rebasing: bytes[..<room]))
      headBytes += room
    }
    var rest = UnsafeRawBufferPointer(rebasing: bytes[room...])
    while !rest.isEmpty {
      if tailBytes == tailLimit { turn() }
      if tail == nil { tail = try? Self.open(tailPath) }
      let part = min(rest.count, tailLimit - tailBytes)
      _ = try? tail?.writeAll(UnsafeRawBufferPointer(rebasing: rest[..<part]))
      tailBytes += part
      rest = UnsafeRawBufferPointer(rebasing: rest[part...])
    }
  }

  /// Puts the end of a long output behind its beginning.
  mutating func finish() {
    guard tail != nil || olderBytes > 0 else { return }
    try? tail?.close()
    tail = nil
    let missing = total - headBytes - olderBytes - tailBytes
    if missing > 0 {
      _ = try? head.writeAll("\n[git-sage-stream: \(missing) bytes of output left out here, see sageStream.logLimit]\n".utf8)
    }
    for part in [olderPath, tailPath] { copy(part) }
  }

  private mutating func turn() {
    try? tail?.close()
    tail = nil
    try? File.rename(tailPath, to: olderPath)
    olderBytes = tailBytes
    tailBytes = 0
  }

  private func copy(_ part: FilePath) {
    guard let source = try? FileDescriptor.open(part, .readOnly, options: [.closeOnExec]) else { return }
    let head = head
    _ = try? source.closeAfter {
      try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
        while case let count = try source.read(into: buffer), count > 0 {
          _ = try head.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
      }
    }
    try? File.remove(part)
  }

  private static func open(_ path: FilePath) throws(Errno) -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate, .append, .closeOnExec], permissions: FilePermissions(rawValue: 0o600))
    } catch { throw error as? Errno ?? .ioError }
  }
}
