import Git
import Platform
import Tickets

// What a run does about its agent: who it is, what it costs, when it refuses.
extension Run {
  /// Takes a worker into service: looks whether its program is there, and says what several at once multiply.
  ///
  /// - Throws: `Failure.agentNotFound`, before any worktree exists.
  func employ(_ worker: Worker, _ state: RunState) throws(Failure) {
    state.command = worker.command
    state.agent = worker.agent
    guard let agent = worker.agent else { return }
    if case .program = agent.call, agent.path(in: project.environment) == nil {
      throw .agentNotFound(name: agent.name, program: agent.program)
    }
    if state.workers > 1 {
      let history = UsageHistory(agent.name, in: project.stateFolder)
      try state.journal.append(.warning(Self.multiplies(state.workers, agent.name, history)))
    }
    if options.maxCost != nil, agent.output.cost == nil, !agent.output.isAider {
      try state.journal.append(.warning("\(agent.name) does not say what it costs, so --max-cost counts only what result files say"))
    }
  }

  static func multiplies(_ workers: Int, _ name: String, _ history: UsageHistory) -> String {
    let sentence = "\(workers) \(name) agents at once use tokens, limits and money up to \(workers) times as fast as one"
    let parts = [
      history.inputTokens.map { "\($0) tokens in" }, history.outputTokens.map { "\($0) tokens out" },
      history.costUSD.map { "\(dollars($0))" },
    ].compactMap(\.self)
    if parts.isEmpty { return sentence + "; nothing is known yet of what a ticket takes" }
    let attempts = history.attempts == 1 ? "1 attempt" : "the median of \(history.attempts) attempts"
    return sentence + "; a ticket took \(parts.joined(separator: ", ")) so far (\(attempts))"
  }

  /// Adds up what attempts cost; at the limit nothing more is started.
  func note(_ usage: WorkerUsage, _ state: RunState) {
    state.spending.add(usage)
    guard let most = options.maxCost, state.spending.usd >= most, !state.isStopping else { return }
    state.stop("the tickets so far cost \(dollars(state.spending.usd)), and --max-cost is \(dollars(most))")
  }

  /// An attempt that met a limit: the ticket is work still, and waits.
  ///
  /// A limit is the agent's, not the ticket's: nothing else is started with it before that is over. Of a plain command nothing is known,
  /// so only its ticket waits.
  func throttled(_ report: AttemptReport, until: WallTime?, message: String?, _ state: RunState) throws(Failure) {
    let ticket = report.attempt.ticket
    state.throttledAttempts += 1
    guard var pause = state.throttle.throttled(ticket) else {
      state.declined.insert(ticket)
      try state.journal.append(.warning("\(ticket.displayed) was throttled \(Throttle.mostTries) times; it stays as it is"))
      return
    }
    let name = state.agent?.name ?? "the worker"
    if let until {
      // A little later than promised: clocks differ.
      let seconds = max(0, until - .now) + 1
      if seconds > Self.longestWait {
        state.declined.insert(ticket)
        try state.journal.append(.agentPaused(agent: name, until: until, message: message ?? "throttled"))
        return state.stop("\(name) takes no work before \(until.localClock(today: .now)); start again then")
      }
      pause = .milliseconds(Int64(seconds * 1000))
    }
    try state.journal.append(
      .throttled(attempt: report.attempt, retryAfterSeconds: pause / .seconds(1), workers: state.throttle.limit))
    let end = ContinuousClock.now + pause
    state.paused.insert(ticket)
    state.pauses.append((ticket, end))
    guard state.agent != nil else { return }
    if state.agentPause.map({ $0 < end }) ?? true { state.agentPause = end }
    try state.journal.append(
      .agentPaused(agent: name, until: until ?? WallTime.now.adding(pause / .seconds(1)), message: message ?? "throttled"))
  }

  /// How long a run waits for a limit to be reset, in seconds; past that a person would rather have the terminal back.
  private static var longestWait: Double { 6 * 3600 }

  /// An agent that wants a login, a key or money: no ticket is blamed, and nothing more is started.
  ///
  /// - Throws: `Failure.agentRefused` where no attempt of this run has ended otherwise.
  func refused(_ message: String, _ report: AttemptReport, _ state: RunState) throws(Failure) {
    let name = state.agent?.name ?? "the worker"
    let login = state.agent?.login ?? ""
    if !state.hasSeenWorkerEnd { throw .agentRefused(name: name, message: message, login: login) }
    try state.journal.append(.interrupted(attempt: report.attempt))
    state.declined.insert(report.attempt.ticket)
    state.stop("\(name) refused to work (\(message)); type \(login), then start again")
  }
}

/// `$0.41`; of small amounts as many digits as they need.
func dollars(_ amount: Double) -> String {
  let cents = amount < 0.1 && amount > 0 ? 4 : 2
  var scale = 1.0
  for _ in 0..<cents { scale *= 10 }
  let whole = Int((amount * scale).rounded())
  let fraction = String(Int(scale) + whole % Int(scale)).dropFirst()
  return "$\(whole / Int(scale)).\(fraction)"
}
