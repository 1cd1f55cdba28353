import Git

/// What is picked in the worktree of a conflict: the ticket's commits without what never lands, as real commits.
///
/// Where nothing has to be left out they are the ticket's own; otherwise a row of copies, with the same authors, dates and messages, on the
/// parent of the first. A submission with merges is one commit, as in a landing.
struct ResolvePlan {
  var commits: [CommitID] = []
  /// A file was moved into a folder that never lands, which only a person can put right.
  var needsEdit = false

  /// - Parameter isWhole: whether the changes under excluded paths stay in, for a person to move them.
  static func of(_ submission: Submission, target: CommitID, picker: Picker, isWhole: Bool) async throws(Failure) -> ResolvePlan {
    let originals: [Picker.Original]
    switch try await throughGit({ () throws(GitError) in try await picker.plan(submission, target: target) }) {
    case .success(let plan): originals = plan
    case .failure(let failure): throw .refused(failure.message)
    }
    do throws(GitError) {
      return ResolvePlan(commits: try await commits(originals, picker: picker, isWhole: isWhole), needsEdit: isWhole)
    } catch { throw .git(error) }
  }

  private static func commits(_ originals: [Picker.Original], picker: Picker, isWhole: Bool) async throws(GitError) -> [CommitID] {
    guard let first = originals.first else { return [] }
    let store = picker.store
    var parent: CommitID?
    var previous = first.baseTree
    var commits: [CommitID] = []
    var isChanged = false
    for original in originals {
      let isOne = original.commit.parents.count == 1
      let dropped =
        isWhole
        ? []
        : try await store.changes(from: first.baseTree, to: original.commit.tree).filter { picker.exclusions.covers($0.path) }
      let tree =
        dropped.isEmpty
        ? original.commit.tree : try await store.writeTree(original.commit.tree, replacing: dropped.map { ($0.path, $0.old) })
      isChanged = isChanged || !dropped.isEmpty || !isOne
      if tree == previous { continue }
      previous = tree
      if !isChanged {
        commits.append(original.tip)
        parent = original.tip
        continue
      }
      var copy = original.commit
      copy.tree = tree
      copy.parents = [try await anchor(parent, first, picker: picker)]
      let id = try await picker.writer.write(copy)
      commits.append(id)
      parent = id
    }
    return commits
  }

  /// A commit whose tree the first copy is made against: the parent of the first, or for a squash one that nothing else names.
  private static func anchor(_ parent: CommitID?, _ first: Picker.Original, picker: Picker) async throws(GitError) -> CommitID {
    if let parent { return parent }
    if first.commit.parents.count == 1, let own = first.commit.parents.first { return own }
    let nobody = first.commit.author
    return try await picker.writer.write(
      CommitObject(tree: first.baseTree, parents: [], author: nobody, committer: nobody, message: Array("base\n".utf8)))
  }
}
