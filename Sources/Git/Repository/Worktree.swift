import Platform

/// One worktree of a repository: the main one or a linked one.
public struct Worktree: Sendable, Equatable {
  /// The top folder; of a bare repository the git folder.
  public let path: FilePath
  /// Its own git folder (`HEAD`, index): the common one for the main worktree.
  public let gitFolder: FilePath
  /// Nil while the branch has no commit yet, or where HEAD cannot be read.
  public let head: CommitID?
  /// Nil where HEAD is detached.
  public let branch: RefName?
  public let isBare: Bool
  public let isMain: Bool
  /// Why it is locked against pruning, empty where no reason was given; nil where it is not locked.
  public let lockReason: String?
  /// Why `git worktree prune` would forget it, as when its folder is gone; nil where it would not.
  public let prunableReason: String?

  /// Whether its folder is there.
  public var exists: Bool { (try? FileStatus.of(path)) != nil }
}

/// The worktrees of a repository (`git worktree list`), the main one first.
public enum WorktreeList {
  public static func read(_ layout: RepositoryLayout) async throws(GitError) -> [Worktree] {
    let output = try await layout.git.run("worktree", "list", "--porcelain", "-z")
    return parse(output.fields, layout, registrations: RegisteredWorktree.all(in: layout.commonFolder))
  }

  private static func parse(
    _ fields: [ArraySlice<UInt8>], _ layout: RepositoryLayout, registrations: [FilePath: FilePath]
  ) -> [Worktree] {
    // A record is a run of fields that ends with an empty one.
    fields.split(whereSeparator: \.isEmpty).enumerated().compactMap { index, record -> Worktree? in
      var attributes: [String: ArraySlice<UInt8>] = [:]
      for field in record {
        let cut = field.firstIndex(of: UInt8(ascii: " ")) ?? field.endIndex
        attributes[String(decoding: field[..<cut], as: UTF8.self)] = field[cut...].dropFirst()
      }
      func text(_ name: String) -> String? { attributes[name].map { String(decoding: $0, as: UTF8.self) } }
      guard let listed = attributes["worktree"].map({ FilePath(bytes: $0) }) else { return nil }
      let isMain = index == 0
      // For a submodule git lists the git folder, not the worktree.
      let path = isMain ? layout.mainWorkTree ?? listed : listed
      let gitFolder = isMain ? layout.commonFolder : registrations[listed] ?? RegisteredWorktree.gitFolder(ofWorktree: listed)
      guard let gitFolder else { return nil }
      let head = text("HEAD").flatMap { CommitID(hex: $0) }
      return Worktree(
        path: path, gitFolder: gitFolder, head: head?.isZero == true ? nil : head, branch: text("branch").map { RefName($0) },
        isBare: attributes["bare"] != nil, isMain: isMain, lockReason: text("locked"), prunableReason: text("prunable"))
    }
  }
}
