import Synchronization

/// A request to stop that anybody can make, and any number of tasks can wait for; made a second time it is urgent.
///
/// Task cancellation is not used for this: it would also kill the git commands that save the work of whoever is stopped.
public final class StopRequest: Sendable {
  public enum Level: Int, Sendable, Comparable {
    case none
    /// End in order: with TERM and a grace period.
    case orderly
    /// Do not wait for the grace period.
    case urgent

    public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
  }

  private struct State {
    var level = Level.none
    var waiting: [Int: (level: Level, continuation: CheckedContinuation<Void, Never>)] = [:]
    var next = 0
  }

  private let state = Mutex(State())

  public init() {}

  public var level: Level { state.withLock(\.level) }
  public var isMade: Bool { level >= .orderly }

  /// Asks to stop in order.
  public func make() { raise(to: .orderly) }

  /// Asks to stop now.
  public func hurry() { raise(to: .urgent) }

  private func raise(to level: Level) {
    let ready = state.withLock { state in
      state.level = max(state.level, level)
      let ready = state.waiting.filter { $0.value.level <= state.level }
      for key in ready.keys { state.waiting[key] = nil }
      return ready.values.map(\.continuation)
    }
    for continuation in ready { continuation.resume() }
  }

  /// Returns when the request has been made at that level, or when the calling task is cancelled.
  public func wait(for level: Level = .orderly) async {
    let key = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.level >= level || Task.isCancelled { return true }
          state.waiting[key] = (level, continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: key) }?.continuation.resume()
    }
  }
}
