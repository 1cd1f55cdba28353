import SageStream

/// What working in parallel was worth: the last lines of a summary.
struct FiguresText {
  let summary: RunSummary
  let figures: RunFigures
  /// From the start of an attempt until its ticket had landed, in seconds.
  let secondsToLand: [Double]
  let earlier: Velocity?

  var lines: [String] {
    guard summary.workSeconds > 0 else { return [] }
    return [times] + [lost, used, velocity].compactMap { $0 }
  }

  private var times: String {
    let times = "wall time \(Amounts.duration(summary.wallSeconds)), work \(Amounts.duration(summary.workSeconds))"
    if summary.workers == 1 { return times }
    return "\(times): speedup \(Amounts.decimal(summary.speedup)), efficiency \(summary.efficiencyWords)"
  }

  private var lost: String? {
    let parts = [("dependencies", figures.toDependencies), ("landing", figures.toLanding), ("throttling", figures.toThrottling)]
    let shown = parts.filter { $0.1 >= 1 }.map { "\(Amounts.duration($0.1)) to \($0.0)" }
    return shown.isEmpty || summary.workers == 1 ? nil : "time lost by idle workers: \(shown.joined(separator: ", "))"
  }

  private var used: String? {
    let parts = UsageText.parts(figures.state.usage)
    return parts.isEmpty ? nil : "used \(parts.joined(separator: ", "))"
  }

  private var velocity: String? {
    guard let now = Velocity([(summary.wallSeconds, secondsToLand)]) else { return nil }
    func words(_ velocity: Velocity) -> String {
      "\(Amounts.decimal(velocity.ticketsPerHour)) tickets an hour, median \(Amounts.duration(velocity.medianSeconds))"
    }
    let before = earlier.map { " (earlier runs: \(words($0)))" } ?? ""
    return "velocity \(words(now))\(before)"
  }
}

extension RunSummary {
  /// `93 % of 2 workers`, or of the longest chain of tickets where that is what kept the run from being shorter.
  var efficiencyWords: String {
    let chain = criticalSeconds > workSeconds / Double(max(1, workers))
    let of = chain ? "the longest chain, \(Amounts.duration(criticalSeconds))" : Amounts.count(workers, "worker")
    return "\(Amounts.percent(efficiency)) of \(of)"
  }
}
