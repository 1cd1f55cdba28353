/// One place where two versions of a file differ: lines `old` of the one stand for lines `new` of the other. Lines count
/// from 0; an empty range is a place between two lines. Between two changes of a list there is at least one equal line.
struct LineChange: Equatable, Sendable {
  var old: Range<Int>
  var new: Range<Int>
}

/// Reads the hunks of a patch as git prints it with one line of context (so that it does not trim the files first).
///
/// Only the numbers in the `@@` lines and the first byte of each line are read, so the content may be anything: other
/// patches, NUL bytes, invalid UTF-8.
struct PatchReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next line, without its line feed; nil at the end.
  mutating func line() -> ArraySlice<UInt8>? {
    guard position < bytes.count else { return nil }
    let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    defer { position = end + 1 }
    return bytes[position..<end]
  }

  /// The changes of a whole patch of one file.
  static func changes(in patch: [UInt8]) -> [LineChange] {
    var reader = PatchReader(patch)
    var changes: [LineChange] = []
    while let line = reader.line() {
      if let header = HunkHeader(line) { reader.readHunk(header, into: &changes) }
    }
    return changes
  }

  /// Reads the content that follows a hunk header.
  mutating func readHunk(_ header: HunkHeader, into changes: inout [LineChange]) {
    var old = header.old.lowerBound
    var new = header.new.lowerBound
    var open: LineChange?
    func close() {
      if let change = open { changes.append(change) }
      open = nil
    }
    while old < header.old.upperBound || new < header.new.upperBound, let line = line() {
      var change = open ?? LineChange(old: old..<old, new: new..<new)
      switch line.first {
      case UInt8(ascii: "-"):
        old += 1
        change.old = change.old.lowerBound..<old
        open = change
      case UInt8(ascii: "+"):
        new += 1
        change.new = change.new.lowerBound..<new
        open = change
      case UInt8(ascii: "\\"):
        continue
      default:
        close()
        old += 1
        new += 1
      }
    }
    close()
  }
}

/// `@@ -old,count +new,count @@`
struct HunkHeader: Equatable {
  let old: Range<Int>
  let new: Range<Int>

  init?(_ line: ArraySlice<UInt8>) {
    guard line.starts(with: "@@ -".utf8) else { return nil }
    let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 3)
    guard fields.count > 2, let old = Self.range(fields[1]), let new = Self.range(fields[2]) else { return nil }
    self.old = old
    self.new = new
  }

  /// `-12,3` is lines 11 to 13 from 0; `-12,0` is the place after line 12, `-12` is one line.
  private static func range(_ field: ArraySlice<UInt8>) -> Range<Int>? {
    let numbers = field.dropFirst().split(separator: UInt8(ascii: ",")).map { Int(String(decoding: $0, as: UTF8.self)) }
    guard let first = numbers.first, let start = first, start >= 0 else { return nil }
    guard numbers.count == 2 else { return start > 0 ? (start - 1)..<start : nil }
    guard let count = numbers[1], count >= 0 else { return nil }
    if count == 0 { return start..<start }
    return start > 0 ? (start - 1)..<(start - 1 + count) : nil
  }
}
