import Planning
import Platform
import SageStream
import Tickets

/// When a run will be done, guessed from how long its tickets have taken so far and what the dependency graph leaves to run side by side.
struct Forecast {
  private let graph: DependencyGraph?
  /// What a ticket took in earlier runs; nil where there were none.
  private let usual: Double?
  private var rounds: Int?
  private var counted: WallTime?

  init(queue: Queue?, usualSeconds: Double? = nil) {
    graph = queue.flatMap { $0.index.tickets.count <= 2000 ? $0.graph : nil }
    usual = usualSeconds
  }

  /// Counts anew what is left; at most every two seconds, for a queue may be long.
  mutating func update(_ state: LiveState, now: WallTime) {
    if let counted, now - counted < 2 { return }
    counted = now
    let workers = max(1, state.workers)
    guard let graph else {
      rounds = (state.waiting + state.seats.count + workers - 1) / workers
      return
    }
    var progress = Progress()
    for ticket in state.landed { progress.states[ticket] = .completed }
    for ticket in state.setAside.union(state.dropped) { progress.states[ticket] = .deferred }
    progress.busy = Set(state.seats.values.map(\.ticket))
    // What has only to land takes no worker's time.
    for ticket in state.landingQueue { progress.states[ticket] = .completed }
    progress.held = Set(state.held.keys)
    rounds = Plan(graph, progress: progress, workers: workers, selection: Selection(tickets: state.tickets)).makespan(workers: workers)
  }

  /// In seconds from `now`; nil until a ticket has landed, where no earlier run tells either.
  func remaining(_ state: LiveState, now: WallTime) -> Double? {
    guard let rounds, let usual = Self.median(state.secondsToLand) ?? usual else { return nil }
    if state.waiting == 0, state.seats.isEmpty { return nil }
    let running = state.seats.values.map { min(usual * 0.9, max(0, now - $0.since)) }
    let done = running.isEmpty ? 0 : running.reduce(0, +) / Double(running.count)
    return max(1, Double(rounds) * usual - done)
  }

  /// The middle one; nil of nothing.
  static func median(_ values: [Double]) -> Double? {
    if values.isEmpty { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
