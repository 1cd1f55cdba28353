import Platform

/// Reads a worker's output while it is being written, wherever `WorkerLog` puts it: first into the log, then by turns into two files beside it.
///
/// The files stay open, so what is in them can be read to its end after they were renamed or removed.
public final class WorkerLogFollower {
  public let log: FilePath
  private var head: FileDescriptor?
  private var headOffset: Int64 = 0
  private let limit: Int64
  private var hasLooked = false
  private var tail: (descriptor: FileDescriptor, inode: UInt64, offset: Int64)?

  /// - Parameter limit: leaves out all but so many bytes of what is there already.
  public init(_ log: FilePath, keepingLast limit: Int = .max) {
    self.log = log
    self.limit = Int64(limit)
    guard limit < .max, let size = Self.size(log) else { return }
    headOffset = max(0, size - self.limit)
    // Its end is in other files.
    if Self.size(FilePath(log.string + ".tail")) != nil { headOffset = size }
  }

  /// Whether the first byte that is read is not the first that was written.
  public var startsInside: Bool { headOffset > 0 && !hasLooked }

  deinit {
    try? head?.close()
    try? tail?.descriptor.close()
  }

  /// What has come since the last call; at most a few megabytes at once.
  public func news() -> [UInt8] {
    var bytes: [UInt8] = []
    if head == nil { head = try? FileDescriptor.open(log, .readOnly, options: [.closeOnExec]) }
    // What the log gets when the worker has ended is a copy of what was in the other files.
    if tail == nil, let head {
      let part = (try? head.readAll(from: headOffset, limit: 4 << 20)) ?? []
      headOffset += Int64(part.count)
      bytes += part
    }
    bytes += readTail()
    let path = FilePath(log.string + ".tail")
    if let inode = ((try? FileStatus.of(path)) ?? nil)?.inode, inode != tail?.inode,
      let next = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
    {
      bytes += readTail()
      try? tail?.descriptor.close()
      tail = (next, inode, hasLooked ? 0 : max(0, (Self.size(path) ?? 0) - limit))
      bytes += readTail()
    }
    hasLooked = true
    return bytes
  }

  private static func size(_ path: FilePath) -> Int64? { (((try? FileStatus.of(path)) ?? nil)?.size).map { Int64($0) } }

  private func readTail() -> [UInt8] {
    guard let now = tail, let part = try? now.descriptor.readAll(from: now.offset, limit: 4 << 20) else { return [] }
    tail?.offset += Int64(part.count)
    return part
  }
}
