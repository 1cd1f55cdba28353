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
    guard let gitFolder = linkedGitFolder(of: path) else { return .broken(reason: "its .git file is missing or names no repository") }
    let slot = Slot(number: number, path: path, gitFolder: gitFolder)
    let isIntact = GitFolderState.isIntact(slot)
    let registrations = try? File.resolved(commonFolder.appending("worktrees"))
    guard gitFolder.removingLastComponent() == registrations else {
      return isIntact ? .someoneElses : .broken(reason: "its .git file points to \(gitFolder.string)")
    }
    return isIntact ? .slot(slot) : .broken(reason: "git does not know it under this path")
  }

  /// The git folder that a worktree's `.git` file names; nil where it is no such file, or names nothing that exists.
  private static func linkedGitFolder(of path: FilePath) -> FilePath? {
    let file = path.appending(".git")
    guard let status = (try? FileStatus.of(file)) ?? nil, status.kind == .file, status.size < 1 << 16,
      let text = (try? File.read(file)) ?? nil, text.starts(with: Array("gitdir: ".utf8))
    else { return nil }
    var bytes = Array(text.dropFirst("gitdir: ".utf8.count))
    while bytes.last == UInt8(ascii: "\n") || bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    let link = FilePath(bytes: bytes)
    return try? File.resolved(link.isRelative ? path.appending(link.components) : link)
  }
}
