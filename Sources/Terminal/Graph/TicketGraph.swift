import Planning
import Tickets

/// The dependency graph as it is drawn: tickets with their states, who must be done before whom, and the critical path.
///
/// Edges lead from what is done first to what waits for it. A dependency that a ticket inherits from its epic is drawn once, at the epic.
public struct TicketGraph: Sendable {
  public struct Node: Sendable, Equatable {
    let id: TicketID
    let title: String
    /// Its state in a word or two.
    let state: String
    let tone: PageTone
    let isEpic: Bool
    /// The place of the epic that it belongs to; never a loop.
    let epic: Int?
    let isCritical: Bool
  }

  public struct Edge: Sendable, Hashable {
    let from: Int
    let to: Int
    let isCritical: Bool
  }

  public let nodes: [Node]
  public let edges: [Edge]
  /// From the first to be worked on to the last.
  public let criticalPath: [TicketID]

  /// What is said of a ticket.
  public struct State: Sendable, Equatable {
    let word: String
    let tone: PageTone

    init(_ word: String, _ tone: PageTone) {
      self.word = word
      self.tone = tone
    }
  }

  /// - Parameters:
  ///   - criticalPath: in the order of work.
  ///   - selection: which tickets are drawn; the epics above them come along.
  public init(
    _ graph: DependencyGraph, criticalPath: [TicketID], selection: Selection = .everything, state: (Ticket) -> State
  ) {
    let tickets = graph.index.tickets
    var epicOf: [TicketID: TicketID] = [:]
    for ticket in tickets where graph.isEpic(ticket.id) {
      for child in graph.children(of: ticket.id) where epicOf[child] == nil {
        // A loop of parents, which the queue reports, is drawn as if its last step were not there.
        if !Self.leads(from: ticket.id, to: child, epicOf) { epicOf[child] = ticket.id }
      }
    }
    var drawn = Set(tickets.lazy.filter { selection.contains($0) }.map(\.id))
    for id in drawn {
      var next = epicOf[id]
      while let epic = next, drawn.insert(epic).inserted { next = epicOf[epic] }
    }
    // Of tickets with one id the first counts.
    let shown = tickets.filter { drawn.remove($0.id) != nil }
    let places = Dictionary(uniqueKeysWithValues: shown.enumerated().map { ($0.element.id, $0.offset) })
    let critical = Set(criticalPath)
    nodes = shown.map { ticket in
      let state = state(ticket)
      return Node(
        id: ticket.id, title: ticket.title.map { $0.oneLine } ?? "", state: state.word, tone: state.tone, isEpic: graph.isEpic(ticket.id),
        epic: epicOf[ticket.id].flatMap { places[$0] }, isCritical: critical.contains(ticket.id))
    }
    let steps = Self.steps(criticalPath, epicOf, graph)
    edges = shown.enumerated().flatMap { to, ticket in
      graph.ownDependencies(of: ticket.id).compactMap { dependency in
        places[dependency].map { Edge(from: $0, to: to, isCritical: steps.contains([dependency, ticket.id])) }
      }
    }
    self.criticalPath = criticalPath
  }

  private static func leads(from id: TicketID, to epic: TicketID, _ epicOf: [TicketID: TicketID]) -> Bool {
    var next: TicketID? = id
    while let above = next {
      if above == epic { return true }
      next = epicOf[above]
    }
    return false
  }

  /// The edges on the critical path: between two of its tickets, or between the epics above them.
  private static func steps(_ path: [TicketID], _ epicOf: [TicketID: TicketID], _ graph: DependencyGraph) -> Set<[TicketID]> {
    func withEpics(_ id: TicketID) -> [TicketID] {
      var ids = [id]
      while let last = ids.last, let epic = epicOf[last], !ids.contains(epic) { ids.append(epic) }
      return ids
    }
    var steps: Set<[TicketID]> = []
    for (first, second) in zip(path, path.dropFirst()) {
      let before = Set(withEpics(first))
      // Usually one step; more where tickets that are done lie between them.
      var ways = withEpics(second).map { [$0] }
      var seen = Set(ways.joined())
      var next = 0
      search: while next < ways.count {
        let way = ways[next]
        next += 1
        for dependency in way.last.map({ graph.ownDependencies(of: $0) }) ?? [] {
          if before.contains(dependency) {
            for step in zip(way, way.dropFirst() + [dependency]) { steps.insert([step.1, step.0]) }
            break search
          }
          if seen.insert(dependency).inserted { ways.append(way + [dependency]) }
        }
      }
    }
    return steps
  }

  /// The states that occur, each once, in the order of the nodes.
  var states: [State] {
    nodes.reduce(into: []) { states, node in
      let state = State(node.state, node.tone)
      if !states.contains(state) { states.append(state) }
    }
  }
}

extension TicketGraph {
  /// The graph of a plan: what is done, what is ready, what waits, and what cannot be reached.
  public init(_ plan: Plan, of graph: DependencyGraph, selection: Selection = .everything) {
    let ready = Set(plan.ready)
    let workable = Set(plan.waves.joined())
    self.init(graph, criticalPath: plan.criticalPath.tickets, selection: selection) { ticket in
      switch ticket.state {
      case .completed: State("completed", .done)
      case .deferred: State("set aside", .bad)
      case .other(let text): State(text, .warn)
      case .unprocessed, .inProgress:
        if graph.isEpic(ticket.id) {
          State("epic", .idle)
        } else if ready.contains(ticket.id) {
          State("ready", .info)
        } else {
          workable.contains(ticket.id) ? State("waits", .hold) : State("out of reach", .warn)
        }
      }
    }
  }
}
