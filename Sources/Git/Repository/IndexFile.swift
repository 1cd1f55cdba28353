import Platform

/// An index as it lies on the disk (gitformat-index(5), versions 2 to 4), for questions about a few of its paths.
///
/// Asking `git ls-files` is a process and a listing; this reads the file once and makes values of what was asked for only. It
/// knows nothing of entries that lie elsewhere, in the shared part of a split index or in the folders of a sparse one.
public struct IndexFile: Sendable {
  /// One entry, with what git noted of the file when it last looked at it.
  public struct Entry: Sendable {
    public let path: TreePath
    public let entry: TreeEntry
    public let isUnmerged: Bool
    /// `git update-index --assume-unchanged`
    public let isAssumedUnchanged: Bool
    /// `git update-index --skip-worktree`, and everything outside a sparse checkout
    public let isSkipped: Bool
    fileprivate let noted: Noted
  }

  fileprivate struct Noted: Sendable, Equatable {
    var changed: FileStatus.Moment
    var modified: FileStatus.Moment
    var inode: UInt32
    var owner: UInt32
    var group: UInt32
    var size: UInt32
  }

  let bytes: [UInt8]
  let hashSize: Int
  let modified: FileStatus.Moment
  /// Where the extensions begin; nil where not all entries are here.
  private(set) var extensionsStart: Int?
  /// How many entries it says that it has.
  public var count: Int { bytes.count < 12 ? 0 : bytes[8..<12].reduce(0) { $0 << 8 | Int($1) } }
  /// Whether all entries are here. Where not, git must be asked for what must not be missed.
  public var isWhole: Bool { extensionsStart != nil }

  /// Nil where there is no index.
  public init?(_ path: FilePath, _ format: ObjectFormat) {
    // First the time: an index that is replaced in between only looks older, and so less is taken for certain.
    guard let status = (try? FileStatus.of(path)) ?? nil, let bytes = (try? File.read(path)) ?? nil else { return nil }
    self.bytes = bytes
    hashSize = format == .sha1 ? 20 : 32
    modified = status.modifiedAt
    extensionsStart = scan { _, _ in }
  }

  /// Whether a file is as old as this was when it was read; one that git has written since is not.
  public func isStill(at path: FilePath) -> Bool { ((try? FileStatus.of(path)) ?? nil)?.modifiedAt == modified }

  /// The entries at some paths and below them, in the order of the index.
  public func entries(at paths: [TreePath]) -> [Entry] {
    let sought = (paths.map(\.bytes) + paths.map { $0.bytes + [UInt8(ascii: "/")] }).sorted { $0.lexicographicallyPrecedes($1) }
    var found: [Entry] = []
    var next = 0
    _ = scan { name, raw in
      // Both are sorted by bytes, so each is walked once.
      while next < sought.count {
        switch Self.relation(of: name, to: sought[next]) {
        case .before: return
        case .inside: return found.append(entry(name, raw))
        case .behind: next += 1
        }
      }
    }
    return found
  }

  /// Whether the file of an entry is certainly as the index has it: git would not even open it. False means: ask git.
  ///
  /// - Parameter workTree: the top folder of the checkout that the index belongs to.
  public func isCertainlyUnchanged(_ entry: Entry, in workTree: FilePath) -> Bool {
    // As young as the index is too young: it may have changed since without its times telling ("racy git").
    entry.noted.modified < modified && path(of: entry, asNotedIn: workTree) != nil
  }

  /// The same, with a look into a small file that is as young as the index: its times must be those that the index has, and its bytes those
  /// that the entry names. That is what git would find out too, and write.
  public func isUnchanged(_ entry: Entry, in workTree: FilePath) -> Bool {
    guard let path = path(of: entry, asNotedIn: workTree) else { return false }
    if entry.noted.modified < modified { return true }
    guard hashSize == 20, entry.entry.mode != .symbolicLink, entry.noted.size <= 1 << 20, let bytes = (try? File.read(path)) ?? nil else {
      return false
    }
    return SHA1.digest(of: Array("blob \(bytes.count)\0".utf8) + bytes) == entry.entry.id.bytes
  }

  /// The file of an entry, where it is of the entry's kind, no folder above it is a link, and all that the index noted of it holds still.
  private func path(of entry: Entry, asNotedIn workTree: FilePath) -> FilePath? {
    guard entry.noted.size > 0 else { return nil }
    var folder = workTree
    let names = entry.path.components
    for name in names.dropLast() {
      folder = folder.appending(bytes: Array(name))
      guard ((try? FileStatus.of(folder)) ?? nil)?.kind == .directory else { return nil }
    }
    guard let name = names.last else { return nil }
    let path = folder.appending(bytes: Array(name))
    guard let status = (try? FileStatus.of(path)) ?? nil else { return nil }
    switch entry.entry.mode {
    case .file: guard status.kind == .file, status.permissions & 0o100 == 0 else { return nil }
    case .executable: guard status.kind == .file, status.permissions & 0o100 != 0 else { return nil }
    case .symbolicLink: guard status.kind == .symbolicLink else { return nil }
    default: return nil
    }
    let seen = Noted(
      changed: status.changedAt, modified: status.modifiedAt, inode: UInt32(truncatingIfNeeded: status.inode), owner: status.ownerID,
      group: status.groupID, size: UInt32(truncatingIfNeeded: status.size))
    return entry.noted == seen ? path : nil
  }

