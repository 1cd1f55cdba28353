import Platform

/// The few entries of an index that a move from one commit to another is about, as an index of their own, with a tree of what they become.
///
/// `git read-tree -m -u` reads both trees whole, and reads and writes the whole index, however little differs: 65 to 80 ms of processor time
/// where there are 50,000 entries. Shown this index and this tree, it does to the work tree what it would have done anyway: the checks for
/// local changes and untracked files, filters and attributes, modes, folders that come and go. What it has noted of the files then takes its
/// place among the other entries (`merged`). The work is git's; only what it is shown is smaller.
///
/// The `.gitattributes` files above the paths are there too, because a checkout reads them from the index first, and so are the entries that are
/// as young as the index, to the second as git compares: of these its time does not prove that their files have not changed since ("racy
/// git"), and whoever writes an index of a later time has to look, as git does when it writes the excerpt.
public struct IndexExcerpt: Sendable {
  /// What the excerpt becomes: the new entries and nothing else.
  public let tree: TreeID
  /// An index of version 2 or 3 with the old entries.
  let bytes: [UInt8]
  /// The trees that the index becomes, of which most repositories have none.
  let trees: [(id: [UInt8], content: [UInt8])]

  let index: IndexFile
  /// What each entry becomes that is taken from git's answer, by their names; nil where it goes.
  private let plan: [[UInt8]: TreeEntry?]
  /// The `TREE` extension that the index will have; empty for none.
  private let cachedTrees: [UInt8]

  /// Nil where only git can do it, with the whole index: an index that this program does not write (version 4, split, sparse, or with an
  /// extension other than the cached trees), one with unmerged or skipped entries, with marked ones that are as young as itself or with very
  /// many young ones, submodules among the changes, a file that becomes a folder or the reverse, or an entry that is not what the old commit has.
  ///
  /// - Parameter changes: the paths at which the two commits differ.
  public init?(of index: IndexFile, changes: [TreeChange]) {
    guard index.isExcerptable else { return nil }
    var sought: [[UInt8]: Sought] = [:]
    var folders: Set<[UInt8]> = []
    for change in changes {
      guard change.old?.mode != .submodule, change.new?.mode != .submodule else { return nil }
      for folder in [TreePath.root] + change.path.ancestors {
        guard folders.insert(folder.bytes).inserted else { continue }
        if !folder.isRoot { sought[folder.bytes] = .nothing }
        let attributes = folder.appending(".gitattributes".utf8).bytes
        if sought[attributes] == nil { sought[attributes] = .anything }
      }
    }
    for change in changes {
      // A path that is also a folder of another one.
      if folders.contains(change.path.bytes) { return nil }
      sought[change.path.bytes] = .entry(change)
      sought[change.path.bytes + slash] = .nothing
    }
    guard let found = index.find(sought), let cachedTrees = index.cachedTrees(forgetting: folders) else { return nil }

    var entries = (found.attributes + found.young).filter { sought[$0.path]?.isChange != true }
    for change in changes { if let new = change.new { entries.append((change.path.bytes, new)) } }
    entries.sort { $0.path.lexicographicallyPrecedes($1.path) }
    var trees: [(id: [UInt8], content: [UInt8])] = []
    let root = Self.write(entries[...], below: 0, &trees)
    tree = TreeID(trusted: root.hexadecimal)
    bytes = IndexFile.file(version: index.version, count: found.count, entries: found.bytes)
    self.trees = trees
    self.index = index
    plan = Dictionary(changes.map { ($0.path.bytes, $0.new) } + found.young.map { ($0.path, $0.entry) }) { change, _ in change }
    self.cachedTrees = cachedTrees
  }

  /// The whole index with what git made of the excerpt.
  ///
  /// Every other entry is as it was.
  ///
  /// - Returns: nil where the excerpt is not what it was to become.
  public func merged(with result: IndexFile) -> [UInt8]? {
    guard result.isWhole, result.hashSize == 20, result.version < 4 else { return nil }
    var new: [(name: [UInt8], bytes: ArraySlice<UInt8>)] = []
    var isAsPlanned = true
    _ = result.scan { name, raw in
      guard let planned = plan[Array(name)] else { return }
      isAsPlanned = isAsPlanned && planned.map { result.holds($0, raw) } == true
      new.append((Array(name), result.bytes[raw.start..<raw.end]))
    }
    guard isAsPlanned, new.count == plan.values.count(where: { $0 != nil }) else { return nil }
    return index.replacing(plan.keys, with: new, version: max(index.version, result.version), extensions: cachedTrees)
  }

