import Git
import Platform
import Tickets

/// Every few seconds, while workers run: what will clash? The answer is news in the journal, and nothing else depends on it.
extension Run {
  /// A look takes at most about a twentieth of one processor's time.
  static let lookInterval = Failpoint.lookInterval ?? .seconds(3)

  /// The first look is due a moment after the start; each one sets the time of the next.
  func awaitLook(_ state: RunState, after pause: Duration = Run.lookInterval, _ group: inout DiscardingTaskGroup) {
    guard state.foresight != nil else { return }
    let inbox = inbox
    group.addTask {
      try? await Task.sleep(for: pause)
      inbox.yield(.lookIsDue)
    }
  }

  func lookAhead(_ state: RunState, _ group: inout DiscardingTaskGroup) {
    guard state.lookIsDue, let foresight = state.foresight else { return }
    state.lookIsDue = false
    let subjects = state.subjects
    // One alone can clash with the target only, and it lands at once.
    if subjects.isEmpty { return awaitLook(state, &group) }
    let (lander, inbox) = (state.lander, inbox)
    group.addTask {
      var pause = Run.lookInterval
      if let tip = (try? await lander.currentTip()) ?? nil {
        let look = await foresight.look(at: subjects, target: tip)
        pause = max(pause, .seconds(20 * look.seconds))
        inbox.yield(.looked(look))
      }
      try? await Task.sleep(for: pause)
      inbox.yield(.lookIsDue)
    }
  }

  func handle(_ look: Foresight.Look, _ state: RunState) throws(Failure) {
    state.failedLooks += look.failures
    // Those that ended while it looked are no news any more.
    let present = Set(state.subjects.map(\.attempt.ticket))
    let clashes = look.clashes.filter { clash in present.contains(clash.pair.ticket) && clash.pair.with.map(present.contains) ?? true }
    for fact in state.clashes.news(clashes, among: look.tickets.intersection(present)) {
      try state.journal.append(fact)
      state.clashes.apply(fact)
    }
  }
}

extension RunState {
  /// What may land: what workers are busy with, and what waits.
  var subjects: [Foresight.Subject] {
    let busy = running.compactMap { ticket, number -> Foresight.Subject? in
      guard let slot = openSlots[number], let started = assigned[ticket] else { return nil }
      return Foresight.Subject(attempt: started.attempt, base: started.base, slot: slot, tip: nil)
    }
    let waiting = waitingToLand.map { Foresight.Subject(attempt: $0.attempt, base: $0.base, slot: nil, tip: $0.tip) }
    return (busy + waiting).sorted { $0.attempt.ticket < $1.attempt.ticket }
  }
}
