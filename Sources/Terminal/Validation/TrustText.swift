import SageStream
import Tickets

/// What `trust` shows: every validation command that the queue names, word for word, and who names it.
public struct TrustText: Sendable {
  private let list: TrustList
  private let isDryRun: Bool
  private let style: Style

  public init(_ list: TrustList, isDryRun: Bool, style: Style) {
    self.list = list
    self.isDryRun = isDryRun
    self.style = style
  }

  public var lines: [String] {
    if list.entries.isEmpty { return ["no open ticket of the queue names a validation command"] }
    return list.entries.flatMap(lines) + ["", closing]
  }

  private func lines(of entry: TrustList.Entry) -> [String] {
    let word = entry.isKnown ? "known" : style.warning("new  ")
    let owners = style.faint("(\(Amounts.list(entry.tickets.map(\.shown), limit: 5)))")
    let text = entry.command.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { String($0).harmless() }
    return ["\(word)  \(text.first ?? "")  \(owners)"] + text.dropFirst().map { "       \($0)" }
  }

  private var closing: String {
    let new = Amounts.count(list.new.count, "new command")
    if list.new.isEmpty { return "nothing new: all of them run after the workers of these tickets" }
    if isDryRun { return "\(new): git sage-stream trust records your consent" }
    return "consent recorded for \(new): from now on they run after the workers of these tickets, in their worktrees"
  }
}
