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
