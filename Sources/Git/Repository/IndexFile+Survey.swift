import Platform

/// How a checkout lies to its index, as far as `lstat` tells.
public struct CheckoutSurvey: Sendable {
  /// A folder, and when anything in it was made, removed or renamed last.
  public struct Folder: Sendable {
    public let path: FilePath
    public let changedAt: FileStatus.Moment

    public init(path: FilePath, changedAt: FileStatus.Moment) {
      self.path = path
      self.changedAt = changedAt
    }
  }

  /// The paths at which the checkout may be otherwise than the index says, and those of which the index knows nothing, an untracked folder
  /// as one; in path order. Every other one is certainly as the index says.
  public let unsettled: [TreePath]
  /// The folders that the index has files in, as they were before anything in them was looked at.
  public let folders: [Folder]
  /// Whether one of them holds nothing at all.
  public let hasEmptyFolders: Bool
}

extension IndexFile {
  /// Looks at the checkout, so that git, which would look at each file too, needs to be asked about what is unsettled only.
  ///
  /// Certain is what was last changed before the index was written, and of which `lstat` says to the nanosecond what the index noted: of
  /// a file that changes after that, at least one of its times does not. Folders that hold nothing else than the index says are told by
  /// counting their names. All processors share the work, as in git's `core.preloadIndex`.
  ///
  /// - Parameters:
  ///   - workTree: the top folder of the checkout that the index belongs to.
  ///   - limit: more unsettled paths than these are of no use.
  ///   - parts: into how many the work is divided; by default as many as there are processors for.
  /// - Returns: nil where only git can say: not all entries are here, one is marked, unmerged or a submodule, there is another repository
  ///   inside, or more than `limit` is unsettled.
  public func survey(of workTree: FilePath, atMost limit: Int, parts: Int? = nil) async -> CheckoutSurvey? {
    guard isWhole, let top = (try? FileStatus.of(workTree)) ?? nil,
      let root = try? FileDescriptor.open(workTree, .readOnly, options: [.directory, .closeOnExec])
    else { return nil }
    defer { try? root.close() }
    let parts = parts ?? min(processorCount(), Self.mostParts, count / Self.entriesForOne)
    let seen = await inParallel(count, parts: parts) { range -> SurveyWalk.Part? in
      var walk = SurveyWalk(self, root, top, limit)
      return walk.look(at: range)
    }
    guard var findings = Findings(seen) else { return nil }
    let folders = findings.folders
    let counts = await inParallel(folders.count, parts: parts) { range in
      folders[range].map { try? Folder.count(workTree.appending(bytes: $0.path.bytes)) }
    }.flatMap { $0 }
    var full: [TreePath] = []
    for (folder, count) in zip(folders, counts) {
      guard let count else { return nil }
      if count != folder.expected { full.append(folder.path) }
    }
    guard findings.addUnknown(in: full, of: workTree, self), findings.unsettled.count <= limit else { return nil }
    return CheckoutSurvey(
      unsettled: findings.unsettled.sorted(),
      folders: folders.map { CheckoutSurvey.Folder(path: workTree.appending(bytes: $0.path.bytes), changedAt: $0.changedAt) },
      hasEmptyFolders: counts.contains(0))
  }

  /// Fewer are not worth a second thread.
  private static let entriesForOne = 1_000
  /// Each part reads past the entries of the others, so more are of less and less use.
  private static let mostParts = 8

  /// The ids of no bytes at all, in SHA-1 and in SHA-256, as far as they are needed to be told from all others.
  private static let emptyBlobs: [[UInt8]] = [
    [0xe6, 0x9d, 0xe2, 0x9b, 0xb2, 0xd1, 0xd6, 0x43, 0x4b, 0x8b, 0x29, 0xae, 0x77, 0x5a, 0xd8, 0xc2],
    [0x47, 0x3a, 0x0f, 0x4c, 0x3b, 0xe8, 0xa9, 0x36, 0x81, 0xa2, 0x67, 0xe3, 0xb1, 0xe9, 0xa7, 0xdc],
  ]

  /// What `isCertainlyUnchanged` asks, without making values of the entry. Nil for what only git can judge.
  fileprivate func isCertain(_ raw: Raw, _ status: FileStatus) -> Bool? {
    bytes.withUnsafeBytes { bytes in
      func number(_ offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: raw.start + offset, as: UInt32.self))
      }
      switch FileMode(rawValue: number(24)) {
      case .file: guard status.kind == .file, status.permissions & 0o100 == 0 else { return false }
      case .executable: guard status.kind == .file, status.permissions & 0o100 != 0 else { return false }
      case .symbolicLink: guard status.kind == .symbolicLink else { return false }
      default: return nil
      }
      let modified = FileStatus.Moment(seconds: number(8), nanoseconds: number(12))
      let size = number(36)
      // git notes no size where it wants to look into the file again.
      let isSizeNoted = size > 0 || Self.emptyBlobs.contains { bytes[(raw.start + 40)...].starts(with: $0) }
      return modified < self.modified && isSizeNoted && size == UInt32(truncatingIfNeeded: status.size)
        && modified == status.modifiedAt && status.changedAt == FileStatus.Moment(seconds: number(0), nanoseconds: number(4))
        && number(20) == UInt32(truncatingIfNeeded: status.inode) && number(28) == status.ownerID && number(32) == status.groupID
    }
  }
}

/// A folder that an index has files in.
private struct Place: Sendable {
  /// What stands there; nil for nothing.
  let status: FileStatus?
  /// How many of the files that the index has right in it stand there.
  var present = 0

  var isFolder: Bool { status?.kind == .directory }
}

