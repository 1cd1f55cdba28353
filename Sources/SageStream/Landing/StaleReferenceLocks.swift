import Git
import Platform

/// Removes the locks on the target and on HEAD that a killed landing can have left: only while its intent is open and they cannot be
/// anybody else's (DESIGN section 6, "Ours to remove"). Those on our own references go at every start after a death.
struct StaleReferenceLocks {
  let commonFolder: FilePath
  let intent: LandingIntent
  let since: WallTime?

  func remove() async throws(Failure) {
    do throws(Errno) {
      for lock in [commonFolder.appending(intent.target.rawValue + ".lock"), commonFolder.appending("HEAD.lock")] {
        if try await isDead(lock) { try File.remove(lock) }
      }
    } catch { throw .fileSystem(path: commonFolder, error) }
  }

  /// The locks on references in a folder and those below it.
  static func locks(below folder: FilePath) throws(Errno) -> [FilePath] {
    guard let status = try FileStatus.of(folder), status.kind == .directory else { return [] }
    var locks: [FilePath] = []
    for name in try Folder.names(in: folder) {
      let path = folder.appending(bytes: name)
      if name.suffix(5) == Array(".lock".utf8)[...] { locks.append(path) } else { locks += try Self.locks(below: path) }
    }
    return locks
  }

  /// Ours by uid, age and content, and untouched for two seconds.
  private func isDead(_ lock: FilePath) async throws(Errno) -> Bool {
    guard let status = try FileStatus.of(lock), status.kind == .file, status.ownerID == getuid() else { return false }
    if let since, status.modified < Double(since.seconds) { return false }
    guard let content = try File.read(lock)?.filter({ $0 != UInt8(ascii: "\n") }) else { return false }
    // The target may move over several tickets, one after the other.
    let tips = [intent.to] + intent.tickets.map(\.commit)
    guard tips.contains(where: { Array($0.hex.utf8).starts(with: content) }) else { return false }
    try? await Task.sleep(for: .seconds(2))
    return try FileStatus.of(lock) == status
  }
}
