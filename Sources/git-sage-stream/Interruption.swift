import Platform
import Synchronization

/// Ctrl-C, TERM and Ctrl-Z while something long goes on.
final class Interruption: Sendable {
  private let presses = Mutex(0)

  /// Whether Ctrl-C or TERM has come.
  var hasHappened: Bool { presses.withLock { $0 > 0 } }

  /// Calls `action` for each press, until the process ends. Where the signals cannot be caught they do what they always did.
  ///
  /// - Parameter suspend: for Ctrl-Z: is to stop this process, and returns when it goes on. Nil leaves Ctrl-Z to the system.
  init(suspending suspend: (@Sendable () async -> Void)? = nil, _ action: @escaping @Sendable (Int32) -> Void) {
    guard let signals = try? SignalStream.of([SIGINT, SIGTERM] + (suspend == nil ? [] : [SIGTSTP])) else { return }
    Task {
      for await signal in signals {
        if signal == SIGTSTP {
          await suspend?()
        } else {
          presses.withLock { $0 += 1 }
          action(signal)
        }
      }
    }
  }
}
