import Git
import Platform
import Tickets

/// Where the ticket queue is.
public struct QueueFile: Sendable {
  /// Where sage-dev keeps it, from the top of a work tree.
  public static let sagePath = ".sage/tickets/index.json"
  /// Where Task Master keeps its tasks.
  public static let taskMasterPath = ".taskmaster/tasks/tasks.json"

  public let path: FilePath
  /// The work tree that it lies in, and its path there; nil for a file elsewhere (`--index`).
  public let workTree: FilePath?
  public let treePath: TreePath?
  /// Of a Task Master file, the list of tasks that was current when the command was typed; a run keeps it to its end.
  public let tag: String
  /// Whether it lies where Task Master keeps its tasks.
  var isTaskMaster: Bool { path.removingLastComponent().removingLastComponent().lastComponent?.string == ".taskmaster" }

  /// The queue of a work tree: sage-dev's, or where there is none Task Master's.
  static func find(in workTree: FilePath) -> QueueFile {
    func exists(_ path: String) -> Bool { ((try? FileStatus.of(workTree.appending(path))) ?? nil) != nil }
    let isTaskMaster = !exists(sagePath) && exists(taskMasterPath)
    return QueueFile(path: workTree.appending(isTaskMaster ? taskMasterPath : sagePath), workTree: workTree)
  }

  public init(path: FilePath, workTree: FilePath?) {
    self.path = path
    tag = Self.currentTag(besides: path)
    self.workTree = workTree
    treePath = workTree.flatMap { root in
      guard path.starts(with: root), path != root else { return nil }
      return TreePath(path.components.dropFirst(root.components.count).map(\.string).joined(separator: "/"))
    }
  }

  /// The queue that a command works on.
  ///
  /// - Parameter index: `--index PATH`, relative to `folder`; nil for the queue of the main work tree
  ///   (`.sage/tickets/index.json`, else `.taskmaster/tasks/tasks.json`).
  /// - Throws: `Failure.noWorkTreeForQueue`.
  init(_ index: String?, from folder: FilePath, in layout: RepositoryLayout) throws(Failure) {
    if let index {
      let path = FilePath(index)
      let absolute = path.isAbsolute ? path : folder.appending(path.components)
      self.init(path: absolute.lexicallyNormalized(), workTree: layout.workTree)
    } else if let workTree = layout.mainWorkTree ?? layout.workTree {
      // The queue is read from the main work tree, wherever the command is typed; a bare repository has none.
      self = Self.find(in: workTree)
    } else {
      throw .noWorkTreeForQueue
    }
  }

  /// Task Master keeps the tag that was last chosen (`task-master use-tag`) in `.taskmaster/state.json`.
  private static func currentTag(besides path: FilePath) -> String {
    let folder = path.removingLastComponent().removingLastComponent()
    guard folder.lastComponent?.string == ".taskmaster", let bytes = (try? File.read(folder.appending("state.json"))) ?? nil,
      let tag = (try? JSON(parsing: bytes))?["currentTag"]?.string, !tag.isEmpty
    else { return TicketIndex.defaultTag }
    return tag
  }

  /// Reads and parses the queue; findings are the caller's.
  ///
  /// - Throws: `Failure.queueMissing`, `.queueUnreadable`, `.queueInvalid`.
  public func load() throws(Failure) -> TicketIndex {
    let bytes: [UInt8]?
    do throws(Errno) { bytes = try File.read(path) } catch { throw .queueUnreadable(path, error) }
    guard let bytes else { throw .queueMissing(path) }
    do throws(TicketIndexError) { return try TicketIndex(parsing: bytes, tag: tag) } catch { throw .queueInvalid(path, error) }
  }

  /// Replaces the queue atomically, keeping its permissions; a symbolic link stays one and its target is replaced.
  func write(_ bytes: [UInt8]) throws(Errno) {
    let real = try File.resolved(path)
    let permissions = FilePermissions(rawValue: CInterop.Mode((try FileStatus.of(real))?.permissions ?? 0o644))
    try AtomicFile.write(bytes, to: real, permissions: permissions) { Failpoint.indexTemporaryWritten.hit() }
  }
}
