import Git
import Platform
import Tickets

/// Where the ticket queue is.
public struct QueueFile: Sendable {
  public let path: FilePath
  /// The work tree that it lies in, and its path there; nil for a file elsewhere (`--index`).
  public let workTree: FilePath?
  public let treePath: TreePath?

  public init(path: FilePath, workTree: FilePath?) {
    self.path = path
    self.workTree = workTree
    treePath = workTree.flatMap { root in
      guard path.starts(with: root), path != root else { return nil }
      return TreePath(path.components.dropFirst(root.components.count).map(\.string).joined(separator: "/"))
    }
  }

  /// The queue that a command works on.
  ///
  /// - Parameter index: `--index PATH`, relative to `folder`; nil for `.sage/tickets/index.json` of the main work tree.
  /// - Throws: `Failure.noWorkTreeForQueue`.
  init(_ index: String?, from folder: FilePath, in layout: RepositoryLayout) throws(Failure) {
    if let index {
      let path = FilePath(index)
      let absolute = path.isAbsolute ? path : folder.appending(path.components)
      self.init(path: absolute.lexicallyNormalized(), workTree: layout.workTree)
    } else if let workTree = layout.mainWorkTree ?? layout.workTree {
      // The queue is read from the main work tree, wherever the command is typed; a bare repository has none.
      self.init(path: workTree.appending(".sage/tickets/index.json"), workTree: workTree)
    } else {
      throw .noWorkTreeForQueue
    }
  }

  /// Reads and parses the queue; findings are the caller's.
  ///
  /// - Throws: `Failure.queueMissing`, `.queueUnreadable`, `.queueInvalid`.
  public func load() throws(Failure) -> TicketIndex {
    let bytes: [UInt8]?
    do throws(Errno) { bytes = try File.read(path) } catch { throw .queueUnreadable(path, error) }
    guard let bytes else { throw .queueMissing(path) }
    do throws(TicketIndexError) { return try TicketIndex(parsing: bytes) } catch { throw .queueInvalid(path, error) }
  }

  /// Replaces the queue atomically, keeping its permissions; a symbolic link stays one and its target is replaced.
  func write(_ bytes: [UInt8]) throws(Errno) {
    let real = try File.resolved(path)
    let permissions = FilePermissions(rawValue: CInterop.Mode((try FileStatus.of(real))?.permissions ?? 0o644))
    try AtomicFile.write(bytes, to: real, permissions: permissions) { Failpoint.indexTemporaryWritten.hit() }
  }
}
