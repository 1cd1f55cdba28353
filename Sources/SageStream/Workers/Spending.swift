/// What a run's attempts have cost so far, as far as their workers say.
struct Spending: Sendable {
  private(set) var usd = 0.0
  /// Attempts that said nothing of their cost.
  private(set) var silentAttempts = 0

  mutating func add(_ usage: WorkerUsage) {
    if let cost = usage.costUSD { usd += cost } else { silentAttempts += 1 }
  }
}
