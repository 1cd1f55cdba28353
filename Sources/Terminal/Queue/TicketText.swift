import Tickets

/// One ticket as the queue has it.
public struct TicketText: Sendable {
  private let ticket: Ticket
  private let style: Style

  public init(_ ticket: Ticket, style: Style) {
    self.ticket = ticket
    self.style = style
  }

  public var lines: [String] {
    let head = style.strong(ticket.id.shown) + (ticket.title.map { "  \($0.harmless())" } ?? "")
    return [head] + facts + why + text + criteria
  }

  private var facts: [String] {
    let type = ticket.type.map { ", \($0.harmless())" } ?? ""
    let waits = ticket.dependencies + ticket.blockedBy
    return ["\(ticket.state.text.harmless()), \(ticket.priority)\(type), component \(ticket.component.harmless())"]
      + named("depends on", waits.map(\.shown)) + named("blocks", ticket.blocks.map(\.shown))
      + named("parent", [ticket.parent].compactMap { $0?.shown }) + named("children", ticket.children.map(\.shown))
      + named("touches", ticket.targetFiles.map { $0.harmless() })
  }

  private var why: [String] {
    guard let reason = ticket.deferReason else { return [] }
    let words = [reason.category, reason.message].filter { !$0.isEmpty }.map { $0.oneLine }.joined(separator: ": ")
    return ["\(style.warning("deferred:")) \(words)"]
  }

  private var text: [String] {
    guard let description = ticket.description else { return [] }
    return [""] + description.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { $0.harmless(keepingTabs: true) }
  }

  private var criteria: [String] {
    let criteria = ticket.acceptanceCriteria
    return criteria.isEmpty ? [] : ["", "done when"] + criteria.map { "  - \($0.oneLine)" }
  }

  private func named(_ name: String, _ items: [String]) -> [String] { items.isEmpty ? [] : ["\(name): \(Amounts.list(items, limit: 20))"] }
}

extension String {
  /// The text on one line and harmless.
  var oneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ").harmless() }
}

extension String {
  /// The text without blanks around it.
  var trimmed: String { String(drop(while: \.isWhitespace)).trimmedEnd }
}
