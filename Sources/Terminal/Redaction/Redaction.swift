/// Takes out of a text what looks like a key or a password, for pages and logs that people pass on.
///
/// It knows the forms of the keys that coding agents and their tools use (`KeyForm`), blocks of private keys, bearer tokens, passwords in
/// addresses, and values beside names such as `API_KEY` or `password`. It is a help, no proof: what has no such form stays. Program text
/// such as `token = next()` stays as well, because a conflict report that hides code would be of no use.
///
/// One pass over the bytes in which each is looked at a bounded number of times: linear, whatever stands there. Line breaks always stay.
public struct Redaction {
  /// What stands in place of a secret.
  public static let mark = "[redacted]"

  let bytes: [UInt8]
  private var kept: [UInt8] = []
  /// Up to where `bytes` has been copied or left out.
  private var copied = 0
  private var place = 0

  /// The text without its secrets; the same text where it has none.
  public static func redacted(_ text: String) -> String {
    // The shortest thing that counts as a secret.
    guard text.utf8.count >= 8 else { return text }
    var redaction = Redaction(bytes: Array(text.utf8))
    return redaction.run() ?? text
  }

  /// The same for lines that belong together, such as those of a log: as many come out as went in.
  public static func redacted(lines: [String]) -> [String] {
    let text = lines.joined(separator: "\n")
    let redacted = redacted(text)
    if redacted == text { return lines }
    let result = redacted.utf8.split(separator: newline, omittingEmptySubsequences: false).map { String(Substring($0)) }
    // Where a line itself holds a line feed, each is taken alone.
    return result.count == lines.count ? result : lines.map { Self.redacted($0) }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Nil where nothing was taken out.
  private mutating func run() -> String? {
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\\"), place + 1 < bytes.count, "nrt".utf8.contains(bytes[place + 1]) {
        // The escape of a line break in JSON is no part of the word behind it.
        place += 2
      } else if byte == UInt8(ascii: "-"), let start = blockStart {
        place = start
        takeBlock()
      } else if byte == UInt8(ascii: ":"), starts("://", at: place) {
        takeAddress()
      } else if byte.isWord {
        takeWord()
      } else {
        place += 1
      }
    }
    if copied == 0, kept.isEmpty { return nil }
    kept += bytes[copied...]
    return String(decoding: kept, as: UTF8.self)
  }

  /// A word that is a key, or names what stands beside it as one.
  private mutating func takeWord() {
    let start = place
    while place < bytes.count, bytes[place].isWord { place += 1 }
    if let end = KeyForm.end(of: bytes, from: start, word: start..<place) {
      remove(start..<end)
    } else if place - start <= 64, let range = value(after: place, named: bytes[start..<place]) {
      remove(range)
    }
  }

  /// The lines after `-----BEGIN ... PRIVATE KEY-----`, each on its own, up to its end; where the end was cut off, as far as lines look
  /// like part of a key.
  private mutating func takeBlock() {
    let start = place
    place += 11
    guard let heading = end(of: " KEY-----", from: start, within: 64), find("PRIVATE", in: start..<heading) != nil else { return }
    place = heading
    if place < bytes.count, bytes[place] != newline, bytes[place] != carriageReturn {
      // On one line, as in JSON: up to the end of that string.
      var end = place
      while end < bytes.count, bytes[end] != newline, !"\"'".utf8.contains(bytes[end]) { end += 1 }
      if end > place { remove(place..<end) }
      return
    }
    while let line = nextLine(), !isBlockEnd(line), bytes[line].allSatisfy(\.isOfBlock) {
      if line.isEmpty { place = line.upperBound } else { remove(line) }
    }
  }

  /// Where a heading begins at these dashes; in a diff one more stands before them.
  private var blockStart: Int? {
    var end = place
    while end < bytes.count, bytes[end] == UInt8(ascii: "-") { end += 1 }
    return end - place >= 5 && starts("BEGIN ", at: end) ? end - 5 : nil
  }

  private func isBlockEnd(_ line: Range<Int>) -> Bool { find("-----END", in: line.prefix(8)) != nil }

  /// The line behind the line break that is next.
  private func nextLine() -> Range<Int>? {
    var start = place
    if start < bytes.count, bytes[start] == carriageReturn { start += 1 }
    guard start < bytes.count, bytes[start] == newline else { return nil }
    start += 1
    var end = start
    while end < bytes.count, bytes[end] != newline, bytes[end] != carriageReturn { end += 1 }
    return start..<end
  }

  /// The password in `scheme://name:password@host`.
  private mutating func takeAddress() {
    place += 3
    var colon: Int?
    var end = place
    while end < bytes.count, bytes[end] > 0x20, !"/\"'<>".utf8.contains(bytes[end]) {
      if bytes[end] == UInt8(ascii: "@") {
        if let colon, end > colon + 1 { remove((colon + 1)..<end) }
        return
      }
      if bytes[end] == UInt8(ascii: ":"), colon == nil { colon = end }
      end += 1
    }
  }

  private mutating func remove(_ range: Range<Int>) {
    kept += bytes[copied..<range.lowerBound]
    kept += Self.mark.utf8
    copied = range.upperBound
    place = range.upperBound
  }
}

extension Redaction {
  func starts(_ text: String, at place: Int) -> Bool {
    let end = place + text.utf8.count
    return end <= bytes.count && bytes[place..<end].elementsEqual(text.utf8)
  }

  fileprivate func find(_ text: String, in range: Range<Int>) -> Int? { range.first { starts(text, at: $0) } }

  /// Where a text ends that begins at most so many bytes from here.
  private func end(of text: String, from place: Int, within length: Int) -> Int? {
    find(text, in: place..<min(bytes.count, place + length)).map { $0 + text.utf8.count }
  }
}

let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

extension UInt8 {
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
  /// What names and most keys are made of.
  var isWord: Bool { isDigit || isLetter || self == UInt8(ascii: "_") || self == UInt8(ascii: "-") }
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  /// What the lines of a private key are made of, with the headers that older ones have and the signs of a diff.
  fileprivate var isOfBlock: Bool { isWord || isBlank || "+/=:,".utf8.contains(self) }
}
