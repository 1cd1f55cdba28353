import Git
import Tickets

/// What has landed, seen from a queue that belongs to another branch: the user has switched in the checkout from which it is read, and
/// a landing that brought its states along in its commits is not part of that branch.
///
/// Such a queue calls work open that is done, and a worker that is given it again finds nothing to do.
struct LandedElsewhere {
  let project: Project
  let store: any ObjectStore
  let target: RefName

  /// The target's own queue, where the one that is read is not of the target's checkout and so may not know of landings. Nil where it
  /// does (what it says is the user's wish then), and where the target has no queue.
  func queueOfTarget() async throws(GitError) -> TicketIndex? {
    let file = project.queueFile
    guard let path = file.treePath, let workTree = file.workTree else { return nil }
    if try await WorktreeList.branches(project.layout).contains(where: { $0.path == workTree && $0.branch == target }) { return nil }
    guard let tip = try await store.resolve(target) else { return nil }
    return try await queue(at: path, of: tip)
  }

  /// The tickets that are open in `index` and COMPLETED in `landed`, the target's queue, by landings that the checked out branch does not
  /// contain. What an undo took back is not landed; what the branch itself calls COMPLETED and the file does not, the user has opened again.
  func tickets(openIn index: TicketIndex, of landed: TicketIndex) async throws(GitError) -> [TicketID] {
    let late = index.tickets.filter {
      ($0.state == .unprocessed || $0.state == .inProgress) && landed[$0.id]?.state == .completed
    }
    guard !late.isEmpty, let path = project.queueFile.treePath, let tip = try await store.resolve(target),
      let head = try await WorktreeList.read(project.layout).first(where: { $0.path == project.queueFile.workTree })?.head
    else { return [] }
    let committed = try await queue(at: path, of: head)
    var runs: [String: String] = [:]
    var undone: Set<String> = []
    for id in try await store.commits(reachableFrom: tip, excluding: [head]) {
      let message = try await store.commit(id).message
      if let undo = Trailers.value(of: "Sage-Undo", in: message) { undone.insert(undo) }
      if let ticket = Trailers.value(of: "Sage-Ticket", in: message) { runs[ticket] = Trailers.value(of: "Sage-Run", in: message) ?? "" }
    }
    return late.map(\.id).filter { ticket in
      if committed?[ticket]?.state == .completed { return false }
      return runs[ticket.rawValue].map { !undone.contains("\(ticket.rawValue) \($0)") } ?? false
    }
  }

  private func queue(at path: TreePath, of commit: CommitID) async throws(GitError) -> TicketIndex? {
    guard let entry = try await store.entry(path, in: store.commit(commit).tree), entry.mode == .file || entry.mode == .executable else {
      return nil
    }
    return try? TicketIndex(parsing: try await store.blob(entry.id.of(BlobKind.self)), tag: project.queueFile.tag)
  }
}
