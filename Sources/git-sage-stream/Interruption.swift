import Platform
import Synchronization

/// Ctrl-C and TERM while something long goes on.
final class Interruption: Sendable {
  private let presses = Mutex(0)

  /// Whether it has happened.
  var hasHappened: Bool { presses.withLock { $0 > 0 } }

  /// Calls `action` for each press, until the process ends. Where the signals cannot be caught they do what they always did.
  init(_ action: @escaping @Sendable (Int32) -> Void) {
    guard let signals = try? SignalStream.of([SIGINT, SIGTERM]) else { return }
    Task {
      for await signal in signals {
        presses.withLock { $0 += 1 }
        action(signal)
      }
    }
  }
}
