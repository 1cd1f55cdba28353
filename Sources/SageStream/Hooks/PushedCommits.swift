import Git
import Tickets

/// A commit as far as the hook looks at it.
struct PushedCommit: Sendable {
  /// A ticket's commits in one run: they are pushed together or not at all.
  struct Landing: Hashable, Sendable {
    let ticket: TicketID
    let run: String?
  }

  let id: CommitID
  let tree: TreeID
  let parents: [CommitID]
  /// What the trailer `Sage-Ticket` says.
  let ticket: TicketID?
  /// What the trailer `Sage-Run` says.
  let run: String?

  var landing: Landing? { ticket.map { Landing(ticket: $0, run: run) } }
  /// Written by this tool and no ticket's: an undo, a retry, the states of a run.
  var isOurOwn: Bool { ticket == nil && run != nil }

  /// Reads one record of `format`.
  init?(_ record: ArraySlice<UInt8>) {
    let lines = record.split(separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
    guard lines.count == 4, let id = CommitID(hex: lines[0]), let tree = TreeID(hex: lines[1]) else { return nil }
    self.id = id
    self.tree = tree
    parents = lines[2].split(separator: UInt8(ascii: " ")).compactMap { CommitID(hex: $0) }
    // Most commits of most pushes have no trailer of ours, and searching is cheaper than reading.
    let message = Array(lines[3])
    ticket = Trailers.value(of: "Sage-Ticket", in: message).map { TicketID($0) }
    run = Trailers.value(of: "Sage-Run", in: message)
  }

  static let format = "--format=%H%n%T%n%P%n%B%x00"

  /// Runs `git rev-list` with these arguments; newest first, children before parents.
  static func list(_ git: GitCommand, _ arguments: [String], from tips: [String]) async throws(GitError) -> [PushedCommit] {
    let output = try await git.run(
      ["rev-list", "--topo-order", "--no-commit-header", format, "--ignore-missing", "--stdin"] + arguments,
      input: Array(tips.joined(separator: "\n").utf8) + [UInt8(ascii: "\n")])
    return output.standardOutput.split(separator: 0).compactMap { PushedCommit($0.drop { $0 == UInt8(ascii: "\n") }) }
  }
}

/// The commits of a push: what the remote will have afterwards and has not now, as far as that is known here.
struct PushedCommits: Sendable {
  /// Newest first; a child always stands before its parents.
  let all: [PushedCommit]
  let places: [CommitID: Int]
  /// Parents of pushed commits that the remote has already.
  let borders: [CommitID]

  init(_ all: [PushedCommit]) {
    self.all = all
    places = Dictionary(all.enumerated().map { ($1.id, $0) }) { first, _ in first }
    var seen: Set<CommitID> = []
    var borders: [CommitID] = []
    for commit in all {
      for parent in commit.parents where places[parent] == nil && seen.insert(parent).inserted { borders.append(parent) }
    }
    self.borders = borders
  }

  subscript(_ id: CommitID) -> PushedCommit? { places[id].map { all[$0] } }

  /// The pushed commits that a tip brings along, newest first; empty where the remote has the tip.
  func reachable(from tip: CommitID) -> [PushedCommit] {
    guard let start = places[tip] else { return [] }
    var isReached = [Bool](repeating: false, count: all.count)
    isReached[start] = true
    var found: [PushedCommit] = []
    for place in start..<all.count where isReached[place] {
      found.append(all[place])
      for parent in all[place].parents { if let next = places[parent] { isReached[next] = true } }
    }
    return found
  }
}
