import SageStream
import Tickets

/// Any bytes are a journal, of as many events as can be read; an event that was read is written and read again as the same, and the fold
/// over all of them holds.
func fuzzJournal(_ bytes: [UInt8]) {
  let events = JournalReader.events(in: bytes)
  for event in events {
    let text = event.json.serialized()
    guard let json = try? JSON(parsing: Array(text.utf8)), let again = Event(json: json) else {
      return require(false, "an event cannot be read back: \(text)")
    }
    require(again.json.serialized() == text, "an event reads back as another one: \(text)")
  }
  guard let first = events.first else { return }
  _ = RunRecord(run: first.run, events: events).isClosed
}

/// Any bytes are lines of a pre-push hook's input, or no such lines; what was read is what was written.
func fuzzPushLines(_ bytes: [UInt8]) {
  let (lines, unreadable) = PushLine.parseAll(bytes)
  let texts = bytes.split(separator: UInt8(ascii: "\n"))
  require(lines.count + unreadable == texts.count, "a line was lost")
  for text in texts {
    guard let line = PushLine.parse(text), String(validating: text, as: UTF8.self) != nil else { continue }
    let width = text.suffix(while: { $0 != UInt8(ascii: " ") }).count
    let zero = String(repeating: "0", count: width)
    let written = "\(line.localName) \(line.local?.hex ?? zero) \(line.remoteName) \(line.remote?.hex ?? zero)"
    require(Array(written.utf8) == Array(text), "a line was read as another one")
  }
}

extension ArraySlice<UInt8> {
  fileprivate func suffix(while holds: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    var start = endIndex
    while start > startIndex, holds(self[start - 1]) { start -= 1 }
    return self[start...]
  }
}
