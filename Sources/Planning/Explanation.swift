import Tickets

/// Why a ticket can be worked on, or cannot: what `explain ID` shows.
public struct Explanation: Sendable, Equatable {
  /// Where the ticket stands.
  public enum Verdict: Sendable, Equatable {
    /// It may be started now.
    case ready
    /// It waits for the `blockers`.
    case blocked
    /// A worker is at it, or it is finished and waiting to land.
    case busy
    /// It is finished and its submission is held.
    case held
    case completed
    case deferred
    /// An epic that is open: its children are the work.
    case epic
    /// Its state is none that a run knows.
    case unknownState
  }

  /// Something that holds a ticket up.
  public struct Blocker: Sendable, Equatable {
    /// Who holds the ticket up.
    public let ticket: TicketID
    /// The title (or id) on one line.
    public let title: String
    /// Its state, that of the run where there is one.
    public let state: TicketState
    /// How many steps from the explained ticket, from 1.
    public let depth: Int
    /// Whether what holds it up itself stands further up in the list already.
    public let isRepeated: Bool
    /// The path that both would touch, where that is all that holds the ticket up.
    public let sharedPath: String?
    /// Why it is DEFERRED, as far as the queue says.
    public let deferReason: DeferReason?
  }

  /// The ticket that is explained.
  public let ticket: TicketID
  /// The title (or id) on one line.
  public let title: String
  /// Its state, that of the run where there is one.
  public let state: TicketState
  /// Its priority.
  public let priority: Priority
  /// Where it stands.
  public let verdict: Verdict
  /// Why it is DEFERRED, as far as the queue says.
  public let deferReason: DeferReason?
  /// All that holds the ticket up, each followed by what holds that up: the whole tree in reading order. Each ticket is unfolded once.
  public let blockers: [Blocker]
  /// What the ticket waits for no longer.
  public let satisfied: [TicketID]
}
