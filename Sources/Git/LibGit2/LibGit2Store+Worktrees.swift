internal import CLibGit2
import Platform

extension LibGit2Store {
  /// Registers a worktree without a checkout. libgit2 1.5 knows only worktrees on a branch, so it is made on a throwaway
  /// one, which goes as soon as HEAD is detached. What is left of a failure is the caller's to remove, but for the branch.
  func registerWorktree(name: String, path: FilePath, at commit: CommitID) async throws(GitError) {
    let branch = RefName.branch("sage-stream-slot-\(name)-\(UInt32.random(in: 0 ... .max))")
    let reason = "git-sage-stream: new slot"
    try await update(branch, from: .absent, to: commit, reason: reason)
    let failure: GitError?
    do throws(GitError) {
      try addWorktree(name: name, path: path, on: branch)
      try detachHead(ofWorktree: path, at: commit)
      failure = nil
    } catch { failure = error }
    try await update(branch, from: .commit(commit), to: nil, reason: reason)
    if let failure { throw failure }
  }

  private func addWorktree(name: String, path: FilePath, on branch: RefName) throws(GitError) {
    let reference = try Handle("git_reference_lookup", free: git_reference_free) {
      git_reference_lookup(&$0, repository.raw, branch.rawValue)
    }
    var options = git_worktree_add_options()
    try call("git_worktree_add_options_init") { git_worktree_add_options_init(&options, UInt32(GIT_WORKTREE_ADD_OPTIONS_VERSION)) }
    options.ref = reference.raw
    options.checkout_options.checkout_strategy = GIT_CHECKOUT_NONE.rawValue
    _ = try Handle("git_worktree_add", free: git_worktree_free) { out in
      path.withPlatformString { git_worktree_add(&out, repository.raw, name, $0, &options) }
    }
  }

  private func detachHead(ofWorktree path: FilePath, at commit: CommitID) throws(GitError) {
    let worktree = try Handle("git_repository_open", free: git_repository_free) { out in
      path.withPlatformString { git_repository_open(&out, $0) }
    }
    var oid = try commit.oid
    try call("git_repository_set_head_detached") { git_repository_set_head_detached(worktree.raw, &oid) }
  }
}
