import Testing
import Tickets

@Suite("Damaged queues")
struct FuzzTests {
  @Test("load or are refused, and one that loads can be edited; nothing crashes", arguments: ["skeleton-46", "skeleton-133"])
  func damaged(name: String) throws {
    var dice = EditingPropertiesTests.Dice(state: 3)
    let whole = try fixture(name)
    let signs = Array(#"{}[]",:\u0tfn-1eE. "#.utf8) + [0, 0x0A, 0x80, 0xC3, 0xFF]
    var loaded = 0
    for _ in 0..<150 {
      // A part of the file, so that the damage is felt.
      var bytes = Array(whole.prefix(400 + dice.roll(4000)))
      if dice.roll(2) == 0, let index = try? TicketIndex(parsing: whole) {
        bytes = Array("{\"tickets\":[".utf8) + index.tickets[dice.roll(index.tickets.count)].rawJSON + Array("]}".utf8)
      }
      for _ in 0...dice.roll(3) {
        let place = dice.roll(bytes.count)
        switch dice.roll(3) {
        case 0: bytes[place] = signs[dice.roll(signs.count)]
        case 1: bytes.remove(at: place)
        default: bytes.insert(signs[dice.roll(signs.count)], at: place)
        }
      }
      guard let index = try? TicketIndex(parsing: bytes) else { continue }
      loaded += 1
      let changes = index.tickets.map {
        TicketChange(ticket: $0.id, state: .deferred, deferReason: DeferReason(category: "c", message: "→", deferredAt: "t"), time: "t")
      }
      let edited = try TicketIndex(parsing: try index.applying(changes))
      #expect(edited.tickets.map(\.id) == index.tickets.map(\.id))
      #expect(edited.tickets.allSatisfy { $0.id.rawValue.isEmpty || $0.state == .deferred })
    }
    #expect(loaded > 10)
  }
}
