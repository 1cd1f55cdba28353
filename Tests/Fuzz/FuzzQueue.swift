@testable import Tickets

/// Any bytes load or are refused; and where they load, an edit changes the bytes of what it changes and no others.
func fuzzQueue(_ bytes: [UInt8]) {
  guard let index = try? TicketIndex(parsing: bytes) else { return }
  // A queue with a ticket without an id is refused by every run; there is no changing what cannot be named.
  let named = index.tickets.filter { !$0.id.rawValue.isEmpty }
  if named.isEmpty { return }
  // Which tickets are changed, and to what, hangs on the input alone.
  var seed = bytes.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  func roll(_ sides: Int) -> Int {
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((seed >> 33) % UInt64(sides))
  }
  let states: [TicketState] = [.completed, .deferred, .unprocessed, .inProgress]
  var changes: [TicketID: TicketChange] = [:]
  for _ in 0...roll(3) {
    let ticket = named[roll(named.count)].id
    let state = states[roll(states.count)]
    let reason = state == .deferred && roll(2) == 0 ? DeferReason(category: "c", message: "a \"b\" → c", deferredAt: "t") : nil
    changes[ticket] = TicketChange(ticket: ticket, state: state, deferReason: reason, time: "2026-11-22T00:00:00Z")
  }
  guard let edited = try? index.applying(Array(changes.values)) else {
    return require(false, "a ticket of the queue is not known")
  }
  guard let after = try? TicketIndex(parsing: edited) else { return require(false, "the edited queue cannot be read") }
  require(after.tickets.map(\.id) == index.tickets.map(\.id), "a ticket has come or gone")
  require(around(after) == around(index), "bytes outside the tickets have changed")
  var seen: Set<TicketID> = []
  for (old, new) in zip(index.tickets, after.tickets) {
    // Where an id is used twice, its first ticket is meant.
    guard let change = changes[old.id], seen.insert(old.id).inserted else {
      require(new.rawJSON == old.rawJSON, "a ticket has changed that was not to")
      continue
    }
    require(new.state == change.state, "the state is another one")
    require(rest(of: new) == rest(of: old), "bytes outside the changed values have changed")
  }
  guard let again = try? after.applying(Array(changes.values)) else { return require(false, "cannot be edited twice") }
  require(again == edited, "the same change, made twice, changes something")
}

/// All bytes that belong to no ticket.
private func around(_ index: TicketIndex) -> [[UInt8]] {
  var parts: [[UInt8]] = []
  var start = 0
  for ticket in index.tickets.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
    parts.append(Array(index.bytes[start..<ticket.range.lowerBound]))
    start = ticket.range.upperBound
  }
  return parts + [Array(index.bytes[start...])]
}

/// The members that no edit is about, byte for byte, in order.
private func rest(of ticket: Ticket) -> [[UInt8]] {
  let edited = [ticket.format.stateKey, ticket.format.timeKey] + (ticket.format.keepsReasons ? ["deferReason", "state_history"] : [])
  return ticket.file.withUnsafeBufferPointer { file in
    ObjectLayout(at: ticket.range, in: file).members.filter { !edited.contains($0.key) }
      .map { Array(file[$0.range]) }
  }
}
