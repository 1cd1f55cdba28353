import Tickets

/// How parallel a queue is.
public struct Parallelism: Sendable, Equatable {
  /// Tickets that a run could finish.
  public let workable: Int
  /// Those of them that could start now.
  public let ready: Int
  public let waves: Int
  /// The tickets of the largest wave.
  public let widestWave: Int
  /// The smallest number of workers, up to 64, with which the estimate is as short as it gets.
  public let worthwhileWorkers: Int
  /// The estimate with that many, and with one, in tickets one after the other.
  public let rounds: Int
  public let sequentialRounds: Int

  /// 0 to 1; 0 where there is nothing to do.
  public var readyShare: Double { workable == 0 ? 0 : Double(ready) / Double(workable) }

  /// Makes about a dozen estimates of the plan.
  public init(_ plan: Plan) {
    workable = plan.waves.reduce(0) { $0 + $1.count }
    ready = plan.ready.count
    waves = plan.waves.count
    widestWave = plan.widest
    sequentialRounds = plan.makespan(workers: 1)
    let most = max(1, min(64, workable))
    rounds = plan.makespan(workers: most)
    var (low, high) = (1, most)
    while low < high {
      let middle = (low + high) / 2
      if plan.makespan(workers: middle) <= rounds { high = middle } else { low = middle + 1 }
    }
    worthwhileWorkers = high
  }
}
