import Tickets

/// What the graph allows now: what can start, in which waves the rest follows, what stands in the way, and how many workers that is worth.
public struct Plan: Sendable {
  /// An open ticket that is not ready, and what it waits for.
  public struct Blocked: Sendable, Equatable {
    /// The ticket that waits.
    public let ticket: TicketID
    /// Its unsatisfied dependencies (see `DependencyGraph.blockers`), or else the busy tickets it overlaps with.
    public let by: [TicketID]

    /// A ticket and what it waits for.
    public init(ticket: TicketID, by: [TicketID]) {
      self.ticket = ticket
      self.by = by
    }
  }

  /// The longest chain of work.
  public struct CriticalPath: Sendable, Equatable {
    /// From the first to be worked on to the last.
    public let tickets: [TicketID]
    /// How many there are.
    public var length: Int { tickets.count }
  }

  /// Two tickets that would touch the same files.
  public struct Overlap: Sendable, Equatable {
    /// In file order.
    public let tickets: [TicketID]
    /// What both touch, normalised; of a folder and a file in it, the file.
    public let paths: [String]
  }

  /// How many overlaps are listed at most.
  public static let overlapLimit = 1000

  /// What may start now, in starting order; tickets that overlap with each other are all there.
  public let ready: [TicketID]
  /// All workable tickets, level by level: each waits only for tickets of earlier waves. Starting order within a wave.
  public let waves: [[TicketID]]
  /// Every open ticket that is not ready, in file order, also those behind a DEFERRED one.
  public let blocked: [Blocked]
  /// A longest chain among the workable tickets; of several, one that begins with what is started first.
  public let criticalPath: CriticalPath
  /// Pairs of workable tickets that never run at the same time, at most `overlapLimit`, in file order.
  public let overlaps: [Overlap]
  /// Whether `overlaps` are all there are.
  public let listsAllOverlaps: Bool
  /// The suggested number of workers: what was asked for, but no more than tickets can run, and at least 1.
  public let workers: Int
  /// The warnings about the queue, a line each, and one where overlaps are left out.
  public let warnings: [String]

  let graph: DependencyGraph
  let evaluation: Evaluation
  let selected: [Bool]

  /// Plans the selected tickets; what others do counts all the same. Linear in tickets, edges and what is listed, but for the sorting.
  ///
  /// - Parameter workers: how many are wanted, as `defaultWorkerCount(cores:)`.
  public init(_ graph: DependencyGraph, progress: Progress = Progress(), workers: Int, selection: Selection = .everything) {
    let evaluation = Evaluation(graph, progress)
    let order = StartingOrder(graph, evaluation)
    let tickets = graph.index.tickets
    let selected = selection == .everything ? nil : tickets.map { selection.contains($0) }
    func id(_ place: Int) -> TicketID { tickets[place].id }
    func isSelected(_ place: Int) -> Bool { selected?[place] ?? true }

    let (free, overlapping) = graph.freePlaces(evaluation)
    ready = order.sorted(free.filter(isSelected)).map(id)
    let work = order.sorted(tickets.indices.filter { evaluation.isWork($0) && isSelected($0) })
    waves = Self.waves(work, evaluation).map { $0.map(id) }
    blocked = Self.blocked(graph, evaluation, free: free, overlapping: overlapping).filter { isSelected($0.place) }.map {
      Blocked(ticket: id($0.place), by: $0.by.map(id))
    }
    criticalPath = CriticalPath(tickets: Self.longestChain(graph, evaluation, work).map(id))
    let pairs = graph.paths.pairs(among: work.sorted(), limit: Self.overlapLimit)
    overlaps = pairs.pairs.map { pair in
      Overlap(tickets: [id(pair.first), id(pair.second)], paths: pair.paths.map { graph.paths.names[Int($0)] })
    }
    listsAllOverlaps = pairs.isComplete
    self.workers = max(1, min(workers, work.count))
    warnings =
      graph.findings.filter { $0.severity == .warning }.map(\.description)
      + (pairs.isComplete ? [] : ["only the first \(Self.overlapLimit) overlaps are listed"])
    self.graph = graph
    self.evaluation = evaluation
    self.selected = selected ?? tickets.map { _ in true }
  }

  /// How many tickets the widest wave has.
  public var widest: Int { waves.map(\.count).max() ?? 0 }
}

extension Plan {
  private static func waves(_ work: [Int], _ evaluation: Evaluation) -> [[Int]] {
    var waves: [[Int]] = []
    for place in work {
      let level = Int(evaluation.level[place])
      while waves.count < level { waves.append([]) }
      waves[level - 1].append(place)
    }
    return waves.filter { !$0.isEmpty }
  }

  private static func blocked(
    _ graph: DependencyGraph, _ evaluation: Evaluation, free: [Int], overlapping: [Int]
  ) -> [(place: Int, by: [Int])] {
    let isFree = Set(free)
    let overlaps = Set(overlapping)
    let busy = overlapping.isEmpty ? [] : graph.index.tickets.indices.filter { evaluation.activity[$0] == .busy }
    let occupied = busy.map { ($0, PathTable.Occupied(graph.paths, by: [$0])) }
    return graph.index.tickets.indices.compactMap { place in
      guard evaluation.activity[place] == .open, !graph.isEpic[place], !isFree.contains(place) else { return nil }
      if overlaps.contains(place) { return (place, occupied.filter { $0.1.overlap(place) != nil }.map(\.0)) }
      return (place, graph.blockers(place, evaluation))
    }
  }

  /// Goes back from the first ticket of the last wave to one it waits for in the wave before, through epics and gates, down to the first.
  private static func longestChain(_ graph: DependencyGraph, _ evaluation: Evaluation, _ work: [Int]) -> [Int] {
    let longest = work.map { evaluation.level[$0] }.max() ?? 0
    guard var node = work.first(where: { evaluation.level[$0] == longest }) else { return [] }
    var chain = [node]
    var wanted = longest - 1
    while wanted > 0 {
      let next = graph.nodes.targets(of: node).first { evaluation.level[Int($0)] == wanted && evaluation.isWaiting(node, for: $0) }
      guard let next else { break }
      node = Int(next)
      if evaluation.isWork(node) {
        chain.append(node)
        wanted -= 1
      }
    }
    return chain.reversed()
  }
}
