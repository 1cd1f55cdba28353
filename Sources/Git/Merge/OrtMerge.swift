import Platform

/// The second step of a pick: git's own merge (`git merge-tree --write-tree`), with renames, attributes and merge drivers.
///
/// It touches neither index nor work tree. What it needs beside the repository:
///
/// - Any three trees, not two branches: git 2.38 and 2.39 have no `--merge-base`, so three commits are made that nothing
///   names, base and the two sides on top of it, with fixed dates, so the same merge makes the same commits.
/// - The attributes of *ours* alone. git reads `.gitattributes` from the work tree it runs in; it is given one that holds
///   only the files of that name in ours, so a user's uncommitted edit cannot change a landing. `info/attributes` and
///   `core.attributesFile` apply as always, and `merge.*` is as the user configured it.
public struct OrtMerge: Sendable {
  private let git: GitCommand
  private let attributes: AttributeFolders

  /// - Parameters:
  ///   - git: git on the common folder.
  ///   - scratch: a folder of ours; work trees are kept below it from merge to merge. It is made when first needed.
  public init(git: GitCommand, scratch: FilePath) {
    self.git = git.configured("core.fsync=committed")
    attributes = AttributeFolders(parent: scratch)
  }

  /// Merges; the merged tree and the blobs in it are in the repository, and durable, when this returns.
  ///
  /// - Throws: `GitError.commandFailed` where git could not merge at all (a missing object, a merge driver that died).
  public func merge(base: TreeID, ours: TreeID, theirs: TreeID, store: any ObjectStore) async throws(GitError) -> MergeResult {
    let start = try await store.writeCommit(side(base, on: []))
    let our = try await store.writeCommit(side(ours, on: [start]))
    let their = try await store.writeCommit(side(theirs, on: [start]))
    try store.flush()
    let folder = try await attributes.folder(for: ours, store)
    guard let gitFolder = git.gitFolder else {
      throw .notStarted(executable: git.executable, reason: "the merge was given no repository")
    }
    let output = try await git.on(gitFolder: gitFolder, workTree: folder)
      // No command of ours may fall back to the user's index, should a later git look for attributes there.
      .setting(["GIT_INDEX_FILE": folder.appending(".no-index").string])
      .run("merge-tree", "--write-tree", "-z", "--allow-unrelated-histories", our.hex, their.hex, accepting: [0, 1])
    guard let result = MergeTreeOutput.parse(output.standardOutput, isClean: output.status == 0) else {
      throw .unexpectedOutput(command: "git merge-tree", output: output.text)
    }
    return result
  }

  private func side(_ tree: TreeID, on parents: [CommitID]) -> CommitObject {
    let nobody = Array("git-sage-stream <git-sage-stream@localhost> 0 +0000".utf8)
    return CommitObject(tree: tree, parents: parents, author: nobody, committer: nobody, message: Array("merge\n".utf8))
  }
}
