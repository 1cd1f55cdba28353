import Git
import Planning
import Platform
import Tickets

/// A reason not to push.
public enum PushFinding: Sendable, Equatable {
  /// A run died in the middle of a landing on the pushed branch; the next start finishes it.
  case openLanding(target: RefName, run: RunID, tickets: [TicketID])
  /// Only the first commits of a ticket are pushed; `last` is its last one.
  case partOfTicket(TicketID, to: RefName, last: CommitID)
  /// A pushed commit put the markers of an unresolved conflict into a file, and they are still there.
  case conflictMarkers(TreePath, CommitID)
  /// The queue at the pushed tip cannot be read.
  case unreadableQueue(TicketIndexError, at: RefName)
  /// A run would refuse the queue at the pushed tip.
  case queueError(Finding, at: RefName)
  /// A pushed commit lands a ticket that is not COMPLETED at the pushed tip. `fixedHere`: the queue in the work tree says it is.
  case notCompleted(TicketID, TicketState, commit: CommitID, at: RefName, fixedHere: Bool)
  /// A pushed commit lands a ticket that depends on tickets that are not COMPLETED at the pushed tip.
  case openDependencies(TicketID, [TicketID], commit: CommitID, at: RefName)
  /// Work that was set aside, or a reference that this tool keeps for itself.
  case parkedWork(RefName)
  case internalReference(RefName)
  /// `sageStream.prePush=verify`, and this tree does not pass the check.
  case notGreen(CommitID, to: RefName, TreeVerdict)
}

/// What a push came to.
public struct PushVerdict: Sendable, Equatable {
  /// Why it is refused; empty where it may go on. The most serious ones first.
  public var findings: [PushFinding] = []
  /// What could not be looked at. A push is never refused for these.
  public var warnings: [String] = []
  /// The queue's file in the pushed trees.
  public var queue: String

  public init(queue: String = QueueFile.sagePath) { self.queue = queue }
}

/// Knows which trees have passed the check: the seam for `sageStream.prePush=verify`.
public protocol TreeVerdicts: Sendable {
  /// What the check says of exactly this tree; runs it where nobody knows yet.
  ///
  /// - Throws: what kept it from being asked, which is not the tree's fault.
  func verdict(on tree: TreeID) async throws(Failure) -> TreeVerdict
}

/// What the check said of a tree, and where its output is.
public struct TreeVerdict: Sendable, Equatable {
  public let verdict: CheckVerdict
  public let log: FilePath?

  public init(_ verdict: CheckVerdict, log: FilePath? = nil) {
    self.verdict = verdict
    self.log = log
  }
}
