import Platform

/// Ctrl-C and TERM while something long goes on.
enum Interruption {
  /// Calls `action` for each press, until the task is cancelled.
  static func start(_ action: @escaping @Sendable (Int32) -> Void) -> Task<Void, Never> {
    let signals = try? SignalStream.of([SIGINT, SIGTERM])
    return Task {
      guard let signals else { return }
      for await signal in signals { action(signal) }
    }
  }
}
