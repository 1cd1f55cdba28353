extension TicketIndex {
  /// The bytes of the queue after the changes.
  ///
  /// Of a Task Master file, the value of `status` and the text of `updatedAt` differ. Of sage-dev's, only these bytes do: the value of `state`; a `deferReason` that is put in (right after `state`, laid out like the members around
  /// it), replaced, or taken out with its comma because the ticket is no longer DEFERRED; the text of `updated`, where there is one; and
  /// one more `{state, timestamp}` at the end of `state_history`, where there is one and the state changes. A ticket that has that state
  /// (and reason) already keeps every byte. Where a ticket is named more than once, its last change counts; where an id is used twice, its
  /// first ticket is changed. One pass over the file, whatever the number of changes.
  ///
  /// - Throws: `TicketIndexError.unknownTicket` for a change of a ticket that is not in the queue; then nothing is changed.
  public func applying(_ changes: [TicketChange]) throws(TicketIndexError) -> [UInt8] {
    var latest: [Int: TicketChange] = [:]
    for change in changes {
      guard let position = position(of: change.ticket) else { throw .unknownTicket(change.ticket) }
      latest[position] = change
    }
    var patches = bytes.withUnsafeBufferPointer { buffer in
      latest.sorted { $0.key < $1.key }.flatMap { position, change in
        TicketEditor(ticket: tickets[position], layout: ObjectLayout(at: tickets[position].range, in: buffer), asciiOnly: escapesNonASCII)
          .patches(for: change)
      }
    }
    // Subtasks stand inside their task, whose own fields may come before or behind them.
    if format == .taskMaster { patches.sort { $0.range.lowerBound < $1.range.lowerBound } }
    return Patch.apply(patches, to: bytes)
  }
}

/// New bytes for a range of old ones.
struct Patch {
  let range: Range<Int>
  let bytes: [UInt8]

  /// The old bytes with all patches in, which stand in order and do not overlap.
  static func apply(_ patches: [Patch], to old: [UInt8]) -> [UInt8] {
    var new: [UInt8] = []
    new.reserveCapacity(old.count + patches.reduce(0) { $0 + $1.bytes.count })
    var copied = 0
    for patch in patches {
      new += old[copied..<patch.range.lowerBound]
      new += patch.bytes
      copied = patch.range.upperBound
    }
    new += old[copied...]
    return new
  }
}
