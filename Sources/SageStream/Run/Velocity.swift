import Platform
import Tickets

/// How fast runs get tickets done: what a run compares itself with.
public struct Velocity: Sendable, Equatable {
  public var ticketsPerHour: Double
  /// From the start of the attempt that landed until it had, in seconds.
  public var medianSeconds: Double

  /// What these runs did together; nil where nothing landed in them.
  ///
  /// - Parameter runs: how long each took, and how long each of its tickets, in seconds.
  public init?(_ runs: [(wallSeconds: Double, ticketSeconds: [Double])]) {
    let tickets = runs.flatMap(\.ticketSeconds).sorted()
    let wall = runs.filter { !$0.ticketSeconds.isEmpty }.map(\.wallSeconds).reduce(0, +)
    guard !tickets.isEmpty, wall > 0 else { return nil }
    ticketsPerHour = Double(tickets.count) / wall * 3600
    let middle = tickets.count / 2
    medianSeconds = tickets.count % 2 == 1 ? tickets[middle] : (tickets[middle - 1] + tickets[middle]) / 2
  }

  /// What the journals of the latest runs tell, at most ten of them, none of which goes on; nil where there are none.
  public static func ofEarlierRuns(_ project: Project, before run: RunID? = nil) -> Velocity? {
    var runs: [(wallSeconds: Double, ticketSeconds: [Double])] = []
    let known = (try? JournalReader.runs(in: project.stateFolder)) ?? []
    for earlier in known.reversed() where run.map({ earlier < $0 }) ?? true {
      let file = project.runFolder(earlier).appending("journal.jsonl")
      // A journal of tens of megabytes is not worth the time that reading it takes.
      guard let size = ((try? FileStatus.of(file)) ?? nil)?.size, size < 8 << 20, let events = try? JournalReader.events(of: file),
        let one = ofRun(events)
      else { continue }
      runs.append(one)
      if runs.count == 10 { break }
    }
    return Velocity(runs)
  }

  /// Nil for a run that has not ended, or landed nothing.
  private static func ofRun(_ events: [Event]) -> (wallSeconds: Double, ticketSeconds: [Double])? {
    var started: [TicketID: WallTime] = [:]
    var seconds: [Double] = []
    for event in events {
      switch event.fact {
      case .workerStarted(let start): started[start.attempt.ticket] = event.time
      case .landed(let landed): if let start = started[landed.ticket] { seconds.append(event.time - start) }
      case .runFinished(let summary): return seconds.isEmpty ? nil : (summary.wallSeconds, seconds)
      default: break
      }
    }
    return nil
  }
}
