import Git
import Platform
import Synchronization

/// What is known of slots that were found clean a moment ago, so that the next ticket in them need not ask git the same question again.
///
/// Somebody from outside may have been there meanwhile. HEAD, the index and every folder tell of commits, staged changes, and of files that
/// were made, removed or renamed (as most editors save); what they do not tell of stays where it is, and is kept as it would be if it had
/// been written a moment later, when the worker runs. A slot that rests for longer is looked at anew in any case.
final class RestedSlots: Sendable {
  private struct Rest {
    let status: SlotStatus
    let index: FileStatus?
    let folders: [CheckoutSurvey.Folder]
    let since: ContinuousClock.Instant
  }

  private static let longest = Duration.seconds(5)
  private let rests = Mutex<[Slot: Rest]>([:])

  /// Notes that a slot is clean now: HEAD detached, nothing changed, nothing untracked.
  func note(_ slot: Slot, _ status: SlotStatus, _ folders: [CheckoutSurvey.Folder]) {
    let rest = Rest(status: status, index: Self.index(slot), folders: folders, since: .now)
    rests.withLock { $0[slot] = rest }
  }

  /// What was noted of a slot, once, and only where it still holds.
  func take(_ slot: Slot) -> SlotStatus? {
    guard let rest = rests.withLock({ $0.removeValue(forKey: slot) }), rest.since + Self.longest > .now, let head = rest.status.head,
      GitFolderState.head(of: slot) == head, Self.index(slot) == rest.index,
      rest.folders.allSatisfy({ ((try? FileStatus.of($0.path)) ?? nil)?.changedAt == $0.changedAt })
    else { return nil }
    return rest.status
  }

  static func index(_ slot: Slot) -> FileStatus? { (try? FileStatus.of(slot.gitFolder.appending("index"))) ?? nil }
}
