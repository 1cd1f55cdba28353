import Planning
import Tickets

/// Everything `validate` has to say about a queue.
public struct FindingsText: Sendable {
  private let findings: [Finding]
  private let tickets: Int
  private let workable: Int
  private let style: Style

  /// - Parameters:
  ///   - tickets: how many the queue has.
  ///   - workable: how many of them a run could finish.
  public init(_ findings: [Finding], tickets: Int, workable: Int, style: Style) {
    self.findings = findings
    self.tickets = tickets
    self.workable = workable
    self.style = style
  }

  public var lines: [String] {
    let errors = findings.filter { $0.severity == .error }
    let warnings = findings.filter { $0.severity == .warning }
    return errors.map { style.bad("error: ") + $0.description.harmless() }
      + warnings.map { style.warning("warning: ") + $0.description.harmless() } + [verdict(errors.count, warnings.count)]
  }

  private func verdict(_ errors: Int, _ warnings: Int) -> String {
    let found = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }.map { Amounts.count($0.0, $0.1) }
    let size = "\(Amounts.count(tickets, "ticket")), \(workable) can be worked on"
    if errors > 0 { return "\(Amounts.list(found)) in \(Amounts.count(tickets, "ticket")); a run refuses this queue" }
    return found.isEmpty ? style.good("the queue is sound: ") + size : "the queue can be used: \(size); \(Amounts.list(found))"
  }
}
