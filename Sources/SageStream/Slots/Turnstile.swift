import Synchronization

/// Lets one task after the other through, or so many at a time, in the order in which they came; an actor would let another in at every
/// `await`.
final class Turnstile: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>
  private let width: Int

  /// - Parameter width: how many may be inside at once.
  init(width: Int = 1) {
    self.width = max(1, width)
    state = Mutex(State(free: max(1, width)))
  }

  /// Whether more than one is inside or waits.
  var isShared: Bool { state.withLock { width - $0.free + $0.waiting.count > 1 } }

  func pass<Result, Problem: Error>(_ body: () async throws(Problem) -> Result) async throws(Problem) -> Result {
    await enter()
    defer { leave() }
    return try await body()
  }

  private func enter() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if state.waiting.isEmpty {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
