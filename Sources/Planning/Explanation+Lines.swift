import Tickets

extension Explanation {
  /// The explanation for a person, line by line, without colour: who it is, `READY` or `BLOCKED` (or what else there is to say), and the tree
  /// of blockers, indented by depth (no further than 30 steps).
  public var lines: [String] {
    var lines = [
      title == ticket.rawValue ? ticket.displayed : "\(ticket.displayed)  \(title)",
      "\(verdictText) (\(Self.oneLine(state.text)), \(priority))\(introduction)",
    ]
    if let deferReason { lines.append("  " + Self.text(deferReason)) }
    lines += blockers.map(Self.line)
    if !satisfied.isEmpty {
      let shown = satisfied.prefix(20).map(\.displayed).joined(separator: ", ")
      lines.append("satisfied: " + shown + (satisfied.count > 20 ? " and \(satisfied.count - 20) more" : ""))
    }
    return lines
  }

  private var verdictText: String {
    switch verdict {
    case .ready: "READY"
    case .blocked: "BLOCKED"
    case .busy: "RUNNING"
    case .held: "HELD"
    case .completed: "COMPLETED"
    case .deferred: "DEFERRED"
    case .epic: "EPIC"
    case .unknownState: "NEVER WORKED ON"
    }
  }

  /// What the tree below is.
  private var introduction: String {
    switch verdict {
    case _ where blockers.isEmpty: verdict == .epic ? ", all its tickets are done" : ""
    case .epic: ", still open in it:"
    case .blocked: blockers.contains { $0.sharedPath != nil } ? ", shares files with:" : ", waits for:"
    default: ", would wait for:"
    }
  }

  private static func line(_ blocker: Blocker) -> String {
    var line = String(repeating: "  ", count: min(blocker.depth, 30)) + "\(blocker.ticket.displayed)  \(oneLine(blocker.state.text))"
    if blocker.title != blocker.ticket.rawValue { line += "  \(blocker.title)" }
    if let path = blocker.sharedPath { line += "  (\(path.isEmpty ? "the whole repository" : oneLine(path)))" }
    if let reason = blocker.deferReason { line += "  (\(text(reason)))" }
    if blocker.isRepeated { line += "  (see above)" }
    return line
  }

  private static func text(_ reason: DeferReason) -> String {
    oneLine([reason.category, reason.message].filter { !$0.isEmpty }.joined(separator: ": "))
  }

  private static func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { TicketID.isControl($0) ? " " : $0 }))
  }
}
