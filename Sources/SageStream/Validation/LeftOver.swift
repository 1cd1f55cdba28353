import Git
import Platform

/// Something that a dead process left behind. The next run puts the first kinds in order; `validate --repair` all of them.
public enum LeftOver: Sendable, Equatable {
  /// - Parameter isInLanding: it died while it moved the target.
  case deadRun(RunID, isInLanding: Bool)
  /// Finished work that waits for the next run.
  case waitingWork(RunID, tickets: Int)
  /// A worktree that stays locked because the process that made it died.
  case lockedWorktree(FilePath)
  /// A slot that is registered and gone.
  case missingWorktree(FilePath)
  case temporaryFile(FilePath)
  /// `core.bare` is true although there is a work tree.
  case bareFlag
}

/// Finds what dead processes left, and changes nothing.
struct LeftOvers {
  let project: Project

  /// A bare repository has no index, and is not called `.git`.
  static func hasTurnedBareFlag(_ layout: RepositoryLayout) -> Bool {
    guard layout.isBare, layout.commonFolder.lastComponent == ".git" else { return false }
    return (try? FileStatus.of(layout.commonFolder.appending("index"))) != nil
  }

  func find(_ worktrees: [Worktree]) throws(Failure) -> [LeftOver] {
    var found: [LeftOver] = Self.hasTurnedBareFlag(project.layout) ? [.bareFlag] : []
    found += try runs()
    let root = project.resolvedWorktreeRoot
    for worktree in worktrees where !worktree.isMain {
      let isOurs = worktree.path.starts(with: root)
      if Self.isStuck(worktree, isOurs: isOurs) { found.append(.lockedWorktree(worktree.path)) }
      if isOurs, !worktree.exists { found.append(.missingWorktree(worktree.path)) }
    }
    return found + Self.temporaryFiles(of: project).map { .temporaryFile($0) }
  }

  private func runs() throws(Failure) -> [LeftOver] {
    var found: [LeftOver] = []
    for run in try JournalReader.runs(in: project.stateFolder) {
      if try JournalReader.saysClosed(project.runFolder(run).appending("journal.jsonl")) { continue }
      let record = try project.record(of: run)
      guard let started = record.started, !record.isClosed, record.finished != nil || !started.process.isAlive else { continue }
      if record.finished == nil || record.openIntent != nil {
        found.append(.deadRun(run, isInLanding: record.openIntent != nil))
      } else if !record.submissions.isEmpty {
        found.append(.waitingWork(run, tickets: record.submissions.count))
      }
    }
    return found
  }

  /// Whether a worktree is locked by a `git worktree add` that died: in a place of ours at once, elsewhere when nothing has changed for a minute.
  static func isStuck(_ worktree: Worktree, isOurs: Bool, now: WallTime = .now) -> Bool {
    let lock = worktree.gitFolder.appending("locked")
    guard let text = try? File.readText(lock), text.hasPrefix("initializing"), let status = try? FileStatus.of(lock) else { return false }
    return isOurs || status.modified < Double(now.seconds - 60)
  }

  /// Temporary files (`<name>.tmp.<pid>`) of processes that are gone, beside the queue and in the state folder.
  static func temporaryFiles(of project: Project) -> [FilePath] {
    let state = project.stateFolder
    var folders = [project.queueFile.path.removingLastComponent(), state, state.appending("conflicts"), state.appending("requests")]
    folders += ((try? JournalReader.runs(in: state)) ?? []).map(project.runFolder)
    return folders.flatMap { folder -> [FilePath] in
      guard (try? FileStatus.of(folder))?.kind == .directory, let names = try? Folder.names(in: folder) else { return [] }
      return names.filter { name in
        let parts = String(decoding: name, as: UTF8.self).split(separator: ".")
        guard parts.count > 2, parts[parts.count - 2] == "tmp", let pid = parts.last.flatMap({ Int32($0) }), pid > 0 else { return false }
        return ProcessIdentity(of: pid) == nil
      }.map { folder.appending(bytes: $0) }.sorted { $0.string < $1.string }
    }
  }
}
