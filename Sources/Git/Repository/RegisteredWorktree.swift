import Platform

/// The files below `<common folder>/worktrees/<name>/` that tie a linked worktree to its repository (gitrepository-layout(5)).
enum RegisteredWorktree {
  static func folder(_ commonFolder: FilePath, _ name: String) -> FilePath { commonFolder.appending("worktrees").appending(name) }

  /// The top of the worktree that a registration is for, also where it no longer exists; nil where there is no `gitdir` file.
  static func path(ofRegistration folder: FilePath) -> FilePath? {
    guard let bytes = try? File.read(folder.appending("gitdir")) else { return nil }
    let link = FilePath(bytes: bytes.trimmingLineEnds)
    // Relative since git 2.48 where worktree.useRelativePaths is set.
    let file = link.isRelative ? folder.pushing(link).lexicallyNormalized() : link
    return file.lastComponent == ".git" ? file.removingLastComponent() : file
  }

  /// The git folder that the `.git` file of a worktree names; nil where there is none.
  static func gitFolder(ofWorktree path: FilePath) -> FilePath? {
    let prefix = Array("gitdir: ".utf8)
    guard let bytes = try? File.read(path.appending(".git")), bytes.starts(with: prefix) else { return nil }
    let link = FilePath(bytes: bytes.dropFirst(prefix.count).trimmingLineEnds)
    return link.isRelative ? path.pushing(link).lexicallyNormalized() : link
  }

  /// All registrations by the path of their worktree.
  static func all(in commonFolder: FilePath) -> [FilePath: FilePath] {
    let parent = commonFolder.appending("worktrees")
    guard let names = try? Folder.names(in: parent) else { return [:] }
    return names.reduce(into: [:]) { found, name in
      let folder = parent.appending(bytes: name)
      if let path = path(ofRegistration: folder) { found[path] = folder }
    }
  }
}

extension Collection<UInt8> {
  /// Without the line ends that git's one-line files finish with.
  var trimmingLineEnds: [UInt8] {
    var bytes = Array(self)
    while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
    return bytes
  }
}
