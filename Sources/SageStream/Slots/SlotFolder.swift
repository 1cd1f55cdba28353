import Git
import Platform

/// What stands at the place where a slot's worktree belongs.
enum SlotFolder {
  case absent
  case slot(Slot)
  /// A worktree of another repository, whole and in use: two repositories share a worktree root.
  case someoneElses
  case broken(reason: String)

  static func look(at path: FilePath, number: Int, commonFolder: FilePath) -> SlotFolder {
    guard let status = (try? FileStatus.of(path)) ?? nil else { return .absent }
    guard status.kind == .directory else { return .broken(reason: "it is no folder") }
    if (try? Folder.names(in: path))?.isEmpty == true { return .absent }
    guard let gitFolder = GitFolderState.linkedGitFolder(of: path) else {
      return .broken(reason: "its .git file is missing or names no repository")
    }
    let slot = Slot(number: number, path: path, gitFolder: gitFolder)
    let isIntact = GitFolderState.isIntact(slot)
    let registrations = try? File.resolved(commonFolder.appending("worktrees"))
    guard gitFolder.removingLastComponent() == registrations else {
      return isIntact ? .someoneElses : .broken(reason: "its .git file points to \(gitFolder.string)")
    }
    return isIntact ? .slot(slot) : .broken(reason: "git does not know it under this path")
  }

  /// All slots below a worktree root that belong to the repository, lowest number first.
  static func all(in root: FilePath, commonFolder: FilePath) -> [Slot] {
    guard let root = try? File.resolved(root), let names = try? Folder.names(in: root) else { return [] }
    return names.compactMap { name -> Slot? in
      guard let number = SlotName.number(ofFolder: String(decoding: name, as: UTF8.self)) else { return nil }
      guard case .slot(let slot) = look(at: root.appending(bytes: name), number: number, commonFolder: commonFolder) else { return nil }
      return slot
    }.sorted { ($0.number, $0.path.string) < ($1.number, $1.path.string) }
  }
}
