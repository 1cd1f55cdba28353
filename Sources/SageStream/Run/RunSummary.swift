import Platform
import Tickets

/// What a run came to: the payload of its last event.
public struct RunSummary: Sendable {
  public var landed: [TicketID] = []
  public var conflicted: [TicketID] = []
  public var failed: [TicketID] = []
  public var deferred: [TicketID] = []
  /// Attempts, not tickets.
  public var throttled = 0
  public var held: [TicketID] = []
  public var wallSeconds = 0.0
  /// The sum over all attempts: what one worker after the other would have taken.
  public var workSeconds = 0.0
  /// What the longest chain of tickets that wait for each other took; no number of workers makes a run shorter.
  public var criticalSeconds = 0.0
  public var workers = 1
  public var wasInterrupted = false
  /// Looks at what will clash that came to nothing; nothing depends on them.
  public var failedLooks = 0
  /// Why the run stopped before its end; nil where it did not.
  public var error: String?
  /// Tickets that were workable at the start or became so and did not land, for whatever reason.
  public var unfinished: [TicketID] = []

  public init() {}

  /// How many times faster than one after the other; 1 where nothing ran.
  public var speedup: Double { wallSeconds > 0 && workSeconds > 0 ? workSeconds / wallSeconds : 1 }

  /// The shortest that this work could have taken: all workers busy all the time, or the longest chain.
  public var leastSeconds: Double { max(criticalSeconds, workSeconds / Double(max(1, workers))) }

  /// How close the run came to that; 1 is as fast as can be.
  public var efficiency: Double { wallSeconds > 0 && workSeconds > 0 ? min(1, leastSeconds / wallSeconds) : 1 / Double(max(1, workers)) }

  /// DESIGN section 9: 130 interrupted, 1 where something workable did not land or is held, else 0.
  public var exitStatus: Int32 {
    if wasInterrupted { return 130 }
    return unfinished.isEmpty && held.isEmpty && conflicted.isEmpty && failed.isEmpty ? 0 : 1
  }
}
