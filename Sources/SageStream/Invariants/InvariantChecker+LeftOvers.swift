import Git
import Platform
import Tickets

// What processes that were killed leave behind (I7, I8); `validate --repair`, and mostly the next run as well, puts it in order.
extension InvariantChecker {
  /// What `LeftOvers` knows, and what is cheap for the next run to mend but should never be seen after one.
  static func leftOvers(
    in project: Project, _ records: [RunRecord], without known: [LeftOver], _ knownLocks: Set<FilePath>
  ) async throws(Failure) -> [InvariantFinding] {
    let isBusy = records.contains(where: \.isAlive)
    let worktrees: [Worktree]
    do throws(GitError) { worktrees = try await WorktreeList.read(project.layout) } catch { throw .git(error) }
    var findings = try LeftOvers(project: project).find(worktrees).filter { !known.contains($0) }.compactMap { InvariantFinding($0) }
    if isBusy { return findings }
    for slot in SlotFolder.all(in: project.worktreeRoot, commonFolder: project.layout.commonFolder) {
      guard GitFolderState(slot).hasLocks, ProcessIdentity.working(in: slot.path).allSatisfy({ $0.pid == getpid() }) else { continue }
      findings.append(mendable("locks of dead processes are in the worktree \(slot.path.string)"))
    }
    for lock in try deadLocks(in: project, worktrees) where !knownLocks.contains(lock) {
      findings.append(mendable("\(lock.string) belongs to a run that is gone"))
    }
    do throws(GitError) {
      let store = try project.makeStore()
      if !records.contains(where: { $0.openIntent != nil }) {
        for (pending, _) in try await store.references(startingWith: InternalReference.prefix + "pending/") {
          findings.append(InvariantFinding(.recovery, "\(pending) keeps a landing that is over", isMendable: true))
        }
      }
    } catch { throw .git(error) }
    for ticket in (try? project.loadQueue())?.index.tickets ?? [] where ticket.state == .inProgress {
      findings.append(InvariantFinding(.queue, "\(ticket.id.displayed) is IN_PROGRESS, and nobody works on it", isMendable: true))
    }
    return findings
  }

  private static func mendable(_ sentence: String) -> InvariantFinding { InvariantFinding(.leftovers, sentence, isMendable: true) }

  /// Index locks, index copies and lock sources of ours, in the git folders of all worktrees, and locks on our own references.
  private static func deadLocks(in project: Project, _ worktrees: [Worktree]) throws(Failure) -> [FilePath] {
    let common = project.layout.commonFolder
    do throws(Errno) {
      var found: [FilePath] = []
      for worktree in worktrees { found += try IndexLock.files(in: worktree.gitFolder) }
      for folder in ["refs/sage-stream", "refs/heads/sage"] { found += try StaleReferenceLocks.locks(below: common.appending(folder)) }
      return found
    } catch { throw .fileSystem(path: common, error) }
  }
}

extension InvariantFinding {
  /// Nil for what is no harm: finished work that waits for the next run.
  fileprivate init?(_ leftOver: LeftOver) {
    switch leftOver {
    case .waitingWork: return nil
    case .deadRun(let run, true):
      self.init(.recovery, "a landing of run \(run) was cut short; the next run finishes it or takes it back", isMendable: true)
    case .deadRun(let run, false): self.init(.recovery, "run \(run) died; the next run goes on with what it left", isMendable: true)
    case .lockedWorktree(let path):
      self.init(.leftovers, "the worktree \(path.string) is locked by a process that died while making it", isMendable: true)
    case .missingWorktree(let path):
      self.init(.leftovers, "the worktree \(path.string) is gone, and git has it registered", isMendable: true)
    case .temporaryFile(let path): self.init(.leftovers, "\(path.string) is a temporary file of a process that is gone", isMendable: true)
    case .bareFlag: self.init(.leftovers, "core.bare is true in a repository with a work tree", isMendable: true)
    }
  }
}