  /// Makes the tree of some paths that begin with the same folder, and those of the folders below, deepest first.
  ///
  /// - Parameter start: where the names in the folder begin.
  private static func write(
    _ entries: ArraySlice<(path: [UInt8], entry: TreeEntry)>, below start: Int, _ trees: inout [(id: [UInt8], content: [UInt8])]
  ) -> [UInt8] {
    var listed: [(name: [UInt8], entry: TreeEntry)] = []
    var place = entries.startIndex
    while place < entries.endIndex {
      let (path, entry) = entries[place]
      guard let end = path[start...].firstIndex(of: slash[0]) else {
        listed.append((Array(path[start...]), entry))
        place += 1
        continue
      }
      let rest = entries[place...]
      let next = rest.firstIndex { !$0.path.starts(with: path[...end]) } ?? rest.endIndex
      let id = write(rest[..<next], below: end + 1, &trees)
      listed.append((Array(path[start..<end]), TreeEntry(mode: .tree, id: AnyObjectID(trusted: id.hexadecimal))))
      place = next
    }
    let content = TreeContent(listed).bytes
    let id = SHA1.digest(of: Array("tree \(content.count)\0".utf8) + content)
    trees.append((id, content))
    return id
  }
}

/// What may stand at a name of the index.
private enum Sought {
  case entry(TreeChange)
  /// It is taken along.
  case anything
  case nothing

  var isChange: Bool { if case .entry = self { true } else { false } }
}

private let slash = Array("/".utf8)

extension IndexFile {
  fileprivate var version: Int { Int(bytes[7]) }
  private static let mostYoung = 1_000

  /// Whether the file can be written again from its entries and its cached trees, without losing anything.
  fileprivate var isExcerptable: Bool {
    guard hashSize == 20, version < 4, let extensions else { return false }
    // Where the entries of an index end is noted for reading it with several threads; git does without.
    return extensions.allSatisfy { ["TREE", "EOIE", "IEOT"].contains($0.name) }
  }

  /// Name and content; nil where they cannot be told apart.
  private var extensions: [(name: String, content: ArraySlice<UInt8>)]? {
    guard var place = extensionsStart else { return nil }
    let end = bytes.count - hashSize
    var found: [(name: String, content: ArraySlice<UInt8>)] = []
    while place < end {
      guard place + 8 <= end else { return nil }
      let size = bytes[place + 4..<place + 8].reduce(0) { $0 << 8 | Int($1) }
      guard size <= end - place - 8 else { return nil }
      found.append((String(decoding: bytes[place..<place + 4], as: UTF8.self), bytes[place + 8..<place + 8 + size]))
      place += 8 + size
    }
    return found
  }

  fileprivate func holds(_ entry: TreeEntry, _ raw: Raw) -> Bool {
    let mode = bytes[raw.start + 24..<raw.start + 28].reduce(0) { $0 << 8 | UInt32($1) }
    return mode == entry.mode.rawValue && bytes[raw.start + 40..<raw.start + 60].elementsEqual(entry.id.bytes)
  }

  /// The entries at some names, and those that are as young as the index. Nil where one is not there, is otherwise, or must not be there,
  /// where any entry at all is unmerged or skipped, or a young one is marked.
  fileprivate func find(
    _ sought: [[UInt8]: Sought]
  ) -> (count: Int, bytes: [UInt8], attributes: [(path: [UInt8], entry: TreeEntry)], young: [(path: [UInt8], entry: TreeEntry)])? {
    let names = sought.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    var missing = sought.values.count { if case .entry(let change) = $0 { change.old != nil } else { false } }
    var isPossible = true
    var next = 0
    var count = 0
    var found: [UInt8] = []
    var attributes: [(path: [UInt8], entry: TreeEntry)] = []
    var young: [(path: [UInt8], entry: TreeEntry)] = []
    _ = scan { name, raw in
      // Merge stage, skip-worktree.
      if raw.flags & 0x3000 != 0 || raw.moreFlags & 0x4000 != 0 { isPossible = false }
      // Both are sorted by bytes, so each is walked once.
      while next < names.count, Self.relation(of: name, to: names[next].key) == .behind { next += 1 }
      // Neither marked nor only intended to be added, nor a submodule, of which the index has no times.
      let isSubmodule = bytes[raw.start + 26] >> 4 == 0o16
      let isPlain = raw.flags & 0x8000 == 0 && raw.moreFlags == 0 && !isSubmodule
      let isYoung = !isSubmodule && number(raw.start + 8) >= modified.seconds
      if isYoung && !isPlain { isPossible = false }
      guard isPossible else { return }
      if next < names.count, Self.relation(of: name, to: names[next].key) == .inside {
        switch names[next].value {
        case .nothing: isPossible = false
        case .anything: if !isYoung { attributes.append((Array(name), entry(name, raw).entry)) }
        case .entry(let change):
          guard isPlain, let old = change.old, holds(old, raw) else { return isPossible = false }
          missing -= 1
        }
      } else if !isYoung {
        return
      }
      if isYoung { young.append((Array(name), entry(name, raw).entry)) }
      // A checkout that was just made is as young as its index, all of it: once git writes that whole, no more.
      if young.count > Self.mostYoung { isPossible = false }
      count += 1
      found += bytes[raw.start..<raw.end]
    }
    return isPossible && missing == 0 ? (count, found, attributes, young) : nil
  }

