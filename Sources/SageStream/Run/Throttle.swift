import Tickets

/// How many workers may run at once, and when a throttled ticket may be tried again (DESIGN section 7, exit 75).
///
/// Additive increase, multiplicative decrease: halved at each throttled attempt, one more after each attempt that was not.
struct Throttle {
  let workers: Int
  let backoff: Duration
  private(set) var limit: Int
  private var counts: [TicketID: Int] = [:]

  static let mostTries = 8
  static let longestPause = Duration.seconds(300)

  init(workers: Int, backoff: Duration) {
    self.workers = workers
    self.backoff = backoff
    limit = workers
  }

  /// Notes a throttled attempt. Nil: this ticket has been tried often enough in this run.
  mutating func throttled(_ ticket: TicketID) -> Duration? {
    limit = max(1, limit / 2)
    let count = counts[ticket, default: 0] + 1
    counts[ticket] = count
    guard count < Self.mostTries else { return nil }
    var pause = backoff
    for _ in 1..<count where pause < Self.longestPause { pause = pause * 2 }
    return min(pause, Self.longestPause)
  }

  mutating func recovered() { limit = min(workers, limit + 1) }
}
