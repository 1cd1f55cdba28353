import Platform

/// Why an agent did not work that is no fault of the ticket's.
enum AgentTrouble: Sendable, Equatable {
  /// It passes by itself; `until` where the output says when.
  case throttled(until: WallTime?, words: String)
  /// It is not logged in, its key is wrong, or nothing is left on its account.
  case refused(words: String)
  /// It does not know an option that it was given.
  case misused(words: String)
}

extension AgentReading {
  /// What the agent's failure says, and where the attempt came to nothing also what it said in passing.
  ///
  /// - Parameter cameToNothing: it did not end well, or made no change. Otherwise only what the agent itself calls its failure counts: a
  ///   ticket about rate limits must not pass for one.
  func trouble(for agent: Agent, cameToNothing: Bool, now: WallTime = .now) -> AgentTrouble? {
    // The last words first: they are what it gave up for.
    let texts = (failure.map { [$0] } ?? []) + (cameToNothing ? remarks.reversed() : [])
    for text in texts {
      let lower = text.lowercased()
      let words = String(text.split(whereSeparator: \.isNewline).first ?? "").clippedWords
      if agent.throttled.contains(where: { lower.contains($0) }) {
        // Which of the lines around it says when, differs.
        let until = resets ?? texts.lazy.compactMap { ResetTime.find(in: $0, now: now) }.first
        return .throttled(until: until, words: words)
      }
      if agent.refused.contains(where: { lower.contains($0) }) { return .refused(words: words) }
      if cameToNothing, Self.misuse.contains(where: { lower.contains($0) }) { return .misused(words: words) }
    }
    return nil
  }

  /// How option parsers complain.
  private static let misuse = [
    "unknown option", "unexpected argument", "unrecognized argument", "unrecognized option", "no such option", "unknown flag",
    "unknown argument", "invalid choice", "no such command", "unrecognized subcommand",
  ]
}

extension String {
  fileprivate var clippedWords: String { count > 200 ? prefix(199) + "…" : self }
}