/// A walk over a checkout in the order of its index.
private struct SurveyWalk {
  typealias Part = (places: [TreePath: Place], unsettled: [TreePath])

  private let index: IndexFile
  private let root: FileDescriptor
  private let limit: Int
  private var places: [TreePath: Place] = [:]
  private var unsettled: [TreePath] = []
  private var isPossible = true
  /// The folder of the last entry, and its place.
  private var folder: [UInt8] = []
  private var place: Place
  private var name: [CChar] = []

  /// - Parameters:
  ///   - root: the top folder of the checkout.
  ///   - top: what `lstat` says of it.
  init(_ index: IndexFile, _ root: FileDescriptor, _ top: FileStatus, _ limit: Int) {
    self.index = index
    self.root = root
    self.limit = limit
    place = Place(status: top)
  }

  /// Nil for what only git can judge.
  mutating func look(at range: Range<Int>) -> Part? {
    var number = 0
    _ = index.scan { path, raw in
      if range.contains(number), isPossible { visit(path, raw) }
      number += 1
    }
    places[TreePath(bytes: folder)] = place
    return isPossible ? (places, unsettled) : nil
  }

  private mutating func visit(_ path: UnsafeBufferPointer<UInt8>, _ raw: IndexFile.Raw) {
    guard raw.flags & 0xB000 == 0, raw.moreFlags == 0 else { return isPossible = false }
    let folder = path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex)]
    if !folder.elementsEqual(self.folder) { enter(Array(folder)) }
    guard place.isFolder else { return }
    guard let status = status(path) else { return add(TreePath(bytes: path)) }
    place.present += 1
    switch index.isCertain(raw, status) {
    case true?: break
    case false?: add(TreePath(bytes: path))
    case nil: isPossible = false
    }
  }

  private mutating func enter(_ folder: [UInt8]) {
    places[TreePath(bytes: self.folder)] = place
    self.folder = folder
    place = look(atFolder: TreePath(bytes: folder))
  }

  private mutating func look(atFolder folder: TreePath) -> Place {
    if let known = places[folder] { return known }
    var place = Place(status: nil)
    if look(atFolder: folder.parent).isFolder {
      place = Place(status: folder.bytes.withUnsafeBufferPointer { status($0) })
      // A link, a file or nothing, where the index has a folder.
      if !place.isFolder { add(folder) }
    }
    places[folder] = place
    return place
  }

  private mutating func add(_ path: TreePath) {
    unsettled.append(path)
    if unsettled.count > limit { isPossible = false }
  }

  private mutating func status(_ path: UnsafeBufferPointer<UInt8>) -> FileStatus? {
    name.removeAll(keepingCapacity: true)
    name.append(contentsOf: UnsafeRawBufferPointer(path).bindMemory(to: CChar.self))
    name.append(0)
    do throws(Errno) { return try FileStatus.of(name, in: root) } catch {
      isPossible = false
      return nil
    }
  }
}

/// What the parts of a survey have found, put together.
private struct Findings {
  private(set) var unsettled: Set<TreePath> = []
  private var places: [TreePath: Place] = [:]
  /// The places that are folders, and how many names stand in each if it holds nothing else than the index says.
  private(set) var folders: [(path: TreePath, changedAt: FileStatus.Moment, expected: Int)] = []

  /// Nil where a part could not tell, or two parts saw something else in the same place.
  init?(_ parts: [SurveyWalk.Part?]) {
    for part in parts {
      guard let part else { return nil }
      unsettled.formUnion(part.unsettled)
      for (path, place) in part.places {
        guard let other = places[path] else {
          places[path] = place
          continue
        }
        guard other.status == place.status else { return nil }
        places[path]?.present += place.present
      }
    }
    // Two names of one folder, on a disk that takes `Doc` for `doc`: counting names would tell nothing.
    let inodes = places.values.compactMap { $0.isFolder ? $0.status?.inode : nil }
    guard Set(inodes).count == inodes.count else { return nil }
    // The top folder has `.git` beside.
    var inside: [TreePath: Int] = [.root: 1]
    for (path, place) in places where place.status != nil && !path.isRoot { inside[path.parent, default: 0] += 1 }
    for (path, place) in places {
      guard let status = place.status, place.isFolder else { continue }
      folders.append((path, status.changedAt, place.present + inside[path, default: 0]))
    }
  }

  /// Adds the names of which `index` knows nothing, in those folders of `full` that hold more than expected.
  ///
  /// - Returns: false where there is another repository: it is not git's business, and all of what is in it neither.
  mutating func addUnknown(in full: [TreePath], of workTree: FilePath, _ index: IndexFile) -> Bool {
    if full.isEmpty { return true }
    var known = Dictionary(uniqueKeysWithValues: full.map { ($0, Set<[UInt8]>()) })
    for path in places.keys where !path.isRoot { known[path.parent]?.insert(Array(path.lastComponent)) }
    var (current, isFull) = ([UInt8](), known[.root] != nil)
    _ = index.scan { path, _ in
      let slash = path.lastIndex(of: UInt8(ascii: "/"))
      let folder = path[..<(slash ?? path.startIndex)]
      if !folder.elementsEqual(current) {
        current = Array(folder)
        isFull = known[TreePath(bytes: current)] != nil
      }
      if isFull { known[TreePath(bytes: current)]?.insert(Array(path[(slash.map { $0 + 1 } ?? path.startIndex)...])) }
    }
    for (folder, known) in known {
      guard let names = try? Folder.names(in: workTree.appending(bytes: folder.bytes)) else { return false }
      for name in names where !known.contains(name) {
        if !name.elementsEqual(".git".utf8) {
          unsettled.insert(folder.appending(name))
        } else if !folder.isRoot {
          return false
        }
      }
    }
    return true
  }
}
