import Git
import Platform

/// What git does not see in a work tree, so that it would stand in the way of the next ticket for ever: FIFOs, sockets, devices, and
/// empty folders. Folders that git ignores, and those of other repositories, are not looked into.
struct SpecialFiles: Sendable {
  /// In path order.
  private(set) var paths: [TreePath] = []
  private(set) var hasEmptyFolders = false
  /// Those that were looked into.
  private(set) var folders: [CheckoutSurvey.Folder] = []

  var isEmpty: Bool { paths.isEmpty && !hasEmptyFolders }

  /// - Parameter survey: of the slot as it stands, if there is one: then only what the index knows nothing of is looked into.
  init(in slot: Slot, outside ignored: Set<TreePath>, _ survey: CheckoutSurvey? = nil) {
    if let survey {
      folders = survey.folders
      hasEmptyFolders = survey.hasEmptyFolders
      for path in survey.unsettled where !ignored.contains(path) && ignored.isDisjoint(with: path.ancestors) {
        switch ((try? FileStatus.of(slot.path.appending(bytes: path.bytes))) ?? nil)?.kind {
        case .directory?: look(into: path, of: slot, outside: ignored)
        case .other?: paths.append(path)
        case .file?, .symbolicLink?, nil: break
        }
      }
    } else {
      look(into: .root, of: slot, outside: ignored)
    }
    paths.sort()
  }

  private mutating func look(into top: TreePath, of slot: Slot, outside ignored: Set<TreePath>) {
    var open = [top]
    while let folder = open.popLast() {
      let path = folder.isRoot ? slot.path : slot.path.appending(bytes: folder.bytes)
      guard let status = (try? FileStatus.of(path)) ?? nil, let content = try? Content(path) else { continue }
      folders.append(CheckoutSurvey.Folder(path: path, changedAt: status.changedAt))
      if content.isEmpty { hasEmptyFolders = true }
      if !folder.isRoot, content.holdsGit { continue }
      for name in content.folders where !(folder.isRoot && name.elementsEqual(".git".utf8)) {
        let child = folder.appending(name)
        if !ignored.contains(child) { open.append(child) }
      }
      for name in content.others { paths.append(folder.appending(name)) }
    }
  }

  /// What stands in one folder. Of plain files and links, which are most of it, not even the names are kept.
  private struct Content {
    private(set) var isEmpty = true
    private(set) var holdsGit = false
    private(set) var folders: [[UInt8]] = []
    private(set) var others: [[UInt8]] = []

    init(_ path: FilePath) throws(Errno) {
      guard let handle = path.withPlatformString({ opendir($0) }) else { throw Errno(rawValue: errno) }
      defer { closedir(handle) }
      while let entry = try Folder.next(handle) {
        let type = Int32(entry.pointee.d_type)
        let isPlain = type == Int32(DT_REG) || type == Int32(DT_LNK)
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
          tuple.withMemoryRebound(to: CChar.self, capacity: 1) { name -> [UInt8]? in
            let isHidden = name[0] == 46
            if isHidden, name[1] == 0 || name[1] == 46 && name[2] == 0 { return nil }
            isEmpty = false
            if isHidden, strcmp(name, ".git") == 0 { holdsGit = true }
            return isPlain ? nil : Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
          }
        }
        if let name { try note(name, type, in: path) }
      }
    }

    private mutating func note(_ name: [UInt8], _ type: Int32, in path: FilePath) throws(Errno) {
      switch type {
      case Int32(DT_DIR): folders.append(name)
      case Int32(DT_UNKNOWN):
        switch try FileStatus.of(path.appending(bytes: name))?.kind {
        case .directory?: folders.append(name)
        case .other?: others.append(name)
        case .file?, .symbolicLink?, nil: break
        }
      default: others.append(name)
      }
    }
  }
}
