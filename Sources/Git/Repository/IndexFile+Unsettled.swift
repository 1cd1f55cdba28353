import Platform

extension IndexFile {
  /// The paths at which a checkout may be otherwise than this index says, and those of which the index knows nothing; every other one is
  /// certainly as it says. git, which would look at each file too, then needs to be asked about these only.
  ///
  /// Certain is what was last changed before the index was written, and of which `lstat` says to the nanosecond what the index noted: of
  /// a file that changes after that, at least one of its times does not. Folders that hold nothing else than the index says are told by
  /// counting their names.
  ///
  /// - Parameters:
  ///   - workTree: the top folder of the checkout that the index belongs to.
  ///   - limit: more than these are of no use.
  /// - Returns: an untracked folder as one path, in no particular order. Nil where only git can say: not all entries are here, one is
  ///   marked, unmerged or a submodule, there is another repository inside, or there are more than `limit`.
  public func unsettled(in workTree: FilePath, atMost limit: Int) -> [TreePath]? {
    guard isWhole, var look = CheckoutLook(workTree, limit) else { return nil }
    defer { look.close() }
    _ = scan { name, raw in
      let isPlain = raw.flags & 0xB000 == 0 && raw.moreFlags == 0
      look.visit(name, isPlain ? { status in isCertain(raw, status) } : nil)
    }
    let full = look.foldersWithMore()
    if !full.isEmpty {
      _ = scan { name, _ in look.know(name) }
      for folder in full { look.addUnknown(in: folder) }
    }
    return look.isPossible ? look.found : nil
  }

  /// The ids of no bytes at all, in SHA-1 and in SHA-256, as far as they are needed to be told from all others.
  private static let emptyBlobs: [[UInt8]] = [
    [0xe6, 0x9d, 0xe2, 0x9b, 0xb2, 0xd1, 0xd6, 0x43, 0x4b, 0x8b, 0x29, 0xae, 0x77, 0x5a, 0xd8, 0xc2],
    [0x47, 0x3a, 0x0f, 0x4c, 0x3b, 0xe8, 0xa9, 0x36, 0x81, 0xa2, 0x67, 0xe3, 0xb1, 0xe9, 0xa7, 0xdc],
  ]

  /// What `isCertainlyUnchanged` asks, without making values of the entry. Nil for what only git can judge.
  private func isCertain(_ raw: Raw, _ status: FileStatus) -> Bool? {
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

/// A walk over a checkout in the order of its index.
private struct CheckoutLook {
  /// A folder that the index has files in.
  private struct Place {
    let path: TreePath
    /// Whether it is a folder on the disk.
    let isThere: Bool
    /// How many of the names that the index has in it stand there.
    var present = 0
    /// These names, where the folder holds more.
    var known: Set<[UInt8]>?
  }

  private let top: FilePath
  private let root: FileDescriptor
  private let limit: Int
  private var places: [Place] = [Place(path: .root, isThere: true)]
  private var numbers: [TreePath: Int] = [.root: 0]
  /// The folder of the last entry.
  private var current = (folder: [UInt8](), number: 0)
  private var name: [CChar] = []
  private(set) var found: [TreePath] = []
  private(set) var isPossible = true

  init?(_ top: FilePath, _ limit: Int) {
    guard let root = try? FileDescriptor.open(top, .readOnly, options: [.directory, .closeOnExec]) else { return nil }
    self.top = top
    self.root = root
    self.limit = limit
  }

  func close() { try? root.close() }

  /// - Parameter isCertain: whether what stands there is as the index has it; nil, and the answer nil, for what only git can judge.
  mutating func visit(_ path: UnsafeBufferPointer<UInt8>, _ isCertain: ((FileStatus) -> Bool?)?) {
    guard isPossible else { return }
    guard let isCertain else { return isPossible = false }
    enterFolder(of: path)
    guard places[current.number].isThere else { return }
    guard let status = status(path) else { return add(TreePath(bytes: path)) }
    places[current.number].present += 1
    switch isCertain(status) {
    case true?: break
    case false?: add(TreePath(bytes: path))
    case nil: isPossible = false
    }
  }

  /// Folders in which more stands than the index knows of.
  mutating func foldersWithMore() -> [Int] {
    var full: [Int] = []
    for number in places.indices where isPossible && places[number].isThere {
      let folder = places[number].path
      // The top folder has `.git` beside.
      let expected = places[number].present + (folder.isRoot ? 1 : 0)
      guard let count = try? Folder.count(path(of: folder)) else {
        isPossible = false
        return []
      }
      if count == expected { continue }
      places[number].known = []
      full.append(number)
    }
    if full.isEmpty { return [] }
    for place in places.dropFirst() {
      if let parent = numbers[place.path.parent] { places[parent].known?.insert(Array(place.path.lastComponent)) }
    }
    return full
  }

  /// Notes a name of the index where its folder holds more.
  mutating func know(_ path: UnsafeBufferPointer<UInt8>) {
    guard isPossible else { return }
    enterFolder(of: path)
    let start = current.folder.isEmpty ? 0 : current.folder.count + 1
    places[current.number].known?.insert(Array(path[start...]))
  }

  /// Adds the names in a folder that the index does not have.
  mutating func addUnknown(in number: Int) {
    let place = places[number]
    guard isPossible, let known = place.known, let names = try? Folder.names(in: path(of: place.path)) else {
      return isPossible = false
    }
    for name in names where !known.contains(name) {
      if name.elementsEqual(".git".utf8) {
        // Another repository is not git's business, and all of what is in it.
        if !place.path.isRoot { isPossible = false }
      } else {
        add(place.path.appending(name))
      }
    }
  }

  private func path(of folder: TreePath) -> FilePath { folder.isRoot ? top : top.appending(bytes: folder.bytes) }

  private mutating func add(_ path: TreePath) {
    found.append(path)
    if found.count > limit { isPossible = false }
  }

  private mutating func enterFolder(of path: UnsafeBufferPointer<UInt8>) {
    let folder = path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex)]
    if folder.elementsEqual(current.folder) { return }
    current = (Array(folder), enter(TreePath(bytes: folder)))
  }

  private mutating func enter(_ folder: TreePath) -> Int {
    if let number = numbers[folder] { return number }
    let parent = enter(folder.parent)
    var isThere = false
    if places[parent].isThere {
      let status = folder.bytes.withUnsafeBufferPointer { self.status($0) }
      isThere = status?.kind == .directory
      if status != nil { places[parent].present += 1 }
      // A link, a file or nothing, where the index has a folder.
      if !isThere { add(folder) }
    }
    places.append(Place(path: folder, isThere: isThere))
    numbers[folder] = places.count - 1
    return places.count - 1
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
