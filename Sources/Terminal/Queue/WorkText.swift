import SageStream
import Tickets

/// A ticket's work below the ticket itself: where it is, then its commits as git shows them.
public struct WorkText: Sendable {
  private let work: TicketWork
  private let patch: String
  private let style: Style

  public init(_ work: TicketWork, patch: String, style: Style) {
    self.work = work
    self.patch = patch
    self.style = style
  }

  public var lines: [String] {
    let commits = work.count == 0 ? "nothing to change" : Amounts.count(work.count, "commit")
    let place =
      switch work.place {
      case .landed(let target): style.good("landed on \(target.harmless())")
      case .waiting: style.warning("finished, waits to land")
      case .held(let reason): style.warning("finished and held") + ": " + reason.harmless()
      case .parked(let branch): style.warning("parked on \(branch.harmless())")
      }
    let text = patch.split(separator: "\n", omittingEmptySubsequences: false).map { Self.harmless($0) }
    return ["", "\(place)  (\(commits))"] + (patch.isEmpty ? [] : [""] + (text.last == "" ? text.dropLast() : text[...]))
  }

  /// Text that agents wrote may colour a terminal, as git does, and nothing else.
  static func harmless(_ line: Substring) -> String {
    var text = ""
    var rest = line
    while let start = rest.firstIndex(of: "\u{1B}") {
      text += rest[..<start].harmless(keepingTabs: true)
      let after = rest[start...].dropFirst()
      let end = after.dropFirst().firstIndex { !($0.isASCII && $0.isNumber) && $0 != ";" }
      if after.first == "[", let end, rest[end] == "m" || rest[end] == "K" {
        text += rest[start...end]
        rest = rest[rest.index(after: end)...]
      } else {
        text += rest[start...start].harmless(keepingTabs: true)
        rest = after
      }
    }
    return text + rest.harmless(keepingTabs: true)
  }
}
