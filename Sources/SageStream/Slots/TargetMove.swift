import Git
import Platform

/// Who moved the target, when it is not where our last landing left it.
public enum TargetMove: Sendable, Equatable {
  case byUser
  /// The latest attempt in this slot.
  case byAttempt(Slot)
  /// Nobody can tell: landings wait until index and tip of every checkout agree.
  case unclear

  /// Looks into the reflogs of HEAD, in the order of DESIGN section 7.
  ///
  /// - Parameters:
  ///   - tip: where the target is now.
  ///   - checkouts: the git folders of all worktrees that have the target checked out; slots never count.
  ///   - slots: the run's slots.
  public static func judge(tip: CommitID, checkouts: [FilePath], slots: [Slot]) -> TargetMove {
    if checkouts.isEmpty || checkouts.contains(where: { HeadLog($0).tip == tip }) { return .byUser }
    for slot in slots {
      let start = AttemptMarker.read(slot)?.headLogSize ?? 0
      if HeadLog(slot.gitFolder, after: start).entries.contains(where: { $0.new == tip && !$0.message.hasPrefix("sage-stream") }) {
        return .byAttempt(slot)
      }
    }
    return .unclear
  }
}
