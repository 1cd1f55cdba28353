import Git
import Platform

/// Removes the reference locks that a killed landing can have left: its own namespaces at any time, the target's and HEAD's
/// only while its intent is open and they cannot be anybody else's (DESIGN section 6, "Ours to remove").
struct StaleReferenceLocks {
  let commonFolder: FilePath
  let intent: LandingIntent
  let since: WallTime?

  func remove() async throws(Failure) {
    do throws(Errno) {
      try removeAll(below: commonFolder.appending("refs/sage-stream"))
      try removeAll(below: commonFolder.appending("refs/heads/sage"))
      for lock in [commonFolder.appending(intent.target.rawValue + ".lock"), commonFolder.appending("HEAD.lock")] {
        if try await isDead(lock) { try File.remove(lock) }
      }
    } catch { throw .fileSystem(path: commonFolder, error) }
  }

  private func removeAll(below folder: FilePath) throws(Errno) {
    guard let status = try FileStatus.of(folder), status.kind == .directory else { return }
    for name in try Folder.names(in: folder) {
      let path = folder.appending(bytes: name)
      if name.suffix(5) == Array(".lock".utf8)[...] { try File.remove(path) } else { try removeAll(below: path) }
    }
  }

  /// Ours by uid, age and content, and untouched for two seconds.
  private func isDead(_ lock: FilePath) async throws(Errno) -> Bool {
    guard let status = try FileStatus.of(lock), status.kind == .file, status.ownerID == getuid() else { return false }
    if let since, status.modified < Double(since.seconds) { return false }
    guard let content = try File.read(lock), Array(intent.to.hex.utf8).starts(with: content.filter { $0 != UInt8(ascii: "\n") }) else {
      return false
    }
    try? await Task.sleep(for: .seconds(2))
    return try FileStatus.of(lock) == status
  }
}