  /// The bytes of an index with other entries at some names.
  fileprivate func replacing(
    _ names: some Collection<[UInt8]>, with new: [(name: [UInt8], bytes: ArraySlice<UInt8>)], version: Int, extensions: [UInt8]
  ) -> [UInt8]? {
    let names = names.sorted { $0.lexicographicallyPrecedes($1) }
    // In one piece: of a large index each copy is megabytes of new memory.
    var file = Self.header(version: version, count: 0)
    file.reserveCapacity(bytes.count + new.reduce(extensions.count) { $0 + $1.bytes.count })
    var count = 0
    var nextName = 0
    var nextNew = 0
    /// What has not been copied yet begins here.
    var start = 12
    _ = scan { name, raw in
      while nextName < names.count, Self.relation(of: name, to: names[nextName]) == .behind { nextName += 1 }
      let isReplaced = nextName < names.count && name.elementsEqual(names[nextName])
      let comesBehind = nextNew < new.count && Self.relation(of: name, to: new[nextNew].name) != .before
      if isReplaced || comesBehind {
        file += bytes[start..<raw.start]
        start = isReplaced ? raw.end : raw.start
      }
      while nextNew < new.count, Self.relation(of: name, to: new[nextNew].name) != .before {
        file += new[nextNew].bytes
        nextNew += 1
        count += 1
      }
      if !isReplaced { count += 1 }
    }
    guard let end = extensionsStart else { return nil }
    file += bytes[start..<end]
    for entry in new[nextNew...] {
      file += entry.bytes
      count += 1
    }
    file.replaceSubrange(8..<12, with: Self.fourBytes(count))
    file += extensions
    file += SHA1.digest(of: file)
    return file
  }

  /// The `TREE` extension without the trees of some folders; empty where there is none, nil where it makes no sense. A folder that is not known
  /// to be a tree is asked about; a wrong one would be believed.
  fileprivate func cachedTrees(forgetting folders: Set<[UInt8]>) -> [UInt8]? {
    guard let content = extensions?.first(where: { $0.name == "TREE" })?.content else { return [] }
    guard let trees = CachedTrees.forgetting(folders, in: content) else { return nil }
    return Array("TREE".utf8) + Self.fourBytes(trees.count) + trees
  }

  private func number(_ place: Int) -> UInt32 {
    bytes.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt32.self)) }
  }

  /// An index without extensions.
  fileprivate static func file(version: Int, count: Int, entries: [UInt8]) -> [UInt8] {
    let file = header(version: version, count: count) + entries
    return file + SHA1.digest(of: file)
  }

  private static func header(version: Int, count: Int) -> [UInt8] { Array("DIRC".utf8) + fourBytes(version) + fourBytes(count) }

  private static func fourBytes(_ number: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(number).bigEndian) { Array($0) } }
}

/// The `TREE` extension of an index: the folders of it that are, as they are, a tree of which the id is known (gitformat-index(5)).
private enum CachedTrees {
  /// The same without the trees of some folders, as git leaves them when an entry below them is changed. Nil where the bytes make no sense.
  static func forgetting(_ folders: Set<[UInt8]>, in bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var reader = Reader(folders: folders, rest: bytes)
    reader.kept.reserveCapacity(bytes.count)
    return reader.copyFolder(in: nil) && reader.rest.isEmpty ? reader.kept : nil
  }

  private struct Reader {
    let folders: Set<[UInt8]>
    var rest: ArraySlice<UInt8>
    var kept: [UInt8] = []

    /// - Parameter parent: the path of the folder that it is in; nil for the root.
    mutating func copyFolder(in parent: [UInt8]?) -> Bool {
      guard let name = take(until: 0), let count = take(until: UInt8(ascii: " ")), let subfolders = take(until: UInt8(ascii: "\n")),
        let number = Int(String(decoding: count, as: UTF8.self)), let below = Int(String(decoding: subfolders, as: UTF8.self)), below >= 0,
        number < 0 || rest.count >= 20
      else { return false }
      let id = number < 0 ? [] : rest.prefix(20)
      rest = rest.dropFirst(id.count)
      let path = parent.map { $0.isEmpty ? Array(name) : $0 + slash + name } ?? []
      let isForgotten = folders.contains(path)
      kept += name
      kept.append(0)
      kept += isForgotten ? Array("-1".utf8)[...] : count
      kept.append(UInt8(ascii: " "))
      kept += subfolders
      kept.append(UInt8(ascii: "\n"))
      if !isForgotten { kept += id }
      for _ in 0..<below { guard copyFolder(in: path) else { return false } }
      return true
    }

    private mutating func take(until end: UInt8) -> ArraySlice<UInt8>? {
      guard let place = rest.firstIndex(of: end) else { return nil }
      defer { rest = rest[(place + 1)...] }
      return rest[..<place]
    }
  }
}
