import Git

/// Reads the output of `git diff-tree --cc -p` for the lines that each commit added, path by path.
///
/// Of a merge only lines that no parent has count: what a merge brings along was added elsewhere.
struct AddedLines {
  struct File: Equatable {
    let commit: CommitID
    let path: TreePath
    var lines: [[UInt8]] = []
  }

  private(set) var files: [File] = []
  private var commit: CommitID?
  private var path: TreePath?
  /// Lines of the hunk that are still to come: one count for each parent, and one for the result.
  private var left: [Int] = []
  private var isFileKnown = false

  init(parsing patch: [UInt8]) {
    for line in patch.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) { take(line) }
  }

  private mutating func take(_ line: ArraySlice<UInt8>) {
    if left.contains(where: { $0 > 0 }) { return takeContent(line) }
    if let id = CommitID(hex: line) {
      commit = id
    } else if line.starts(with: "diff --".utf8) {
      path = nil
      isFileKnown = false
    } else if line.starts(with: "+++ ".utf8) {
      path = Self.path(line.dropFirst(4))
    } else if line.starts(with: "@@".utf8) {
      left = Self.counts(line)
    }
  }

  private mutating func takeContent(_ line: ArraySlice<UInt8>) {
    // "\ No newline at end of file" counts for nobody.
    guard line.first != UInt8(ascii: "\\") else { return }
    let parents = left.count - 1
    let marks = line.prefix(parents)
    let isRemoved = marks.contains(UInt8(ascii: "-"))
    for (parent, mark) in marks.enumerated() where mark == UInt8(ascii: "-") || (mark == UInt8(ascii: " ") && !isRemoved) {
      left[parent] -= 1
    }
    if !isRemoved { left[parents] -= 1 }
    guard marks.count == parents, marks.allSatisfy({ $0 == UInt8(ascii: "+") }), let commit, let path else { return }
    if !isFileKnown {
      files.append(File(commit: commit, path: path))
      isFileKnown = true
    }
    files[files.count - 1].lines.append(Array(line.dropFirst(parents)))
  }

  /// The counts of `@@ -1,2 +3 @@`, or of `@@@ -1,2 -1 +3,4 @@@` with two parents; empty for a line that is no hunk header.
  private static func counts(_ line: ArraySlice<UInt8>) -> [Int] {
    let marks = line.prefix { $0 == UInt8(ascii: "@") }.count
    let fields = line.dropFirst(marks).split(separator: UInt8(ascii: " ")).prefix(marks)
    let counts = fields.map { field in
      field.firstIndex(of: UInt8(ascii: ",")).map { Int(String(decoding: field[($0 + 1)...], as: UTF8.self)) ?? 0 } ?? 1
    }
    return marks >= 2 && counts.count == marks ? counts : []
  }

  /// The path of a `+++` line: `b/` before it, C escapes where it is in quotes, nil for `/dev/null`.
  private static func path(_ field: ArraySlice<UInt8>) -> TreePath? {
    var name = field
    // A path with blanks in it is followed by a tab.
    if name.last == UInt8(ascii: "\t") { name = name.dropLast() }
    let plain = name.first == UInt8(ascii: "\"") ? unquoted(name.dropFirst().dropLast()) : Array(name)
    guard plain.starts(with: "b/".utf8) else { return nil }
    return TreePath(bytes: plain.dropFirst(2))
  }

  private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let letters: [UInt8: UInt8] = [
      UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10, UInt8(ascii: "v"): 11,
      UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13,
    ]
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      if let digit = UInt8(ascii: "0")...UInt8(ascii: "3") ~= next ? Optional(next - 48) : nil, rest.count >= 2 {
        let low = rest.prefix(2).reduce(0) { $0 << 3 | Int($1 & 7) }
        bytes.append(digit << 6 | UInt8(low))
        rest = rest.dropFirst(2)
      } else {
        bytes.append(letters[next] ?? next)
      }
    }
    return bytes
  }
}
