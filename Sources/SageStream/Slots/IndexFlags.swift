import Git
import Platform

/// What an index says beyond the files themselves: which of them git is told not to look at (their changes appear in no `git status` and in
/// no `git add`), and which ignore rules hold.
///
/// Read from the file itself (gitformat-index(5), versions 2 to 4), because `git ls-files -v` would be a process and a listing of all files
/// for what hardly ever is there. Entries that a split index keeps elsewhere are not seen.
struct IndexFlags: Sendable, Equatable {
  /// `git update-index --assume-unchanged`
  private(set) var assumedUnchanged: [TreePath] = []
  /// `git update-index --skip-worktree`, and everything outside a sparse checkout
  private(set) var skipped: [TreePath] = []
  /// The `.gitignore` files, each path with the id of its content; nil where the index could not be read.
  private(set) var ignoreRules: [TreePath: [UInt8]]?

  init(_ index: FilePath, _ format: ObjectFormat) {
    guard let bytes = (try? File.read(index)) ?? nil, bytes.starts(with: Array("DIRC".utf8)), bytes.count > 12 else { return }
    func number(_ place: Int, _ size: Int) -> Int { bytes[place..<place + size].reduce(0) { $0 << 8 | Int($1) } }
    let version = number(4, 4)
    guard (2...4).contains(version) else { return }
    let statSize = 40
    let hashSize = format == .sha1 ? 20 : 32
    var place = 12
    var name: [UInt8] = []
    var rules: [TreePath: [UInt8]] = [:]
    for _ in 0..<number(8, 4) {
      let start = place
      place += statSize + hashSize
      guard place + 4 < bytes.count else { return }
      let flags = number(place, 2)
      place += 2
      var more = 0
      if flags & 0x4000 != 0 {
        more = number(place, 2)
        place += 2
      }
      if version == 4 {
        // How many bytes of the name before to drop, as an offset of a pack's delta is written.
        var drop = Int(bytes[place] & 0x7F)
        while place < bytes.count - 1, bytes[place] & 0x80 != 0 {
          place += 1
          drop = (drop + 1) << 7 | Int(bytes[place] & 0x7F)
        }
        place += 1
        name.removeLast(min(drop, name.count))
      } else {
        name.removeAll()
      }
      guard let end = bytes[place...].firstIndex(of: 0) else { return }
      name += bytes[place..<end]
      place = version == 4 ? end + 1 : start + (end - start) / 8 * 8 + 8
      // An entry without a name stands for one of the shared part of a split index.
      if name.isEmpty { return }
      if name.suffix(10).elementsEqual(".gitignore".utf8) {
        rules[TreePath(bytes: name)] = Array(bytes[start + statSize..<start + statSize + hashSize])
      }
      if flags & 0x8000 != 0 { assumedUnchanged.append(TreePath(bytes: name)) }
      if more & 0x4000 != 0 { skipped.append(TreePath(bytes: name)) }
    }
    if !Self.isSplit(bytes, after: place) { ignoreRules = rules }
  }

  /// Whether the extensions begin with `link`, as those of a split index do.
  private static func isSplit(_ bytes: [UInt8], after place: Int) -> Bool { bytes[min(place, bytes.count)...].starts(with: "link".utf8) }
}
