import Git
import Planning
import Platform
import Tickets

/// The queue as it stands at the pushed tips, where it is tracked.
extension PrePush {
  func queueFindings(_ pushed: PushedCommits) async throws(Failure) -> [PushFinding] {
    let tips = tips(pushed)
    if tips.isEmpty { return [] }
    let queue = queueFile
    do throws(GitError) {
      // What the remote has already is no news, even where it is wrong.
      let names = tips.map(\.commit.id) + pushed.borders
      let blobs = try await objects(names.map { Array("\($0.hex):\(queue.name)".utf8) })
      let old = Set(blobs.dropFirst(tips.count).compactMap { $0 })
      var findings: [PushFinding] = []
      for ((tip, name), blob) in zip(tips, blobs) {
        guard let blob else { continue }
        let index: TicketIndex
        do throws(TicketIndexError) { index = try TicketIndex(parsing: blob, tag: queue.tag) } catch {
          if !old.contains(blob) { findings.append(.unreadableQueue(error, at: name)) }
          continue
        }
        let graph = DependencyGraph(index)
        if !old.contains(blob) {
          findings += graph.findings.filter { $0.severity == .error }.map { .queueError($0, at: name) }
        }
        findings += try await stateFindings(graph, pushed.reachable(from: tip.id), at: name)
      }
      return findings
    } catch { throw .git(error) }
  }

  /// Tickets that the pushed commits land and whose states do not say so.
  private func stateFindings(_ graph: DependencyGraph, _ commits: [PushedCommit], at name: RefName) async throws(GitError) -> [PushFinding]
  {
    var findings: [PushFinding] = []
    var seen: Set<TicketID> = []
    for (place, commit) in commits.enumerated() {
      guard let ticket = commit.ticket, seen.insert(ticket).inserted, let entry = graph.index[ticket] else { continue }
      let later = commits[..<place].filter(\.isOurOwn)
      if !graph.satisfied(ticket, Progress()) {
        if try await !isReopened(ticket, by: later) {
          findings.append(.notCompleted(ticket, entry.state, commit: commit.id, at: name, fixedHere: isCompletedHere(ticket)))
        }
        continue
      }
      var open: [TicketID] = []
      for dependency in graph.blockers(of: ticket, Progress()) where try await !isReopened(dependency, by: later) {
        open.append(dependency)
      }
      if !open.isEmpty { findings.append(.openDependencies(ticket, open, commit: commit.id, at: name)) }
    }
    return findings
  }

  /// Whether a commit of ours that is no ticket's (an undo, a retry) took a ticket's completion back.
  private func isReopened(_ ticket: TicketID, by commits: [PushedCommit]) async throws(GitError) -> Bool {
    let queue = queueFile
    for commit in commits {
      guard let parent = commit.parents.first else { continue }
      let blobs = try await objects([commit.id, parent].map { Array("\($0.hex):\(queue.name)".utf8) })
      let states = blobs.map { $0.flatMap { try? TicketIndex(parsing: $0, tag: queue.tag) }?[ticket]?.state }
      if states[0] != .completed, states[1] == .completed { return true }
    }
    return false
  }

  /// Whether the queue in the work tree has what the commits lack.
  private func isCompletedHere(_ ticket: TicketID) -> Bool {
    guard let file = workTreeQueue else { return false }
    return (try? file.load())?[ticket]?.state == .completed
  }

  private var workTreeQueue: QueueFile? { (layout.mainWorkTree ?? layout.workTree).map { QueueFile.find(in: $0) } }

  /// The queue's path in the pushed trees: that of the work tree. A bare repository has none; there it is sage-dev's.
  var queueFile: (name: String, tag: String) {
    guard let file = workTreeQueue, let path = file.treePath else { return (QueueFile.sagePath, TicketIndex.defaultTag) }
    return (path.description, file.tag)
  }
}
