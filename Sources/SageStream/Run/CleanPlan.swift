import Git
import Platform
import Tickets

/// What `clean` may remove, decided from journals, references and files alone; making the plan changes nothing.
public struct CleanPlan: Sendable {
  public enum Item: Sendable, Equatable {
    case reference(RefName, CommitID)
    case run(RunID)
    case slot(FilePath)
    /// A worktree that was set aside.
    case aside(FilePath)
    case report(TicketID, FilePath)
    /// A worktree in which a conflict is finished by hand, and what is remembered of it.
    case resolution(TicketID, FilePath)
  }

  /// Each with the reason for which it may go.
  public var removed: [(item: Item, reason: String)] = []
  /// Each with the reason for which it stays.
  public var kept: [(item: Item, reason: String)] = []
}

/// Makes the plan of one `clean`.
///
/// Landed is what the target can be shown to hold: the commits that an attempt landed as are ancestors of its tip. Everything else goes only
/// when it is older than the user says.
struct CleanPlanner {
  let project: Project
  let store: any ObjectStore
  let tip: CommitID
  let names: TicketNames
  let tickets: [TicketID: TicketState]
  let records: [RunRecord]
  let olderThan: WallTime?

  private func isOld(_ run: RunID) -> Bool { olderThan.map { run.rawValue.prefix(15) < $0.compact } ?? false }

  func plan() async throws(Failure) -> CleanPlan {
    var plan = CleanPlan()
    do {
      let landed = try await landedAttempts()
      let finished = try await finishedByHand(landed)
      try await planAttempts(landed, finished, &plan)
      try await planParked(landed, finished, &plan)
      planRuns(&plan)
      try planReports(&plan)
    } catch { throw Failure(error) }
    return plan
  }

  /// The submissions that are on the target, as their references name them.
  private func landedAttempts() async throws -> [RefName: Landed] {
    var found: [RefName: Landed] = [:]
    for landing in records.flatMap(\.landed) {
      guard let last = landing.commits.last, (try? await store.isAncestor(last, of: tip)) == true else { continue }
      found[InternalReference.attempt(names.name(of: landing.ticket), landing.attempt)] = landing
    }
    return found
  }

  /// Work that conflicted and is on the target all the same, as somebody finished it (`resolve`).
  private func finishedByHand(_ landed: [RefName: Landed]) async throws -> Set<CommitID> {
    let made = records.reduce(into: [:]) { $0.merge($1.resolutions) { $1 } }
    var found: Set<CommitID> = []
    for reference in landed.keys {
      if let tip = try await store.resolve(reference), let original = made[tip] { found.insert(original) }
    }
    return found
  }

  private func planAttempts(_ landed: [RefName: Landed], _ finished: Set<CommitID>, _ plan: inout CleanPlan) async throws {
    for kind in ["attempts", "salvage", "retry"] {
      for (reference, commit) in try await store.references(startingWith: InternalReference.prefix + kind + "/") {
        let item = CleanPlan.Item.reference(reference, commit)
        // `<run>.<n>`, and a third part for strays.
        let run = reference.rawValue.split(separator: "/").last.flatMap { RunID($0.prefix(20)) }
        if let landing = landed[reference], landing.excluded.isEmpty {
          plan.removed.append((item, "landed"))
        } else if landed[reference] == nil, finished.contains(commit) {
          plan.removed.append((item, Self.finishedReason))
        } else if let run, isOld(run) {
          plan.removed.append((item, "older than you say"))
        } else if let path = landed[reference]?.excluded.first {
          plan.kept.append((item, "has changes that were left out when it landed, such as \(path)"))
        } else {
          let reasons = ["retry": "the next attempt starts with it", "salvage": "saved work that has not landed"]
          plan.kept.append((item, reasons[kind] ?? "has not landed"))
        }
      }
    }
  }

  private static let finishedReason = "landed, as its conflict was resolved"

  private func planParked(_ landed: [RefName: Landed], _ finished: Set<CommitID>, _ plan: inout CleanPlan) async throws {
    let checkedOut = Set(try await WorktreeList.read(project.layout).compactMap(\.branch))
    var tips: Set<CommitID> = []
    for reference in landed.keys { if let tip = try await store.resolve(reference) { tips.insert(tip) } }
    for (branch, commit) in try await store.references(startingWith: "refs/heads/sage/") {
      let item = CleanPlan.Item.reference(branch, commit)
      let isMerged = try await store.isAncestor(commit, of: tip)
      if checkedOut.contains(branch) {
        plan.kept.append((item, "checked out"))
      } else if tips.contains(commit) || isMerged {
        plan.removed.append((item, "landed"))
      } else if finished.contains(commit) {
        plan.removed.append((item, Self.finishedReason))
      } else if let limit = olderThan, let date = Signature(parsing: try await store.commit(commit).committer),
        date.seconds < limit.seconds
      {
        plan.removed.append((item, "older than you say"))
      } else {
        plan.kept.append((item, "parked work that has not landed"))
      }
    }
  }

  /// The newest run stays for `status`, the newest that landed for `undo`, and what nobody has finished yet for the next start.
  private func planRuns(_ plan: inout CleanPlan) {
    let newest = records.last { $0.started?.verb == nil }?.run
    let undoable = records.last { !$0.landed.isEmpty }?.run
    for record in records {
      let item = CleanPlan.Item.run(record.run)
      let open = record.setAside.keys.filter { tickets[$0] == .deferred }.sorted()
      if !record.isClosed {
        plan.kept.append((item, "not finished; the next run takes it over"))
      } else if record.run == newest {
        plan.kept.append((item, "the newest run"))
      } else if record.run == undoable || record.undone != nil && !isOld(record.run) {
        plan.kept.append((item, "can be undone"))
      } else if !open.isEmpty, !isOld(record.run) {
        plan.kept.append((item, "has the logs of \(open.prefix(3).map(\.displayed).joined(separator: ", ")), set aside"))
      } else {
        plan.removed.append((item, open.isEmpty ? "all of it is done" : "older than you say"))
      }
    }
  }

  private func planReports(_ plan: inout CleanPlan) throws {
    let store = ConflictStore(stateFolder: project.stateFolder, names: names)
    for report in try store.all().reports {
      let item = CleanPlan.Item.report(report.ticket, store.path(of: report.ticket))
      if tickets[report.ticket] == .deferred {
        plan.kept.append((item, "the conflict is open"))
      } else {
        plan.removed.append((item, "\(report.ticket.displayed) is no longer set aside"))
      }
    }
  }
}
