import Git

/// `--push`: what a run landed leaves the house when the whole of it has landed, through git and its pre-push hooks.
public struct PushAfterRun: Sendable {
  /// What became of it.
  public enum Outcome: Sendable, Equatable {
    /// Not everything landed, or nothing did: there is nothing to push yet.
    case notDue
    case pushed(to: String)
    /// git, or a hook, refused; it has said why.
    case refused(by: String)
    /// The branch has no remote that it could go to.
    case noRemote(RefName)

    /// Whether a push was due and did not happen.
    public var hasFailed: Bool {
      switch self {
      case .notDue, .pushed: false
      case .refused, .noRemote: true
      }
    }
  }

  let project: Project
  let onto: String?

  public init(project: Project, onto: String?) {
    self.project = project
    self.onto = onto
  }

  /// Pushes the target to the remote that `git push` would take: `branch.<name>.pushRemote`, `remote.pushDefault`,
  /// `branch.<name>.remote`, else `origin` or the only one there is.
  ///
  /// Nothing is pushed unless every ticket of the run landed. The run lock is not held any more.
  ///
  /// - Throws: `Failure.git`, and what `Project.target` throws.
  public func push(after summary: RunSummary) async throws(Failure) -> Outcome {
    guard summary.exitStatus == 0, !summary.landed.isEmpty else { return .notDue }
    let target = try await project.target(onto: onto)
    let settings = project.configuration
    let remotes: [String]
    do throws(GitError) { remotes = try await project.git.run("remote").lines.map { String($0) } } catch { throw .git(error) }
    let named =
      settings.string("branch.\(target.short).pushRemote") ?? settings.string("remote.pushDefault")
      ?? settings.string("branch.\(target.short).remote")
    guard let remote = named ?? (remotes.contains("origin") ? "origin" : remotes.count == 1 ? remotes.first : nil) else {
      return .noRemote(target)
    }
    let status = await project.layout.gitHere.push(target, to: remote)
    return status == 0 ? .pushed(to: remote) : .refused(by: remote)
  }
}
