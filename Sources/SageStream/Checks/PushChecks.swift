import Git
import Platform
import Tickets

/// `sageStream.prePush=verify`: answers what the check says of a pushed tree, from what is remembered, or by running it.
///
/// It needs no run and takes no lock but that of the worktree in which the check runs, which it shares with runs that go on. What it does is
/// written to a journal of its own, `push/<id>/` in the state folder, where the check's log lies too; the newest ten are kept.
public final class PushChecks: TreeVerdicts {
  private let project: Project
  private let runner: CheckRunner
  private let store: @Sendable () throws(GitError) -> any ObjectStore

  /// - Parameter started: told when the check begins to run on what is pushed.
  /// - Returns: nil where no check is configured.
  /// - Throws: `Failure.fileSystem` where there is no place for the log.
  public static func make(for project: Project, started: @escaping @Sendable (CheckStarted) -> Void) async throws(Failure) -> PushChecks? {
    guard let command = project.settings.check, !command.allSatisfy(\.isWhitespace) else { return nil }
    let id = RunID(at: .now, random: .random(in: 0 ... .max))
    let parent = project.stateFolder.appending("push")
    let folder = parent.appending(id.rawValue)
    do throws(Errno) {
      try Folder.create(folder, permissions: FilePermissions(rawValue: 0o700))
      let names = try Folder.names(in: parent).map { String(decoding: $0, as: UTF8.self) }.filter { RunID($0) != nil }.sorted()
      for old in names.dropLast(10) { try Folder.removeTree(parent.appending(old)) }
    } catch { throw .fileSystem(path: folder, error) }
    let journal = try Journal(run: id, folder: folder) { event in
      if case .checkStarted(let check) = event.fact { started(check) }
    }
    let target: RefName
    do throws(Failure) { target = try await project.target(onto: nil) } catch { target = .branch("HEAD") }
    let keeper = project.makeKeeper(RunOptions(), names: TicketNames([]), journal: journal, target: target)
    return PushChecks(project, CheckRunner(command: command, keeper: keeper, stateFolder: project.stateFolder))
  }

  private init(_ project: Project, _ runner: CheckRunner) {
    self.project = project
    self.runner = runner
    store = { () throws(GitError) in try project.makeStore() }
  }

  /// Ends a check that runs; there is no verdict then.
  public func stop() { runner.stop.make() }

  public func verdict(on tree: TreeID) async throws(Failure) -> TreeVerdict {
    let key: TreeID
    let commit: CommitID
    do throws(GitError) {
      key = try await store().treeToCheck(tree, queue: project.queueFile.treePath)
      if let known = runner.known(key) { return TreeVerdict(known.verdict, log: known.log) }
      // The check may look at HEAD; a commit of this tree stands for whatever is pushed. Nothing names it.
      let git = project.git.setting([
        "GIT_AUTHOR_NAME": "git sage-stream", "GIT_AUTHOR_EMAIL": "sage-stream@localhost", "GIT_COMMITTER_NAME": "git sage-stream",
        "GIT_COMMITTER_EMAIL": "sage-stream@localhost",
      ])
      let made = try await git.run("commit-tree", "--no-gpg-sign", tree.hex, "-m", "What is about to be pushed")
      guard let id = CommitID(hex: made.text) else { throw .unexpectedOutput(command: "git commit-tree", output: made.text) }
      commit = id
    } catch { throw .git(error) }
    do throws(Failure) {
      let result = try await runner.run(commit, tree: key, tickets: [])
      return TreeVerdict(result.verdict, log: result.log)
    } catch {
      guard case .checkCannotRun(_, let status, _) = error else { throw error }
      return TreeVerdict(.cannotRun(status: status), log: nil)
    }
  }
}
