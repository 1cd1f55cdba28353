import Platform
import Tickets

/// Something for which a person who is not looking wants to be called: the run has ended, or a ticket needs somebody.
public struct Notice: Sendable, Equatable {
  /// What happened, in the words of the event that told of it: `run.finished`, `ticket.conflicted`, `ticket.held`, `ticket.throttled`,
  /// `check.failed`.
  public var event: String
  public var run: RunID
  public var ticket: TicketID?
  /// One sentence.
  public var message: String
  /// More of what the event says, as variables: `SAGE_LANDED` and its like.
  public var details: [String: String] = [:]
  /// The event itself, as `run --json` writes it.
  public var json: String
}

/// Which events are worth a notice: a fold, because what comes again and again is said once.
public struct NoticeFold: Sendable {
  /// A pause of this many seconds is "throttled for long".
  static let longPause = 60.0

  private var titles: [TicketID: String] = [:]
  private var told: Set<String> = []

  public init() {}

  /// The title of a ticket, as far as the events so far tell it.
  public func title(of ticket: TicketID) -> String? { titles[ticket] }

  public mutating func take(_ event: Event) -> Notice? {
    switch event.fact {
    case .workerStarted(let start):
      titles[start.attempt.ticket] = start.title
      return nil
    case .conflicted(let ticket, let branch, _, let paths, let others):
      let with = others.isEmpty ? "" : " with \(others.map(\.displayed).joined(separator: ", "))"
      let places = paths.prefix(3).map(\.description).joined(separator: ", ")
      return notice(event, ticket, "\(ticket.displayed) conflicts\(with) in \(places); its work is on \(branch.short)")
    case .held(let ticket, let reason): return once(event, ticket, "\(ticket.displayed) is held: \(reason)")
    case .throttled(let attempt, let seconds, _) where seconds >= Self.longPause:
      return once(event, attempt.ticket, "\(attempt.ticket.displayed) is throttled and waits for \(Int(seconds)) seconds")
    case .deferred(let deferral) where deferral.isByCheck:
      var notice = notice(event, deferral.ticket, "the check of \(deferral.ticket.displayed) failed: \(deferral.message)")
      notice.event = "check.failed"
      return notice
    case .agentPaused(let agent, let until, let message) where until - event.time >= Self.longPause:
      guard told.insert("agent \(agent)").inserted else { return nil }
      return notice(event, nil, "\(agent) has run into a limit and waits until \(until.toTheSecond): \(message)")
    case .runFinished(let summary): return ending(event, summary)
    default: return nil
    }
  }

  private func notice(_ event: Event, _ ticket: TicketID?, _ message: String) -> Notice {
    Notice(event: event.fact.name, run: event.run, ticket: ticket, message: message, json: event.json.serialized())
  }

  private mutating func once(_ event: Event, _ ticket: TicketID, _ message: String) -> Notice? {
    told.insert("\(event.fact.name) \(ticket.rawValue)").inserted ? notice(event, ticket, message) : nil
  }

  private func ending(_ event: Event, _ summary: RunSummary) -> Notice {
    let counts = [
      ("landed", summary.landed.count), ("conflicted", summary.conflicted.count), ("failed", summary.failed.count),
      ("deferred", summary.deferred.count), ("held", summary.held.count),
    ]
    let words = counts.filter { $0.1 > 0 || $0.0 == "landed" }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    let how = summary.error.map { "stopped: \($0)" } ?? (summary.wasInterrupted ? "was interrupted" : "has ended")
    var notice = notice(event, nil, "the run \(how); \(words)")
    for (name, count) in counts { notice.details["SAGE_\(name.uppercased())"] = "\(count)" }
    notice.details["SAGE_EXIT_STATUS"] = "\(summary.exitStatus)"
    return notice
  }
}
