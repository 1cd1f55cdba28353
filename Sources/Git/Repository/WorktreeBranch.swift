import Platform

/// A worktree and the branch that it has checked out: what a landing asks for several times, and so without a process.
public struct WorktreeBranch: Sendable, Equatable {
  /// The top folder; of a bare repository the git folder.
  public let path: FilePath
  /// Its own git folder: the common one for the main worktree.
  public let gitFolder: FilePath
  /// Nil where HEAD is detached or cannot be read.
  public let branch: RefName?
  public let isBare: Bool

  /// Whether its folder is there.
  public var exists: Bool { (try? FileStatus.of(path)) != nil }
}

extension WorktreeList {
  /// The branch of every worktree, the main one first, read from the files that git keeps (gitrepository-layout(5)).
  ///
  /// The same answer as `read` gives, which is asked where the files do not tell: references in a reftable, a HEAD that is a
  /// symbolic link, a main worktree that git alone can find.
  public static func branches(_ layout: RepositoryLayout) async throws(GitError) -> [WorktreeBranch] {
    if let found = branchesFromFiles(layout) { return found }
    return try await read(layout).map { WorktreeBranch(path: $0.path, gitFolder: $0.gitFolder, branch: $0.branch, isBare: $0.isBare) }
  }

  /// The branch of the main worktree, symbolic references followed, where it has a commit: read from the files that git keeps. Nil where
  /// only git can tell, as of a branch that `git pack-refs` has packed.
  public static func mainBranch(_ layout: RepositoryLayout) -> RefName? {
    let common = layout.commonFolder
    guard layout.mainWorkTree != nil, case .known(let branch?) = head(common, common),
      let bytes = (try? File.read(common.appending(FilePath(branch.rawValue).components))) ?? nil,
      CommitID(hex: String(decoding: bytes.trimmingLineEnds, as: UTF8.self)) != nil
    else { return nil }
    return branch
  }

  /// Nil where only git can tell.
  static func branchesFromFiles(_ layout: RepositoryLayout) -> [WorktreeBranch]? {
    let common = layout.commonFolder
    guard layout.isBare || layout.mainWorkTree != nil, case .known(let branch) = head(common, common) else { return nil }
    var found = [
      WorktreeBranch(path: layout.mainWorkTree ?? common, gitFolder: common, branch: branch, isBare: layout.isBare)
    ]
    let parent = common.appending("worktrees")
    let names: [[UInt8]]
    do throws(Errno) { names = try Folder.names(in: parent) } catch { return error == .noSuchFileOrDirectory ? found : nil }
    for name in names {
      let folder = parent.appending(bytes: name)
      // git lists nothing for a folder that does not say whose it is.
      guard let path = RegisteredWorktree.path(ofRegistration: folder) else { continue }
      switch head(folder, common) {
      case .known(let branch): found.append(WorktreeBranch(path: path, gitFolder: folder, branch: branch, isBare: false))
      case .unknown: return nil
      }
    }
    return found
  }

  private enum Head {
    case known(RefName?)
    case unknown
  }

  /// The branch that HEAD stands for in the end, as git resolves it.
  private static func head(_ gitFolder: FilePath, _ common: FilePath) -> Head {
    var file = gitFolder.appending("HEAD")
    var name: RefName?
    // As many steps as git itself takes (SYMREF_MAXDEPTH).
    for _ in 0..<5 {
      guard let status = try? FileStatus.of(file) else { return name == nil ? .unknown : .known(name) }
      if status.kind == .directory, name != nil { return .known(name) }
      guard status.kind == .file, let bytes = try? File.read(file) else { return .unknown }
      let text = String(decoding: bytes.trimmingLineEnds, as: UTF8.self)
      guard text.hasPrefix("ref:") else { return name != nil || CommitID(hex: text) != nil ? .known(name) : .unknown }
      let target = text.dropFirst(4).drop { $0 == " " || $0 == "\t" }
      // What a reftable puts there for programs that read the files; and names that are no branch of all worktrees.
      guard target.hasPrefix("refs/heads/"), !target.hasSuffix(".invalid"), !target.contains("..") else { return .unknown }
      name = RefName(String(target))
      file = common.appending(FilePath(String(target)).components)
    }
    return .unknown
  }
}
