import Git
import Platform
import Tickets

/// Landings that are half done: main holds whole tickets only (DESIGN I1), and so must what leaves the house.
extension PrePush {
  /// Landings that died on a branch of this push. A run that lives will finish its own; moving the branch is its only commit point.
  func openLandings() throws(Failure) -> [PushFinding] {
    let pushed = lines.filter { !$0.isDeletion }
    if pushed.isEmpty { return [] }
    var findings: [PushFinding] = []
    for run in try JournalReader.runs(in: stateFolder) {
      let journal = stateFolder.appending("runs").appending(run.rawValue).appending("journal.jsonl")
      if try JournalReader.saysClosed(journal) { continue }
      let record = RunRecord(run: run, events: try JournalReader.events(of: journal))
      guard record.takenOverBy == nil, let intent = record.openIntent, record.started?.process.isAlive != true else { continue }
      let isPushed = pushed.contains { line in
        line.localName == intent.target.rawValue || line.localName == intent.target.short
          || ([intent.from, intent.to] + intent.tickets.map(\.commit)).contains { $0.hex == line.local?.hex }
      }
      if isPushed { findings.append(.openLanding(target: intent.target, run: run, tickets: intent.tickets.map(\.ticket))) }
    }
    return findings
  }

  /// Tickets of which a local branch has more commits than are pushed: the next commit after what is pushed belongs to the same landing.
  func partsOfTickets(_ pushed: PushedCommits) async throws(Failure) -> [PushFinding] {
    if pushed.all.allSatisfy({ $0.ticket == nil }) { return [] }
    let local: [PushedCommit]
    do throws(GitError) {
      // Branches of set-aside work start from landed commits, but carry no trailers.
      local = try await PushedCommit.list(
        git, ["--max-count=\(Self.mostCommits)", "--exclude=sage/*", "--branches", "--not", remotes], from: [])
    } catch { throw .git(error) }
    let landings = Dictionary((pushed.all + local).map { ($0.id, $0.landing) }) { first, _ in first }
    var next: [CommitID: PushedCommit] = [:]
    for commit in local {
      guard let landing = commit.landing, let parent = commit.parents.first, landings[parent] == landing else { continue }
      next[parent] = commit
    }
    if next.isEmpty { return [] }
    var findings: [PushFinding] = []
    for (tip, name) in tips(pushed) {
      let commits = pushed.reachable(from: tip.id)
      let ids = Set(commits.map(\.id))
      for commit in commits {
        guard let ticket = commit.ticket, var last = next[commit.id], !ids.contains(last.id) else { continue }
        while let later = next[last.id] { last = later }
        findings.append(.partOfTicket(ticket, to: name, last: last.id))
      }
    }
    return findings
  }
}
