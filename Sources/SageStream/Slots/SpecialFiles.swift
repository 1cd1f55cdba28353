import Git
import Platform

/// What git does not see in a work tree, so that it would stand in the way of the next ticket for ever: FIFOs, sockets, devices, and
/// empty folders. Folders that git ignores, and those of other repositories, are not looked into.
struct SpecialFiles: Sendable {
  /// In path order.
  private(set) var paths: [TreePath] = []
  private(set) var hasEmptyFolders = false

  init(in slot: Slot, outside ignored: Set<TreePath>) {
    var folders: [TreePath] = [.root]
    while let folder = folders.popLast() {
      let path = folder.isRoot ? slot.path : slot.path.appending(bytes: folder.bytes)
      guard let entries = try? Self.list(path) else { continue }
      if entries.isEmpty { hasEmptyFolders = true }
      if !folder.isRoot, entries.contains(where: { $0.name.elementsEqual(".git".utf8) }) { continue }
      for entry in entries where !(folder.isRoot && entry.name.elementsEqual(".git".utf8)) {
        let child = folder.appending(entry.name)
        switch entry.kind {
        case .directory: if !ignored.contains(child) { folders.append(child) }
        case .other: paths.append(child)
        case .file, .symbolicLink: break
        }
      }
    }
    paths.sort()
  }

  private static func list(_ path: FilePath) throws(Errno) -> [(name: [UInt8], kind: FileStatus.Kind)] {
    guard let handle = path.withPlatformString({ opendir($0) }) else { throw Errno(rawValue: errno) }
    defer { closedir(handle) }
    var entries: [(name: [UInt8], kind: FileStatus.Kind)] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 1) { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
      }
      if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { continue }
      let kind: FileStatus.Kind? =
        switch Int32(entry.pointee.d_type) {
        case Int32(DT_REG): .file
        case Int32(DT_DIR): .directory
        case Int32(DT_LNK): .symbolicLink
        case Int32(DT_UNKNOWN): (try FileStatus.of(path.appending(bytes: name)))?.kind
        default: .other
        }
      if let kind { entries.append((name, kind)) }
    }
    return entries
  }
}
