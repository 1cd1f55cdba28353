import Platform

/// The right to use one of the worktrees in which checks run. Runs and pre-push hooks of a repository share them, and none of
/// them knows of the others: so each is taken with a kernel lock, which ends with its process.
final class CheckPlace: Sendable {
  /// The number of the slot.
  let slot: Int
  private let lock: FileLock

  /// Takes the first that is free: the one whose caches are most likely warm.
  ///
  /// - Throws: `Failure.refused` where all are taken, `.fileSystem`.
  static func take(stateFolder: FilePath) throws(Failure) -> CheckPlace {
    do throws(Errno) {
      try Folder.create(stateFolder, permissions: FilePermissions(rawValue: 0o700))
      for place in 1...SlotName.mostChecks {
        if let lock = try FileLock.tryLock(stateFolder.appending("check-\(place).lock")) {
          return CheckPlace(slot: SlotName.check(place), lock: lock)
        }
      }
    } catch { throw .fileSystem(path: stateFolder, error) }
    throw .refused("\(SlotName.mostChecks) checks run in this repository already")
  }

  private init(slot: Int, lock: consuming FileLock) {
    self.slot = slot
    self.lock = lock
  }
}
