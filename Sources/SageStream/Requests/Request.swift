import Platform
import Tickets

/// What a verb asks of the run that holds the lock (DESIGN I7): one file, `requests/<n>.json`.
public struct Request: Sendable, Equatable {
  public enum Verb: Sendable, Equatable {
    case retry(TicketID, fromSalvage: Bool)
    /// Lands a conflict that was finished by hand.
    case resolve(TicketID)
    /// Approves finished work.
    case land(TicketID)
    /// Gives up a conflict.
    case drop(TicketID)
    /// Stops the attempt at a ticket.
    case cancel(TicketID)
    /// No more tickets are started.
    case pause
    case `continue`
    /// The run ends in order, as with Ctrl-C.
    case abort

    public var name: String {
      switch self {
      case .retry: "retry"
      case .resolve: "resolve"
      case .land: "land"
      case .drop: "drop"
      case .cancel: "cancel"
      case .pause: "pause"
      case .continue: "continue"
      case .abort: "abort"
      }
    }

    var ticket: TicketID? {
      switch self {
      case .retry(let ticket, _), .cancel(let ticket), .resolve(let ticket), .drop(let ticket), .land(let ticket): ticket
      case .pause, .continue, .abort: nil
      }
    }
  }

  /// Tells this request from every other one, also where numbers are used again.
  public let id: String
  public let verb: Verb
  /// The run that had the lock when this was asked.
  public let run: RunID?

  var json: JSON {
    var members: [JSON.Object.Member] = [
      .init("schema_version", 1), .init("id", .string(id)), .init("verb", .string(verb.name)),
      .init("run", run.map { .string($0.rawValue) } ?? .null),
    ]
    if let ticket = verb.ticket { members.append(.init("ticket", .string(ticket.rawValue))) }
    if case .retry(_, let fromSalvage) = verb { members.append(.init("from_salvage", JSON(fromSalvage))) }
    return .object(JSON.Object(members))
  }

  init(_ verb: Verb, run: RunID?) {
    id = "\(getpid())-\(UInt64.random(in: 0 ... .max))"
    self.verb = verb
    self.run = run
  }

  init?(json: JSON) {
    guard json["schema_version"]?.int == 1, let id = json["id"]?.string, let name = json["verb"]?.string else { return nil }
    let ticket = json["ticket"]?.string.map { TicketID($0) }
    switch (name, ticket) {
    case ("retry", let ticket?): verb = .retry(ticket, fromSalvage: json["from_salvage"]?.bool ?? false)
    case ("resolve", let ticket?): verb = .resolve(ticket)
    case ("land", let ticket?): verb = .land(ticket)
    case ("drop", let ticket?): verb = .drop(ticket)
    case ("cancel", let ticket?): verb = .cancel(ticket)
    case ("pause", nil): verb = .pause
    case ("continue", nil): verb = .continue
    case ("abort", nil): verb = .abort
    default: return nil
    }
    self.id = id
    run = json["run"]?.string.flatMap { RunID($0) }
  }
}
