import Testing
import Tickets

@Suite("Any edit of a real queue")
struct EditingPropertiesTests {
  /// A fixed sequence of numbers that look random, so that a failure can be had again.
  struct Dice {
    var state: UInt64
    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % sides
    }
  }

  /// A queue as each of its writers leaves it, and what stands at its end.
  enum Writer: CaseIterable { case jq, python, pythonRaw, compact }

  static func queue(_ name: String, by writer: Writer) throws -> [UInt8] {
    let value = try JSON(parsing: try fixture(name))
    let pretty = value.serialized(pretty: true)
    switch writer {
    case .jq: return Array((pretty + "\n").utf8)
    case .pythonRaw: return Array(pretty.utf8)
    case .compact: return Array(value.serialized().utf8)
    case .python:
      let escaped = pretty.unicodeScalars.map { scalar in
        scalar.isASCII ? String(scalar) : String(scalar).utf16.map { #"\u"# + String(0x10000 + Int($0), radix: 16).dropFirst() }.joined()
      }
      return Array(escaped.joined().utf8)
    }
  }

  static func changes(of index: TicketIndex, _ dice: inout Dice) -> [TicketChange] {
    index.tickets.filter { _ in dice.roll(4) == 0 }.map { ticket in
      let state: TicketState = [.unprocessed, .inProgress, .completed, .deferred, .deferred][dice.roll(5)]
      let reason = DeferReason(category: "conflict", message: "with \"x\"\n\u{1B} → 😀 \\", deferredAt: "t\(dice.roll(3))")
      return TicketChange(ticket: ticket.id, state: state, deferReason: state == .deferred ? reason : nil, time: "2026-11-22T19:54:00Z")
    }
  }

  /// A ticket without what a change may touch: whatever else differs is a loss.
  static func rest(_ ticket: Ticket) -> JSON {
    guard var members = ticket.json.object else { return .null }
    for key in ["state", "deferReason", "updated", "state_history"] { members[key] = nil }
    return .object(members)
  }

  @Test(
    "leaves every other byte alone and reads as the states asked for", arguments: ["skeleton-46", "skeleton-133"], Writer.allCases)
  func random(name: String, writer: Writer) throws {
    var dice = Dice(state: 7)
    var index = try TicketIndex(parsing: try Self.queue(name, by: writer))
    let final = index.bytes.last
    for _ in 0..<6 {
      let changes = Self.changes(of: index, &dice)
      let edited = try TicketIndex(parsing: try index.applying(changes))
      let changed = Dictionary(uniqueKeysWithValues: changes.map { ($0.ticket, $0) })
      #expect(edited.tickets.map(\.id) == index.tickets.map(\.id))
      for (old, new) in zip(index.tickets, edited.tickets) {
        guard let change = changed[old.id] else {
          #expect(new.rawJSON == old.rawJSON)
          continue
        }
        #expect(new.state == change.state)
        #expect(new.deferReason == (change.state == .deferred ? change.deferReason : nil))
        #expect(Self.rest(new) == Self.rest(old))
        #expect((new.json["updated"] == nil) == (old.json["updated"] == nil))
        let entries = old.json["state_history"]?.array?.count
        #expect(new.json["state_history"]?.array?.count == entries.map { $0 + (old.state == new.state ? 0 : 1) })
      }
      #expect(Self.between(edited) == Self.between(index), "what stands around the tickets")
      #expect(edited.bytes.last == final)
      #expect(edited.bytes.contains { $0 > 0x7F } == index.bytes.contains { $0 > 0x7F } || writer != .python)
      index = edited
    }
  }

  /// The file without its tickets.
  static func between(_ index: TicketIndex) -> [UInt8] {
    var rest = index.bytes[...]
    var between: [UInt8] = []
    for ticket in index.tickets {
      let raw = ticket.rawJSON
      while !rest.isEmpty, !rest.starts(with: raw) { between.append(rest.removeFirst()) }
      between.append(UInt8(ascii: "#"))
      rest = rest.dropFirst(raw.count)
    }
    return between + rest
  }

  @Test("keeps the layout of its writer, as if that writer had written the result", arguments: [Writer.jq, .python, .pythonRaw, .compact])
  func layout(writer: Writer) throws {
    var dice = Dice(state: 11)
    for name in ["skeleton-46", "skeleton-133"] {
      let index = try TicketIndex(parsing: try Self.queue(name, by: writer))
      let edited = try index.applying(Self.changes(of: index, &dice))
      let value = try JSON(parsing: edited)
      let text = String(decoding: edited, as: UTF8.self)
      switch writer {
      case .jq: #expect(text == value.serialized(pretty: true) + "\n")
      case .pythonRaw: #expect(text == value.serialized(pretty: true))
      case .compact: #expect(text == value.serialized())
      case .python:
        #expect(edited.allSatisfy { $0 < 0x80 })
        #expect(text.split(separator: "\n").count == value.serialized(pretty: true).split(separator: "\n").count)
      }
    }
  }

  @Test("that is taken back leaves the file as it was", arguments: ["skeleton-46", "skeleton-133"])
  func thereAndBack(name: String) throws {
    let index = try TicketIndex(parsing: try fixture(name))
    // `updated` and `state_history` keep the trace, on purpose.
    let plain = index.tickets.filter { $0.state == .unprocessed && $0.json["updated"] == nil && $0.json["state_history"] == nil }
    let reason = DeferReason(category: "c", message: "→", deferredAt: "t")
    let there = try index.applying(plain.map { TicketChange(ticket: $0.id, state: .deferred, deferReason: reason, time: "t") })
    #expect(there != index.bytes)
    let back = try TicketIndex(parsing: there).applying(plain.map { TicketChange(ticket: $0.id, state: .unprocessed, time: "t") })
    #expect(back == index.bytes)
  }
}
