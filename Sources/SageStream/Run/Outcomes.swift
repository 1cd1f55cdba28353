import Tickets

/// How the tickets of a run have ended so far, and the work that went into them.
///
/// A ticket has one outcome at the most: the last one.
struct Outcomes {
  enum Outcome { case landed, conflicted, failed, deferred }

  private var outcomes: [TicketID: (outcome: Outcome, order: Int)] = [:]
  private var count = 0
  private(set) var workSeconds = 0.0
  /// All attempts of a ticket together.
  private var seconds: [TicketID: Double] = [:]
  /// In the order in which the first attempt of each ended.
  private var worked: [TicketID] = []

  subscript(ticket: TicketID) -> Outcome? {
    get { outcomes[ticket]?.outcome }
    set {
      outcomes[ticket] = newValue.map { ($0, count) }
      count += 1
    }
  }

  /// In the order in which they came to it.
  func tickets(_ outcome: Outcome) -> [TicketID] {
    outcomes.filter { $0.value.outcome == outcome }.sorted { $0.value.order < $1.value.order }.map(\.key)
  }

  mutating func add(_ spent: Double, of ticket: TicketID) {
    workSeconds += spent
    if seconds[ticket] == nil { worked.append(ticket) }
    seconds[ticket, default: 0] += spent
  }

  /// The longest chain of work that had to be done one after the other. What a ticket waits for ended before it began, so one pass in the
  /// order of the ends will do.
  func criticalSeconds(dependencies: (TicketID) -> [TicketID]) -> Double {
    var reached: [TicketID: Double] = [:]
    for ticket in worked {
      reached[ticket] = seconds[ticket, default: 0] + (dependencies(ticket).compactMap { reached[$0] }.max() ?? 0)
    }
    return reached.values.max() ?? 0
  }
}
