/// One entry of the queue.
///
/// What planning needs is read at once; long texts (`Ticket+Details.swift`) are read from the ticket's own bytes when somebody asks. A field
/// of a shape nobody expects counts as absent.
public struct Ticket: Sendable {
  /// The id, verbatim; empty where the entry has none, which is an error finding.
  public let id: TicketID
  /// The `title`, nil where it is missing or empty.
  public let title: String?
  /// The `type` as written; real queues mix the case.
  public let type: String?
  /// The `state`; a ticket without one is UNPROCESSED.
  public let state: TicketState
  /// Whether the entry names a state at all.
  public let namesState: Bool
  /// The `priority`, P2 where there is none.
  public let priority: Priority
  /// What `dependencies` lists, in order, as written.
  public let dependencies: [TicketID]
  /// What `blockedBy` lists: it counts like `dependencies`.
  public let blockedBy: [TicketID]
  /// What `blocks` lists: the inverse of `dependencies`.
  public let blocks: [TicketID]
  /// The `parent`.
  public let parent: TicketID?
  /// What `children` lists.
  public let children: [TicketID]
  /// The paths of `targetFiles`, then those of `tasks[].files`, each once, as written.
  public let targetFiles: [String]
  /// Fields that say who waits for whom but cannot be read, in file order.
  public let unreadableFields: [String]

  let componentField: String?
  /// The kind of file that this ticket stands in.
  let format: QueueFormat
  /// The whole file, shared with the index, and where this ticket stands in it.
  let file: [UInt8]
  let range: Range<Int>

  /// The title, or the id where there is none.
  public var displayTitle: String { title ?? id.rawValue }

  /// The `component` field, else the id's prefix: the part before its first dash, or the whole id where nothing stands before one.
  public var component: String {
    if let componentField { return componentField }
    let prefix = id.rawValue.prefix { $0 != "-" }
    return prefix.isEmpty ? id.rawValue : String(prefix)
  }

  /// The ticket's own bytes, from brace to brace, as they stand in the file.
  public var rawJSON: [UInt8] { Array(file[range]) }
}

extension Ticket {
  /// The title (or id) on one line and safe to show: every control character, line breaks among them, reads as a blank.
  public var titleOnOneLine: String {
    guard displayTitle.unicodeScalars.contains(where: TicketID.isControl) else { return displayTitle }
    var text = ""
    for scalar in displayTitle.unicodeScalars { text.unicodeScalars.append(TicketID.isControl(scalar) ? " " : scalar) }
    return text
  }
}
