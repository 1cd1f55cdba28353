import Git
import Tickets

/// Two pieces of work that do not merge as they stand now: a prediction, until they land.
public struct Clash: Sendable, Equatable {
  /// Who clashes. The order of the two says nothing; they are kept sorted.
  public struct Pair: Hashable, Comparable, Sendable {
    public let ticket: TicketID
    /// Nil is what the target holds already.
    public let with: TicketID?

    public init(_ ticket: TicketID, with other: TicketID?) {
      if let other, other < ticket { (self.ticket, with) = (other, ticket) } else { (self.ticket, with) = (ticket, other) }
    }

    public func concerns(_ id: TicketID) -> Bool { ticket == id || with == id }

    public static func < (a: Pair, b: Pair) -> Bool {
      if a.ticket != b.ticket { return a.ticket < b.ticket }
      guard let first = a.with else { return b.with != nil }
      return b.with.map { first < $0 } ?? false
    }
  }

  public let pair: Pair
  public let paths: [TreePath]

  public init(_ pair: Pair, paths: [TreePath]) {
    self.pair = pair
    self.paths = paths
  }
}

/// The clashes that are to be expected at a moment, a fold over the events of a run. Looks add to it what is news.
public struct ClashBoard: Sendable {
  public private(set) var open: [Clash.Pair: [TreePath]] = [:]
  private var landed: Set<TicketID> = []

  public init() {}

  /// Sorted by their tickets.
  public var clashes: [Clash] { open.sorted { $0.key < $1.key }.map { Clash($0.key, paths: $0.value) } }

  public mutating func apply(_ fact: Fact) {
    switch fact {
    case .clashPredicted(let clash): open[clash.pair] = clash.paths
    case .clashResolved(let pair): open[pair] = nil
    case .landed(let landing):
      landed.insert(landing.ticket)
      // What it clashed with and what has not landed yet will clash with the target now.
      open = open.filter { pair, _ in
        !pair.concerns(landing.ticket) || pair.with != nil && !(landed.contains(pair.ticket) && pair.with.map(landed.contains) == true)
      }
    case .conflicted(let ticket, _, _, _, _): forget(ticket)
    case .deferred(let deferred): forget(deferred.ticket)
    case .interrupted(let attempt), .throttled(let attempt, _, _): forget(attempt.ticket)
    case .runFinished: open = [:]
    default: break
    }
  }

  /// Its work is not going to land as it stood.
  public mutating func forget(_ ticket: TicketID) { open = open.filter { !$0.key.concerns(ticket) } }

  /// What one look brings that is news: pairs that clash now and did not, and pairs that no longer do. To be applied like every other fact.
  ///
  /// - Parameters:
  ///   - seen: every clash that the look found.
  ///   - tickets: those that it looked at; of others nothing is known, and nothing changes.
  public func news(_ seen: [Clash], among tickets: Set<TicketID>) -> [Fact] {
    var found = Dictionary(seen.map { ($0.pair, $0.paths) }) { first, _ in first }
    var facts: [Fact] = []
    for (pair, paths) in open.sorted(by: { $0.key < $1.key }) {
      if let waiting = survivor(of: pair) {
        // Of such a pair one half is on the target: the clash with the target is this one.
        guard tickets.contains(waiting) else { continue }
        let now = found[Clash.Pair(waiting, with: nil)] ?? []
        if Set(now).isDisjoint(with: paths) { facts.append(.clashResolved(pair)) } else { found[Clash.Pair(waiting, with: nil)] = nil }
      } else if tickets.contains(pair.ticket), pair.with.map(tickets.contains) ?? true, found[pair] == nil {
        facts.append(.clashResolved(pair))
      }
    }
    for (pair, paths) in found.sorted(by: { $0.key < $1.key }) where open[pair] == nil {
      facts.append(.clashPredicted(Clash(pair, paths: paths)))
    }
    return facts
  }

  /// The one of two that has not landed, where the other has.
  private func survivor(of pair: Clash.Pair) -> TicketID? {
    guard let with = pair.with, landed.contains(pair.ticket) != landed.contains(with) else { return nil }
    return landed.contains(with) ? pair.ticket : with
  }
}
