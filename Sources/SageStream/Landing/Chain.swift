import Git

/// The C library's wrapper has a type of this name as well; here it is always git's.
typealias FileMode = Git.FileMode

/// What is about to land: commits on top of the target's tip, existing as objects only.
struct Chain {
  let start: CommitID
  var end: CommitID
  var members: [PickedSubmission] = []
  /// A last commit that holds nothing but ticket states.
  var stateCommit: CommitID?
  /// Whether the members' commits carry the changes of their tickets' states.
  var statesAreFolded = false
  /// Set where this takes a run back.
  var undo: Undone?

  var isEmpty: Bool { start == end }

  /// One move of the target: to which commit, and the members that it brings.
  struct Move {
    let tip: CommitID
    let members: Range<Int>
  }

  /// The moves that bring the whole chain, each with at most so many members. Without members it is one.
  func moves(atMost limit: Int) -> [Move] {
    var moves: [Move] = []
    var first = 0
    while members.count - first > limit {
      moves.append(Move(tip: members[first + limit - 1].tip, members: first..<first + limit))
      first += limit
    }
    return moves + [Move(tip: end, members: first..<members.count)]
  }

  /// The first so many members alone.
  func prefix(_ count: Int) -> Chain {
    var chain = self
    chain.members = Array(members.prefix(count))
    chain.end = chain.members.last?.tip ?? start
    return chain
  }
}

/// What a landing came to for one submission.
public enum LandingResult: Sendable {
  case landed(Landed)
  /// It could land, but the user is working on its paths (or it needs one that is held).
  case held(reason: String)
  case conflicted(branch: RefName, report: ConflictReport)
  /// Nothing was left to land once excluded paths were dropped.
  case noChange
  case failed(AttemptFailure, branch: RefName?)
  /// The check did not pass.
  case rejected(Deferred)
  /// Nothing was decided: others landed first, and it is to be tried on top of them.
  case postponed
}
