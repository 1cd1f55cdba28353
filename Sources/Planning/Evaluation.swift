import Tickets

/// The graph as it stands at one moment of a run. One pass over nodes and edges.
struct Evaluation: Sendable {
  /// What a ticket is doing, whatever the index says.
  enum Activity: UInt8 {
    /// Open: work that nobody has taken.
    case open
    case busy
    /// Submitted, and held: others may build on it.
    case held
    case completed
    /// DEFERRED, in an unknown state, or not counted at all.
    case stuck
  }

  let activity: [Activity]
  /// For tickets that are no epics: COMPLETED or held. For epics: all such tickets below. For gates: all that is waited for.
  private(set) var isDone: [Bool]
  /// The same with "or can get there by this run" behind each word.
  private(set) var isReachable: [Bool]
  /// In which wave a ticket that can be reached is worked on, from 1; 0 where nothing is left to do. For epics and gates the last wave that
  /// they wait for.
  private(set) var level: [Int32]
  private let isEpic: [Bool]

  init(_ graph: DependencyGraph, _ progress: Progress) {
    let count = graph.index.tickets.count
    activity = graph.activity(progress)
    isEpic = graph.isEpic
    isDone = [Bool](repeating: true, count: graph.nodes.count)
    isReachable = isDone
    level = [Int32](repeating: 0, count: graph.nodes.count)
    // A node in a cycle is met before all it leads to has been: then what it waits for must not seem done yet.
    for place in 0..<count where isEpic[place] || (activity[place] != .completed && activity[place] != .held) {
      isDone[place] = false
      isReachable[place] = false
    }
    for node in count..<graph.nodes.count {
      isDone[node] = false
      isReachable[node] = false
    }
    for node in graph.order.lazy.map(Int.init) {
      if node < count && !isEpic[node] {
        visit(ticket: node, targets: graph.nodes.targets(of: node))
      } else {
        visit(joint: node, isEpic: node < count, targets: graph.nodes.targets(of: node))
      }
    }
  }

  private mutating func visit(ticket node: Int, targets: ArraySlice<Int32>) {
    switch activity[node] {
    case .completed, .held, .stuck: return
    case .busy:
      isReachable[node] = true
      level[node] = 1
    case .open:
      var last: Int32 = 0
      for target in targets {
        guard canBeSatisfied(target) else { return }
        last = max(last, levelWaitedFor(target))
      }
      isReachable[node] = true
      level[node] = last + 1
    }
  }

  private mutating func visit(joint node: Int, isEpic: Bool, targets: ArraySlice<Int32>) {
    var done = true
    var reachable = true
    var last: Int32 = 0
    for target in targets {
      // An epic counts the tickets below it itself; that an epic below it is called COMPLETED does not finish them.
      done = done && (isEpic ? isDone[Int(target)] : isSatisfied(target))
      reachable = reachable && (isEpic ? isReachable[Int(target)] : canBeSatisfied(target))
      last = max(last, isEpic ? level[Int(target)] : levelWaitedFor(target))
    }
    isDone[node] = done
    isReachable[node] = reachable
    level[node] = last
  }
}

extension Evaluation {
  /// Whether an epic is called COMPLETED, which satisfies those that wait for it, whatever is below.
  private func isCompletedEpic(_ node: Int) -> Bool { node < isEpic.count && isEpic[node] && activity[node] == .completed }

  /// Whether what waits for this node need not wait any longer.
  func isSatisfied(_ node: Int32) -> Bool { isDone[Int(node)] || isCompletedEpic(Int(node)) }

  /// Whether this run can satisfy what waits for this node.
  func canBeSatisfied(_ node: Int32) -> Bool { isReachable[Int(node)] || isCompletedEpic(Int(node)) }

  private func levelWaitedFor(_ node: Int32) -> Int32 { isCompletedEpic(Int(node)) ? 0 : level[Int(node)] }

  /// Whether the edge between two nodes still holds the first one up.
  func isWaiting(_ node: Int, for target: Int32) -> Bool {
    node < isEpic.count && isEpic[node] ? !isDone[Int(target)] : !isSatisfied(target)
  }

  /// Whether a ticket is work that this run can still finish: workable, or busy.
  func isWork(_ place: Int) -> Bool { place < isEpic.count && !isEpic[place] && level[place] > 0 && isReachable[place] }
}

extension DependencyGraph {
  fileprivate func activity(_ progress: Progress) -> [Evaluation.Activity] {
    var activity = index.tickets.indices.map { isCounted[$0] ? Evaluation.Activity(index.tickets[$0].state) : .stuck }
    for (id, state) in progress.states {
      if let place = index.position(of: id) { activity[place] = Evaluation.Activity(state) }
    }
    for id in progress.busy {
      if let place = index.position(of: id), activity[place] != .completed { activity[place] = .busy }
    }
    for id in progress.held {
      if let place = index.position(of: id), activity[place] != .completed { activity[place] = .held }
    }
    return activity
  }
}

extension Evaluation.Activity {
  init(_ state: TicketState) {
    switch state {
    case .unprocessed, .inProgress: self = .open
    case .completed: self = .completed
    case .deferred, .other: self = .stuck
    }
  }
}
