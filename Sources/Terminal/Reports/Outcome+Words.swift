import Platform
import SageStream
import Tickets

extension RunReport.Outcome {
  /// In a word or two, the same on the terminal, in Markdown and on the page.
  var word: String {
    switch self {
    case .running: "running"
    case .waiting: "waits to land"
    case .landed: "landed"
    case .conflicted: "conflict"
    case .failed: "failed"
    case .deferred: "deferred"
    case .held: "held"
    case .throttled: "throttled"
    case .stopped: "stopped"
    case .died: "died"
    case .notStarted: "not started"
    }
  }

  var tone: PageTone {
    switch self {
    case .landed: .good
    case .conflicted, .failed, .died: .bad
    case .deferred, .throttled, .stopped: .warn
    case .running, .waiting: .info
    case .held: .hold
    case .notStarted: .idle
    }
  }

  /// In the order in which they are counted.
  static let all: [RunReport.Outcome] = [
    .landed, .conflicted, .failed, .deferred, .held, .waiting, .running, .throttled, .stopped, .died, .notStarted,
  ]

  func paint(_ style: Style) -> (String) -> String {
    switch tone {
    case .good: style.good
    case .bad: style.bad
    case .warn, .hold: style.warning
    case .info: style.name
    case .idle, .done: style.faint
    }
  }
}

extension RunReport {
  /// `landed 3, conflict 2`: what occurs, each with how often.
  var counts: [(outcome: Outcome, count: Int)] { Outcome.all.map { ($0, count($0)) }.filter { $0.1 > 0 } }

  var target: String { started?.target.short ?? "the target" }

  /// What the run is called where it is the subject.
  var stateWord: String {
    switch state {
    case .running: "running"
    case .finished: "finished"
    case .interrupted: "interrupted"
    case .dead: "died"
    }
  }

  /// How much work went on at once.
  var figures: [(name: String, value: String)] {
    var figures = [("wall time", Amounts.duration(wallSeconds)), ("work", Amounts.duration(workSeconds))]
    if wallSeconds > 0, workSeconds > 0, started?.workers ?? 1 > 1 {
      figures.append(("speedup", Amounts.decimal(workSeconds / wallSeconds)))
      if let summary { figures.append(("efficiency", summary.efficiencyWords)) }
    }
    if throttled > 0 { figures.append(("throttled", Amounts.count(throttled, "attempt"))) }
    if let tokens = usage.words { figures.append(("tokens", tokens)) }
    if let cost = usage.costUSD { figures.append(("cost", UsageText.dollars(cost))) }
    return figures.map { (name: $0.0, value: $0.1) }
  }

  /// What kept the run from being shorter, however many workers there were; empty where only one ticket is on it.
  func criticalPath(in queue: Queue?) -> [TicketID] {
    let path = queue?.graph.heaviestChain(weights) ?? []
    return path.count > 1 ? path : []
  }

  /// From the end of a ticket's work to what came of it, over all its attempts.
  func waited(_ ticket: TicketID) -> Double? {
    let own = waits.filter { $0.ticket == ticket }
    return own.isEmpty ? nil : own.reduce(0) { $0 + max(0, ($1.end ?? endTime) - $1.start) }
  }
}

extension WorkerUsage {
  /// `12.3k in, 678 out`; nil where nothing was reported.
  var words: String? {
    let parts = [(inputTokens, "in"), (outputTokens, "out")].compactMap { count, word in count.map { "\(UsageText.count($0)) \(word)" } }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
