extension GitCommandStore {
  public func commits(reachableFrom tip: CommitID, excluding excluded: [CommitID]) async throws(GitError) -> [CommitID] {
    do throws(GitError) {
      let output = try await git.run(["rev-list", "--topo-order", "--reverse", tip.hex, "--not"] + excluded.map(\.hex))
      return output.lines.compactMap { CommitID(hex: $0) }
    } catch { throw try await explained(error, [tip] + excluded) }
  }

  public func mergeBases(_ a: CommitID, _ b: CommitID) async throws(GitError) -> [CommitID] {
    do throws(GitError) {
      let output = try await git.run("merge-base", "--all", a.hex, b.hex, accepting: [0, 1])
      return output.lines.compactMap { CommitID(hex: $0) }.sorted()
    } catch { throw try await explained(error, [a, b]) }
  }

  public func isAncestor(_ ancestor: CommitID, of descendant: CommitID) async throws(GitError) -> Bool {
    do throws(GitError) {
      return try await git.run("merge-base", "--is-ancestor", ancestor.hex, descendant.hex, accepting: [0, 1]).status == 0
    } catch { throw try await explained(error, [ancestor, descendant]) }
  }

  public func isComplete(_ tip: CommitID, beyond known: [CommitID]) async throws(GitError) -> Bool {
    let present = try await existing(known)
    let listing = try await git.run(
      ["rev-list", "--objects", "--no-object-names", tip.hex, "--not"] + present.map(\.hex), accepting: Set(0...255))
    guard listing.status == 0 else { return false }
    if listing.standardOutput.isEmpty { return true }
    // rev-list looks only whether a blob's file is there; a power cut leaves empty files behind.
    let headers = try await git.run("cat-file", "--batch-check", input: listing.standardOutput, accepting: Set(0...255))
    return headers.status == 0 && headers.lines.count == listing.lines.count && headers.lines.allSatisfy { !$0.hasSuffix(" missing") }
  }

  private func existing(_ commits: [CommitID]) async throws(GitError) -> [CommitID] {
    if commits.isEmpty { return [] }
    let names = commits.map { "\($0.hex)\n" }.joined()
    let output = try await git.run("cat-file", "--batch-check", input: Array(names.utf8))
    return zip(commits, output.lines).filter { $0.1.split(separator: " ").dropFirst().first == "commit" }.map(\.0)
  }

  /// The failure of a walk, as a missing object where one of its ends is none.
  private func explained(_ error: GitError, _ commits: [CommitID]) async throws(GitError) -> GitError {
    guard case .commandFailed = error else { return error }
    let present = Set(try await existing(commits))
    return commits.first { !present.contains($0) }.map { .missingObject($0.hex) } ?? error
  }
}
