extension ExitVerdict {
  /// The verdict, corrected by what an agent says of itself: several end with status 0 after an error, and none knows our status 75.
  func heeding(_ reading: AgentReading?, of agent: Agent?) -> ExitVerdict {
    guard let reading, let agent else { return self }
    switch self {
    case .done: break
    case .failed(let failure) where failure.category == .exit: break
    case .notApplicable, .throttled, .refused, .cannotRun, .interrupted, .failed: return self
    }
    let isFailure = if case .failed = self { true } else { false }
    switch reading.trouble(for: agent, cameToNothing: isFailure) {
    case .throttled(let until, let words)?: return .throttled(until: until, message: words)
    case .refused(let words)?: return .refused(message: words)
    case .misused(let words)?: return .cannotRun(status: 2, message: words)
    case nil:
      guard let words = reading.failure else { return self }
      return .failed(AttemptFailure(.exit, "\(agent.name) reported: \(words.prefix(300))"))
    }
  }
}

extension AttemptOutcome {
  /// An agent that ended well and changed nothing may have met a limit, or a locked door: aider ends with status 0 after either.
  func heeding(_ reading: AgentReading?, of agent: Agent?) -> AttemptOutcome {
    guard case .noChange = self, let reading, let agent else { return self }
    switch reading.trouble(for: agent, cameToNothing: true) {
    case .throttled(let until, let words)?: return .throttled(until: until, message: words)
    case .refused(let words)?: return .refused(message: words)
    case .misused, nil: return self
    }
  }
}
