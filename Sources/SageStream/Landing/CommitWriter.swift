import Git

/// Writes the commits of a landing: through the object store, or signed by git where the user signs commits.
struct CommitWriter {
  let store: any ObjectStore
  let signer: SignedCommitWriter?

  func write(_ commit: CommitObject) async throws(GitError) -> CommitID {
    if let signer {
      // git signs, and sees only what is on the disk.
      try store.flush()
      return try await signer.write(commit)
    }
    return try await store.writeCommit(commit)
  }
}
