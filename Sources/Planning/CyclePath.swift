import Tickets

/// Spells a cycle of nodes as tickets.
///
/// An epic has two nodes, one for waiting for it and its gate, and a cycle may run through both. From the gate to the other one, the epic
/// waits for itself through what it depends on: that is the whole cycle. The other way round, from waiting for it through a child to its gate,
/// the child says nothing, and is left out. What remains names each ticket once, and each step is one the queue's author wrote down.
struct CyclePath {
  /// Places of tickets, beginning with the one that stands first in the file.
  let places: [Int]

  init(_ nodes: [Int32], gates: [Int32], ticketCount: Int) {
    var places: [Int] = []
    var firstSeen: [Int: Int] = [:]
    var wasGate: [Int: Bool] = [:]
    for node in nodes.map(Int.init) {
      let isGate = node >= ticketCount
      let place = isGate ? Int(gates[node - ticketCount]) : node
      if let start = firstSeen[place] {
        if wasGate[place] == true {
          places = Array(places[start...])
          break
        }
        for dropped in places[(start + 1)...] { firstSeen[dropped] = nil }
        places.removeLast(places.count - start - 1)
        wasGate[place] = isGate
        continue
      }
      firstSeen[place] = places.count
      wasGate[place] = isGate
      places.append(place)
    }
    if let first = places.indices.min(by: { places[$0] < places[$1] }) { places = Array(places[first...] + places[..<first]) }
    self.places = places
  }
}
