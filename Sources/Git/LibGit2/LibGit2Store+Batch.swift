internal import CLibGit2
import Platform

/// Objects that wait to be written together.
struct ObjectBatch {
  fileprivate(set) var isOpen = false
  /// In the order in which they were made, so nothing comes before what it names.
  fileprivate var waiting: [(id: git_oid, kind: git_object_t, bytes: [UInt8])] = []
  fileprivate var known: Set<AnyObjectID> = []
  /// Where libgit2 finds them meanwhile; belongs to the object database.
  fileprivate var memory: UnsafeMutablePointer<git_odb_backend>?
}

/// Batches: the objects of a chain of picks, made durable by one barrier.
///
/// Written one by one each object costs a file, two fsyncs, and a look through the pack folder for whether it is there already.
/// Here a small batch is still written so, object by object, and a large one becomes one pack: two files and three fsyncs for any
/// number. The border is git's own for what it receives (`transfer.unpackLimit`), so a run leaves no heap of tiny packs.
extension LibGit2Store {
  private static let unpackLimit = 100
  private static let packLimit = 1 << 30

  public func beginBatch() throws(GitError) {
    if batch.memory == nil {
      var memory: UnsafeMutablePointer<git_odb_backend>?
      try call("git_mempack_new") { git_mempack_new(&memory) }
      // Before all others, so that what is in it is never sought on the disk.
      try call("git_odb_add_backend") { git_odb_add_backend(objects.raw, memory, 1000) }
      batch.memory = memory
    }
    batch.isOpen = true
  }

  public func endBatch() throws(GitError) {
    try flush()
    batch.isOpen = false
  }

  public func discard(_ commit: CommitID) throws(GitError) {
    // Only a commit: a tree may be another one's too.
    guard batch.known.remove(commit.of()) != nil else { return }
    var oid = try commit.oid
    let place = batch.waiting.lastIndex { object in
      var id = object.id
      return git_oid_equal(&id, &oid) != 0
    }
    if let place { batch.waiting.remove(at: place) }
  }

  public func flush() throws(GitError) {
    if batch.waiting.isEmpty { return }
    let size = batch.waiting.reduce(0) { $0 + $1.bytes.count }
    if batch.waiting.count < Self.unpackLimit || size > Self.packLimit {
      for object in batch.waiting {
        var id = git_oid()
        try call("git_odb_write") {
          object.bytes.withUnsafeBytes { git_odb_write(&id, disk.raw, $0.baseAddress, $0.count, object.kind) }
        }
      }
    } else {
      try writePack()
    }
    batch.waiting = []
    batch.known = []
    forgetReadCommits()
    try call("git_mempack_reset") { git_mempack_reset(batch.memory) }
  }

  /// One pack of what waits. Its index is renamed into place last, for without it there is no pack; both are durable then.
  private func writePack() throws(GitError) {
    var pack = PackBytes(count: batch.waiting.count)
    for object in batch.waiting {
      pack.append(object.bytes, type: UInt8(object.kind.rawValue), id: withUnsafeBytes(of: object.id.id) { Array($0) })
    }
    let (bytes, index, checksum) = pack.finished()
    let folder = gitFolder.appending("objects/pack")
    let name = "pack-" + checksum.hexadecimal
    let files = [(bytes, "\(name).pack"), (index, "\(name).idx")].map { (bytes: $0.0, name: $0.1, temporary: "tmp_\($0.1).\(getpid())") }
    do {
      do {
        try Folder.create(folder)
        for file in files {
          // `git prune` takes files of such names away where a process died; one of a process with our number is in the way.
          try File.remove(folder.appending(file.temporary))
          let descriptor = try FileDescriptor.open(
            folder.appending(file.temporary), .writeOnly, options: [.create, .truncate, .closeOnExec],
            permissions: FilePermissions(rawValue: 0o444))
          try descriptor.closeAfter {
            _ = try descriptor.writeAll(file.bytes)
            try descriptor.synchronize()
          }
        }
        for file in files { try File.rename(folder.appending(file.temporary), to: folder.appending(file.name)) }
        try Folder.sync(folder)
      } catch {
        for file in files { try? File.remove(folder.appending(file.temporary)) }
        throw error
      }
    } catch { throw .fileSystem(path: folder.string, reason: "\(error)") }
  }

  /// Keeps an object in memory; one that this batch has already is the same.
  func keep<Kind>(_ bytes: [UInt8], _ kind: git_object_t) throws(GitError) -> ObjectID<Kind> {
    var oid = git_oid()
    try call("git_odb_hash") { bytes.withUnsafeBytes { git_odb_hash(&oid, $0.baseAddress, $0.count, kind) } }
    let id = ObjectID<Kind>(oid)
    guard batch.known.insert(id.of(AnyKind.self)).inserted else { return id }
    try call("git_mempack_write") {
      bytes.withUnsafeBytes { sage_backend_write(batch.memory, &oid, $0.baseAddress, $0.count, kind) }
    }
    batch.waiting.append((oid, kind, bytes))
    return id
  }
}
