import Platform
import Tickets

/// For what `wait` waits.
public enum WaitGoal: Sendable, Equatable {
  /// No run goes on.
  case idle
  /// A ticket lands; without an id the next one that does.
  case landed(TicketID?)
  /// A ticket stands set aside by a conflict.
  case conflict(TicketID?)
}

public enum WaitOutcome: Sendable, Equatable {
  /// The ticket that it was, and where its work is now: its last commit, or a branch.
  case reached(TicketID?, at: String?)
  /// The run is over, or the ticket was set aside, and it cannot come to it any more.
  case missed(String)
  case timedOut
}

extension Project {
  /// Waits until it has come to `goal`. Asleep meanwhile; takes no lock.
  ///
  /// - Parameter limit: how long at most; nil for ever.
  public func wait(for goal: WaitGoal, atMost limit: Duration?) async throws(Failure) -> WaitOutcome {
    if case .landed(let ticket?) = goal, let entry = try loadQueue().index[ticket], entry.state == .completed {
      return .reached(ticket, at: nil)
    }
    let follower = try RunFollower(self)
    let end = limit.map { ContinuousClock.now + $0 }
    var wait = Wait(goal: goal)
    // What is over when we come counts only as far as it still stands.
    var updates = try follower.news()
    let isLive = follower.current != nil
    if let outcome = wait.takePast(isLive ? updates : []) { return outcome }
    while true {
      if goal == .idle, follower.current == nil { return .reached(nil, at: nil) }
      let left = end.map { $0 - .now }
      if let left, left <= .zero { return .timedOut }
      await follower.wait(atMost: left)
      updates = try follower.news()
      for update in updates { if let outcome = wait.take(update) { return outcome } }
    }
  }
}

/// What the events say about a goal.
struct Wait {
  let goal: WaitGoal

  init(goal: WaitGoal) { self.goal = goal }

  /// Events from before anybody waited: a ticket that has landed has, a conflict stands unless it was reopened.
  mutating func takePast(_ updates: [RunFollower.Update]) -> WaitOutcome? {
    var conflicts: [TicketID: String] = [:]
    var order: [TicketID] = []
    var aside: Set<TicketID> = []
    for case .event(let event) in updates {
      switch event.fact {
      case .landed(let landed):
        if goal == .landed(landed.ticket) { return .reached(landed.ticket, at: landed.commits.last?.hex) }
      case .conflicted(let ticket, let branch, _, _, _):
        conflicts[ticket] = branch.short
        order.append(ticket)
        aside.insert(ticket)
      case .deferred(let deferral): aside.insert(deferral.ticket)
      case .reopened(let ticket, _):
        conflicts[ticket] = nil
        aside.remove(ticket)
      default: break
      }
    }
    switch goal {
    case .conflict(let wanted):
      guard let ticket = order.last(where: { conflicts[$0] != nil && (wanted == nil || wanted == $0) }) else { return nil }
      return .reached(ticket, at: conflicts[ticket])
    case .landed(let ticket?) where aside.contains(ticket): return .missed("\(ticket.displayed) was set aside")
    case .idle, .landed: return nil
    }
  }

  mutating func take(_ update: RunFollower.Update) -> WaitOutcome? {
    switch update {
    case .died(let run): return goal == .idle ? nil : .missed("run \(run) died")
    case .event(let event): return take(event)
    }
  }

  private func take(_ event: Event) -> WaitOutcome? {
    switch (goal, event.fact) {
    case (.landed(let wanted), .landed(let landed)) where wanted == nil || wanted == landed.ticket:
      return .reached(landed.ticket, at: landed.commits.last?.hex)
    case (.landed(let wanted?), .deferred(let deferral)) where wanted == deferral.ticket:
      return .missed("\(wanted.displayed) was set aside: \(deferral.message)")
    case (.conflict(let wanted), .conflicted(let ticket, let branch, _, _, _)) where wanted == nil || wanted == ticket:
      return .reached(ticket, at: branch.short)
    case (.conflict(let wanted?), .landed(let landed)) where wanted == landed.ticket: return .missed("\(wanted.displayed) has landed")
    case (.landed, .runFinished), (.conflict, .runFinished): return .missed("run \(event.run) has ended")
    default: return nil
    }
  }
}
