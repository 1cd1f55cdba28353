/// Writes commits that git signs (`git commit-tree -S`), for users with `commit.gpgsign`.
///
/// Author, committer, dates, encoding and message are as given, but for what git itself cleans up: white space and
/// punctuation around names, and control characters in them. The signature makes the id unpredictable.
public struct SignedCommitWriter: Sendable {
  private let git: GitCommand

  /// - Parameter git: git on the common folder.
  public init(git: GitCommand) { self.git = git.configured("core.fsync=committed") }

  /// Whether the user wants commits to be signed.
  ///
  /// - Throws: `GitError.badSetting`.
  public static func isWanted(_ configuration: GitConfiguration) throws(GitError) -> Bool {
    try configuration.bool("commit.gpgSign") ?? false
  }

  /// Writes one commit; it is durable when this returns.
  ///
  /// - Throws: `GitError.commandFailed` with the words of git and of the signing program, as when no key is there or nobody unlocked it.
  public func write(_ commit: CommitObject) async throws(GitError) -> CommitID {
    guard let author = Signature(parsing: commit.author), let committer = Signature(parsing: commit.committer) else {
      throw .unexpectedOutput(command: "git cat-file commit", output: String(decoding: commit.author + commit.committer, as: UTF8.self))
    }
    var git = git.setting(bytes: [
      "GIT_AUTHOR_NAME": author.name, "GIT_AUTHOR_EMAIL": author.email, "GIT_AUTHOR_DATE": date(author),
      "GIT_COMMITTER_NAME": committer.name, "GIT_COMMITTER_EMAIL": committer.email, "GIT_COMMITTER_DATE": date(committer),
    ])
    // Without this git would write the user's own encoding into the commit and not what the message is in.
    git = git.configured("i18n.commitEncoding=\(commit.encoding.map { String(decoding: $0, as: UTF8.self) } ?? "UTF-8")")
    let parents = commit.parents.flatMap { ["-p", $0.hex] }
    let output = try await git.run(["commit-tree", "-S", commit.tree.hex] + parents, input: commit.message)
    guard let id = CommitID(hex: output.text) else { throw .unexpectedOutput(command: "git commit-tree", output: output.text) }
    return id
  }

  /// The `@` keeps git from reading a small number as a year.
  private func date(_ signature: Signature) -> [UInt8] { Array("@\(signature.seconds) \(signature.zone)".utf8) }
}