  // MARK: - The format

  /// An entry where it lies in the bytes.
  struct Raw {
    let start: Int
    /// Where the next entry begins.
    let end: Int
    let flags: Int
    let moreFlags: Int
  }

  enum Relation { case before, inside, behind }

  /// How an entry's name lies to a path, or with a slash at its end to all that is in a folder.
  static func relation(of name: UnsafeBufferPointer<UInt8>, to sought: [UInt8]) -> Relation {
    let shared = min(name.count, sought.count)
    for index in 0..<shared where name[index] != sought[index] { return name[index] < sought[index] ? .before : .behind }
    if name.count < sought.count { return .before }
    return name.count == sought.count || sought.last == UInt8(ascii: "/") ? .inside : .behind
  }

  func entry(_ name: UnsafeBufferPointer<UInt8>, _ raw: Raw) -> Entry {
    func number(_ offset: Int) -> UInt32 { bytes[raw.start + offset..<raw.start + offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
    let hex = bytes[raw.start + 40..<raw.start + 40 + hashSize].hexadecimal
    return Entry(
      path: TreePath(bytes: name),
      entry: TreeEntry(mode: FileMode(rawValue: number(24)), id: AnyObjectID(trusted: hex)),
      isUnmerged: raw.flags & 0x3000 != 0, isAssumedUnchanged: raw.flags & 0x8000 != 0, isSkipped: raw.moreFlags & 0x4000 != 0,
      noted: Noted(
        changed: FileStatus.Moment(seconds: number(0), nanoseconds: number(4)),
        modified: FileStatus.Moment(seconds: number(8), nanoseconds: number(12)), inode: number(20), owner: number(28),
        group: number(32), size: number(36)))
  }

  /// Goes through the entries, in order, as far as they can be read.
  ///
  /// - Returns: where they end; nil where these were not all.
  func scan(_ body: (UnsafeBufferPointer<UInt8>, Raw) -> Void) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      func number(_ place: Int, _ size: Int) -> Int {
        var value = 0
        for index in place..<place + size { value = value << 8 | Int(bytes[index]) }
        return value
      }
      guard bytes.count > 12 + hashSize, bytes.prefix(4).elementsEqual("DIRC".utf8) else { return nil }
      let version = number(4, 4)
      guard (2...4).contains(version) else { return nil }
      var place = 12
      // Version 4 gives of each name only what differs from the one before.
      var name: [UInt8] = []
      var isSparse = false
      for _ in 0..<number(8, 4) {
        let start = place
        place += 40 + hashSize
        guard place + 4 < bytes.count else { return nil }
        let flags = number(place, 2)
        place += 2
        var moreFlags = 0
        if flags & 0x4000 != 0 {
          moreFlags = number(place, 2)
          place += 2
        }
        var drop = 0
        if version == 4 {
          // How many bytes of the name before to drop, as an offset of a pack's delta is written.
          drop = Int(bytes[place] & 0x7F)
          while place < bytes.count - 1, bytes[place] & 0x80 != 0 {
            place += 1
            drop = (drop + 1) << 7 | Int(bytes[place] & 0x7F)
          }
          place += 1
        }
        guard place < bytes.count, let base = bytes.baseAddress, let zero = memchr(base + place, 0, bytes.count - place) else {
          return nil
        }
        let end = UnsafeRawPointer(zero) - UnsafeRawPointer(base)
        let rest = UnsafeBufferPointer(rebasing: bytes[place..<end])
        let next = version == 4 ? end + 1 : start + (end - start) / 8 * 8 + 8
        let raw = Raw(start: start, end: next, flags: flags, moreFlags: moreFlags)
        // A folder is an entry of a sparse index; one without a name stands for one of the shared part of a split index.
        if number(start + 24, 4) >> 12 == 0o04 { isSparse = true }
        if version == 4 {
          guard drop <= name.count else { return nil }
          name.removeLast(drop)
          name += rest
          if name.isEmpty { return nil }
          name.withUnsafeBufferPointer { body($0, raw) }
        } else {
          if rest.isEmpty { return nil }
          body(rest, raw)
        }
        place = next
      }
      // The extensions of a split index begin with `link`.
      guard place + hashSize <= bytes.count else { return nil }
      return isSparse || bytes[place...].starts(with: "link".utf8) ? nil : place
    }
  }
}

extension IndexFile {
  /// Calls `body` with each name and its entry; for looking for a few among all without making a value of each.
  ///
  /// - Parameter body: the name, whether it is assumed unchanged, whether it is skipped, and its id's bytes.
  public func forEach(
    _ body: (_ name: UnsafeBufferPointer<UInt8>, _ isAssumedUnchanged: Bool, _ isSkipped: Bool, _ id: ArraySlice<UInt8>) -> Void
  ) {
    _ = scan { name, raw in
      body(name, raw.flags & 0x8000 != 0, raw.moreFlags & 0x4000 != 0, bytes[raw.start + 40..<raw.start + 40 + hashSize])
    }
  }
}
