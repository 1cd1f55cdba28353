import Git
import Planning
import Platform
import Tickets

/// Looks at one repository, prerequisite by prerequisite. What cannot be found out is a finding of its own and hides nothing else.
struct Inspection {
  let project: Project
  let wish: Examination.Wish
  /// How many tickets a run could finish; nil where the queue cannot be used.
  let workable: Int?

  func fill(_ examination: inout Examination) async {
    ways(&examination)
    let worktrees = await worktrees(&examination)
    let target = await target(worktrees, &examination)
    operations(worktrees, target, &examination)
    let identity = await identity(&examination)
    await signing(identity, &examination)
    await worker(target, &examination)
    await room(target, worktrees, &examination)
    workflowMode(&examination)
    let locks = locks(worktrees, target, &examination)
    await leftOvers(worktrees, target, without: locks, &examination)
  }

  // MARK: - What goes which way

  private func ways(_ examination: inout Examination) {
    let engine = project.settings.engine
    let problem = LibGit2Store.canOpen(gitFolder: project.layout.commonFolder)
    let way: Prerequisite.Way =
      switch (engine, problem) {
      case (.git, _): .chosen(.git)
      case (.libgit2, let problem?): .impossible(problem)
      case (.libgit2, nil): .chosen(.libgit2)
      case (.automatic, let problem?): .gitBecause(problem)
      case (.automatic, nil): .libgit2
      }
    let configuration = project.configuration
    examination.note(.objects, .way(way))
    examination.note(
      .merges, .way(.merges(drivers: configuration.subsections(of: "merge").filter { configuration.isSet("merge.\($0).driver") })))
    let filters = configuration.subsections(of: "filter").filter { name in
      ["process", "smudge", "clean"].contains { configuration.isSet("filter.\(name).\($0)") }
    }
    let isSparse = (try? configuration.bool("core.sparseCheckout")) == true
    examination.note(.checkouts, .way(.checkouts(filters: filters, isSparse: isSparse)))
    examination.note(.commits, .way(.commits(signed: project.signsCommits)))
  }

  // MARK: - Where it lands

  private func worktrees(_ examination: inout Examination) async -> [Worktree] {
    do throws(GitError) { return try await WorktreeList.read(project.layout) } catch {
      examination.note(.repository, .failure(.git(error)))
      return []
    }
  }

  private func target(_ worktrees: [Worktree], _ examination: inout Examination) async -> RefName? {
    let target: RefName
    do throws(Failure) { target = try await project.target(onto: wish.onto) } catch {
      examination.note(.target, .failure(error))
      return nil
    }
    examination.note(.target, .target(target, checkouts: worktrees.filter { $0.branch == target && $0.exists && !$0.isBare }.map(\.path)))
    // `refs/heads/sage` would be a file where `refs/heads/sage/<ticket>` needs a folder.
    let sage = RefName.branch("sage")
    let blocks = try? await project.git.run("rev-parse", "--verify", "--quiet", sage.rawValue, accepting: [0, 1, 128]).status == 0
    if blocks == true {
      examination.note(.target, .failure(.git(.referenceInTheWay(RefName(sage.rawValue + "/<ticket>"), by: sage))))
    }
    return target
  }

  private func operations(_ worktrees: [Worktree], _ target: RefName?, _ examination: inout Examination) {
    var found = false
    for worktree in worktrees where !worktree.isBare && worktree.exists && !isSlot(worktree) {
      do throws(GitError) {
        for operation in try Operation.inProgress(in: worktree.gitFolder) {
          let stops = target.map { operation.branches.contains($0) } ?? false
          guard stops || worktree.branch == target || worktree.isMain else { continue }
          found = true
          examination.note(.operations, .operation(operation, worktree.path, stopsLanding: stops))
        }
      } catch {
        found = true
        examination.note(.operations, .failure(.git(error)))
      }
    }
    if !found { examination.note(.operations, .noOperation) }
  }

  private func isSlot(_ worktree: Worktree) -> Bool { !worktree.isMain && worktree.path.starts(with: project.resolvedWorktreeRoot) }

  // MARK: - Who commits

  private func identity(_ examination: inout Examination) async -> Signature? {
    do throws(GitError) {
      let committer = try await Signature.committer(project.git)
      _ = try await Signature.author(project.git)
      let words = committer.name + Array(" <".utf8) + committer.email + Array(">".utf8)
      examination.note(.identity, .identity(String(decoding: words, as: UTF8.self)))
      return committer
    } catch {
      if case .identityUnknown(let message) = error {
        examination.note(.identity, .failure(.noIdentity(message)))
      } else {
        examination.note(.identity, .failure(.git(error)))
      }
      return nil
    }
  }

  /// Signs a commit that no repository ever gets: its object goes to a folder that is removed again.
  private func signing(_ identity: Signature?, _ examination: inout Examination) async {
    guard project.signsCommits else { return examination.note(.signing, .unsigned) }
    guard let identity else { return }
    let program = project.configuration.string("gpg.format") ?? "openpgp"
    do {
      let scratch = try Folder.temporary(prefix: "sage-stream-validate")
      defer { try? Folder.removeTree(scratch) }
      let git = project.git.setting([
        "GIT_OBJECT_DIRECTORY": scratch.string,
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": project.layout.commonFolder.appending("objects").string,
      ])
      guard let tree = TreeID(hex: try await git.run("hash-object", "-t", "tree", "/dev/null").text) else { return }
      _ = try await SignedCommitWriter(git: git).write(
        CommitObject(tree: tree, parents: [], author: identity.bytes, committer: identity.bytes, message: Array("Try to sign\n".utf8)))
      examination.note(.signing, .signed(program: program))
    } catch let error as GitError {
      if case .commandFailed(_, _, let message) = error {
        examination.note(.signing, .cannotSign(message))
      } else {
        examination.note(.signing, .failure(.git(error)))
      }
    } catch { examination.note(.signing, .failure(Failure(error, at: "/tmp"))) }
  }

  private func workflowMode(_ examination: inout Examination) {
    // Task Master has no such thing.
    guard let workTree = project.layout.mainWorkTree ?? project.layout.workTree, !project.queueFile.isTaskMaster else { return }
    let file = workTree.appending(".sage/workflow-mode")
    do throws(Errno) {
      switch try File.readText(file).map({ $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }) {
      case nil: examination.note(.workflow, .noWorkflowMode)
      case "TICKET_BASED": examination.note(.workflow, .ticketBased)
      case let other?: examination.note(.workflow, .failure(.workflowMode(other)))
      }
    } catch { examination.note(.workflow, .failure(.fileSystem(path: file, error))) }
  }
}
