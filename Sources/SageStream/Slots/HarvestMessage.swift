import Tickets

/// The message of a commit that we make of a worker's uncommitted changes: `<type>(<component>): #<ID> <title>`.
struct HarvestMessage: Sendable {
  let text: String

  init(_ ticket: Ticket) {
    let type = Self.oneLine(ticket.type ?? "").lowercased()
    let title = ticket.title.map { " " + Self.oneLine($0) } ?? ""
    text = "\(type.isEmpty ? "task" : type)(\(Self.oneLine(ticket.component))): #\(Self.oneLine(ticket.id.rawValue))\(title)"
  }

  /// The text verbatim, but for control characters: a commit's first line has none.
  private static func oneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars { line.unicodeScalars.append(TicketID.isControl(scalar) ? " " : scalar) }
    return line
  }
}
