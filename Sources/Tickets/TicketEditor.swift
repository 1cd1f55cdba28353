/// Works out which bytes of one ticket a change replaces.
struct TicketEditor {
  let ticket: Ticket
  let layout: ObjectLayout
  let asciiOnly: Bool

  /// The patches of a change, in order; none where the ticket is in that state already.
  func patches(for change: TicketChange) -> [Patch] {
    let isSameState = ticket.state == change.state
    if isSameState && keepsReason(change) { return [] }

    var patches: [Patch] = []
    if !isSameState { patches += stateChange(to: change.state) }
    if ticket.format.keepsReasons {
      if change.state != .deferred {
        patches += reasonRemoval()
      } else if let reason = change.deferReason {
        patches += reasonChange(to: reason)
      }
    }
    if let updated = layout.last(ticket.format.timeKey).map({ layout.members[$0] }), isString(updated) {
      patches.append(Patch(range: updated.value, bytes: text(change.time)))
    }
    if !isSameState, ticket.format.keepsReasons, let history = historyEntry(change) { patches.append(history) }
    // Stable where two begin at one place: what is put in after `state` comes before what is taken out there.
    return patches.enumerated()
      .sorted { ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset) }
      .map(\.element)
  }

  private func keepsReason(_ change: TicketChange) -> Bool {
    !ticket.format.keepsReasons || change.state != .deferred || change.deferReason == nil || change.deferReason == ticket.deferReason
  }

  private func stateChange(to state: TicketState) -> [Patch] {
    let value = text(ticket.format.text(state))
    if let member = layout.last(ticket.format.stateKey) { return [Patch(range: layout.members[member].value, bytes: value)] }
    return [insertion(ticket.format.stateKey, value: value, after: anchor)].compactMap { $0 }
  }

  private func reasonChange(to reason: DeferReason) -> [Patch] {
    let members = [("category", reason.category), ("message", reason.message), ("deferred_at", reason.deferredAt)]
    let place = layout.last("deferReason") ?? anchor
    guard let place else { return [] }
    let value = style(ofObjectIn: place).object(members, asciiOnly: asciiOnly)
    if layout.members[place].key == "deferReason" { return [Patch(range: layout.members[place].value, bytes: value)] }
    return [insertion("deferReason", value: value, after: place)].compactMap { $0 }
  }

  /// Takes out every `deferReason`, so that no earlier one comes to count; null is none.
  private func reasonRemoval() -> [Patch] {
    guard let last = layout.last("deferReason"), firstByte(layout.members[last]) != UInt8(ascii: "n") else { return [] }
    let members = layout.members
    let kept = members.indices.filter { members[$0].key != "deferReason" }
    guard let firstKept = kept.first else { return [] }
    var patches: [Patch] = []
    if firstKept > 0 { patches.append(Patch(range: members[0].range.lowerBound..<members[firstKept].range.lowerBound, bytes: [])) }
    for place in members.indices.dropFirst(firstKept) where members[place].key == "deferReason" {
      patches.append(Patch(range: members[place - 1].range.upperBound..<members[place].range.upperBound, bytes: []))
    }
    return patches
  }

  /// One more entry at the end of `state_history`, laid out like the last one.
  private func historyEntry(_ change: TicketChange) -> Patch? {
    guard let place = layout.last("state_history"), let elements = layout.elements(of: place) else { return nil }
    let entry = [("state", change.state.text), ("timestamp", change.time)]
    let member = layout.members[place]
    guard let last = elements.last else {
      guard let line = ObjectStyle.line(member.leading) else {
        return Patch(range: inside(member), bytes: ObjectStyle.flat(colon: member.colon).object(entry, asciiOnly: asciiOnly))
      }
      let style = ObjectStyle.spread(line: line + unit, unit: unit, colon: member.colon)
      return Patch(range: inside(member), bytes: line + unit + style.object(entry, asciiOnly: asciiOnly) + line)
    }
    return ticket.file.withUnsafeBufferPointer { file in
      let blank = ObjectLayout.blank(before: last.lowerBound, in: file)
      let line = ObjectStyle.line(blank)
      let inner = ObjectLayout(at: last, in: file)
      let style: ObjectStyle
      if let first = inner.members.first {
        let between = inner.members.dropFirst().first?.leading
        let flat = ObjectStyle.flat(colon: first.colon)
        style = ObjectStyle(
          first: first.leading, between: between ?? (first.leading.contains(0x0A) ? first.leading : flat.between),
          last: inner.trailing, colon: first.colon)
      } else {
        style = line.map { .spread(line: $0, unit: unit, colon: member.colon) } ?? .flat(colon: member.colon)
      }
      let separator = line ?? (elements.count > 1 ? blank : style.colon.last == 0x20 ? [0x20] : [])
      let bytes = [UInt8(ascii: ",")] + separator + style.object(entry, asciiOnly: asciiOnly)
      return Patch(range: last.upperBound..<last.upperBound, bytes: bytes)
    }
  }
}

extension TicketEditor {
  /// The member after which a missing one is put in: the state, or else `id`, which every ticket that can be named has.
  private var anchor: Int? { layout.last(ticket.format.stateKey) ?? layout.last("id") }

  private func insertion(_ key: String, value: [UInt8], after place: Int?) -> Patch? {
    guard let place else { return nil }
    let member = layout.members[place]
    var bytes = [UInt8(ascii: ",")] + separator(before: place)
    JSON.write(key, to: &bytes)
    bytes += member.colon + value
    return Patch(range: member.range.upperBound..<member.range.upperBound, bytes: bytes)
  }

  /// What stands between the members around one: its line break and indentation, or the blanks of a ticket on one line.
  private func separator(before place: Int) -> [UInt8] {
    let member = layout.members[place]
    if let line = ObjectStyle.line(member.leading) { return line }
    // What follows the brace tells nothing about what follows a comma.
    if place > 0 { return member.leading }
    return layout.members.count > 1 ? layout.members[1].leading : ObjectStyle.flat(colon: member.colon).between
  }

  private func style(ofObjectIn place: Int) -> ObjectStyle {
    let colon = layout.members[place].colon
    guard let line = ObjectStyle.line(separator(before: place)) else { return .flat(colon: colon) }
    return .spread(line: line, unit: unit, colon: colon)
  }

  /// One step of indentation: what the ticket's members have more than its closing brace.
  private var unit: [UInt8] {
    guard let member = layout.members.lazy.compactMap({ ObjectStyle.line($0.leading) }).first,
      let brace = ObjectStyle.line(layout.trailing), member.starts(with: brace), member.count > brace.count
    else { return [0x20, 0x20] }
    return Array(member[brace.count...])
  }

  private func text(_ value: String) -> [UInt8] {
    var text: [UInt8] = []
    JSON.write(value, to: &text, asciiOnly: asciiOnly)
    return text
  }

  private func inside(_ member: ObjectLayout.Member) -> Range<Int> { (member.value.lowerBound + 1)..<(member.value.upperBound - 1) }

  private func isString(_ member: ObjectLayout.Member) -> Bool { firstByte(member) == UInt8(ascii: "\"") }

  /// The first byte of a member's value, which says of what kind it is.
  private func firstByte(_ member: ObjectLayout.Member) -> UInt8 { ticket.file[member.value.lowerBound] }
}
