import Tickets

/// Something in the queue that is wrong, or odd.
public enum Finding: Sendable, Equatable {
  /// Whether a run refuses the queue for it.
  public enum Severity: Sendable { case error, warning }

  /// Why an id cannot be used.
  public enum IDProblem: Sendable, Equatable {
    case empty
    /// Over 200 bytes of UTF-8.
    case tooLong(bytes: Int)
    case controlCharacter
    case surroundingWhiteSpace
  }

  // Errors.
  /// `times` tickets have this id.
  case duplicateID(TicketID, times: Int)
  /// The id of the ticket at this place of the list (from 1) cannot be used.
  case unusableID(TicketID, place: Int, IDProblem)
  /// A ticket waits for one that does not exist; `field` says where.
  case unknownDependency(TicketID, on: TicketID, field: String)
  /// Each ticket waits for the next one, and the last for the first. Where an epic stands in it, those before it wait for the epic or are its
  /// children, and those after it are what the epic waits for.
  case cycle([TicketID])
  /// Each ticket's parent is the next one, and the last one's is the first.
  case parentLoop([TicketID])

  // Warnings.
  /// A ticket names a parent that does not exist.
  case unknownParent(TicketID, parent: TicketID)
  /// A ticket names a child that does not exist.
  case unknownChild(TicketID, child: TicketID)
  /// A ticket is to block one that does not exist.
  case unknownBlocked(TicketID, blocks: TicketID)
  /// A ticket is COMPLETED although these, which it lists, are not.
  case completedBeforeDependencies(TicketID, [TicketID])
  /// A ticket's state is none of the four.
  case unknownState(TicketID, String)
  /// A ticket names no state; it counts as UNPROCESSED.
  case missingState(TicketID)
  /// A field that says who waits for whom is neither an id nor a list of ids.
  case unreadableField(TicketID, field: String)

  /// Errors keep a run from starting; warnings are only shown.
  public var severity: Severity {
    switch self {
    case .duplicateID, .unusableID, .unknownDependency, .cycle, .parentLoop: .error
    case .unknownParent, .unknownChild, .unknownBlocked, .completedBeforeDependencies, .unknownState, .missingState, .unreadableField:
      .warning
    }
  }
}
