import Planning
import Platform
import Tickets

/// The ticket queue with its dependency graph.
public struct Queue: Sendable {
  public let index: TicketIndex
  public let graph: DependencyGraph
  public let file: FilePath

  public var findings: [Finding] { graph.findings }

  public init(_ index: TicketIndex, file: FilePath) {
    self.index = index
    self.file = file
    graph = DependencyGraph(index)
  }

  /// Why a run refuses this queue; nil where it does not.
  public var refusal: Failure? {
    let errors = findings.filter { $0.severity == .error }
    return errors.isEmpty ? nil : .queueRefused(file, errors)
  }

  var titles: [TicketID: String] { Dictionary(index.tickets.map { ($0.id, $0.displayTitle) }) { first, _ in first } }

  /// Ids that somebody may have meant: the same in another case, or with another number of zeros.
  public func idsLike(_ ticket: TicketID) -> [TicketID] {
    func key(_ id: TicketID) -> String { id.rawValue.lowercased().filter { $0 != "0" && $0 != "-" && $0 != "_" } }
    let wanted = key(ticket)
    return Array(index.tickets.map(\.id).filter { key($0) == wanted }.prefix(3))
  }

  func title(of ticket: TicketID) -> String { index[ticket]?.displayTitle ?? ticket.rawValue }
}
