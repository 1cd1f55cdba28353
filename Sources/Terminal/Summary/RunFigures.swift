import Platform
import SageStream
import Tickets

/// Where the time of a run went: a fold over its events, for the summary.
///
/// A worker that does nothing while tickets wait is time lost, in seconds of one worker, to the first of these that applies: a throttled ticket
/// waits for its next try; finished work waits to land; what is left waits for its dependencies, or for files that somebody else works on.
public struct RunFigures: Sendable {
  public private(set) var toThrottling = 0.0
  public private(set) var toLanding = 0.0
  public private(set) var toDependencies = 0.0
  public private(set) var state = LiveState()
  private var last: WallTime?

  public init() {}

  public mutating func take(_ event: Event) {
    if let last { count(event.time - last, since: last) }
    last = event.time
    state.take(event)
  }

  private mutating func count(_ seconds: Double, since start: WallTime) {
    let idle = state.workers - state.seats.count
    guard seconds > 0, idle > 0, state.waiting > 0, !state.isPaused, state.stopping == nil, state.finished == nil else { return }
    let lost = seconds * Double(idle)
    if state.throttled.values.contains(where: { $0 > start }) || state.pausedAgents.values.contains(where: { $0 > start }) {
      toThrottling += lost
    } else if !state.landingQueue.isEmpty {
      toLanding += lost
    } else {
      toDependencies += lost
    }
  }
}
