import Git
import Platform
import Tickets

extension Resolver {
  /// What one command came to.
  public enum Outcome: Sendable, Equatable {
    /// It is the user's turn.
    case waits(Step)
    /// - Parameters:
    ///   - leftOut: subjects of commits that the user had skipped.
    ///   - kept: where that which was left in the worktree is kept.
    case landed(sentence: String, leftOut: [String], kept: RefName?)
    case held(reason: String)
    case failed(reason: String)
    case dropped(kept: RefName?)
    case aborted(kept: RefName?)
  }

  /// `resolve ID`; where rerere knows the whole conflict, or there is none any more, it lands at once.
  ///
  /// - Parameter run: makes the run that lands, where no other one goes on.
  public func opening(run: () -> Run) async throws(Failure) -> Outcome {
    try await alone { () async throws(Failure) in try await self.landing(try await self.open(), run) }
  }

  /// `resolve ID --continue`.
  public func continuing(run: () -> Run) async throws(Failure) -> Outcome {
    try await alone { () async throws(Failure) in try await self.landing(try await self.goOn(), run) }
  }

  /// `resolve ID --skip`.
  public func skipping(run: () -> Run) async throws(Failure) -> Outcome {
    try await alone { () async throws(Failure) in
      try await self.drop()
      do throws(Failure) { try await run().dropResolved(self) } catch {
        guard case .locked = error else { throw error }
        let answer = try await self.project.ask(.drop(self.ticket))
        guard answer.isDone else { throw .refused(answer.sentence) }
      }
      return .dropped(kept: try await self.tidy())
    }
  }

  /// `resolve ID --abort`.
  public func aborting() async throws(Failure) -> Outcome {
    try await alone { () async throws(Failure) in .aborted(kept: try await self.abort()) }
  }

  /// Lands what is ready; where the target moves at the last moment and it clashes again, the worktree is stopped at the new conflict.
  private func landing(_ first: Step, _ run: () -> Run) async throws(Failure) -> Outcome {
    var step = first
    for _ in 0..<5 {
      guard case .ready(let leftOut) = step else { return .waits(step) }
      switch try await landOrAsk(run) {
      case .landed(let sentence): return .landed(sentence: sentence, leftOut: leftOut, kept: try await tidy())
      case .held(let reason): return .held(reason: reason)
      case .failed(let reason): return .failed(reason: reason)
      case .conflicted: step = try await goOn()
      }
    }
    return .held(reason: "the target kept moving")
  }

  private enum Answer {
    case landed(String)
    case held(String)
    case failed(String)
    case conflicted
  }

  private func landOrAsk(_ run: () -> Run) async throws(Failure) -> Answer {
    do throws(Failure) {
      switch try await run().landResolved(self) {
      case .landed(let target, let commit):
        return .landed("\(ticket.displayed) has landed on \(target)" + (commit.map { " as \($0.short)" } ?? ""))
      case .held(let reason): return .held(reason)
      case .conflicted: return .conflicted
      case .failed(let reason): return .failed(reason)
      }
    } catch {
      guard case .locked = error else { throw error }
    }
    let answer = try await project.ask(.resolve(ticket))
    switch answer.outcome {
    case "landed": return .landed(answer.sentence)
    case "held": return .held(answer.sentence)
    case "conflicted": return .conflicted
    case "failed": return .failed(answer.sentence)
    default: throw .refused(answer.sentence)
    }
  }
}
