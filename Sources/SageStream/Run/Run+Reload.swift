import Platform
import Tickets

/// The queue, read again before every decision.
extension Run {
  /// The queue may change while the run goes on; one that cannot be read now leaves the old one in force.
  ///
  /// What a landing under way has written into the checkout does not count yet: by those states tickets would start that need what is not on
  /// the target so far. Its end is a signal, and the queue is read then.
  func reload(_ state: RunState) async throws(Failure) {
    guard let status = try? FileStatus.of(project.queueFile.path), status != state.queueStatus else { return }
    let movement = await state.lander.movement
    if !movement.isMultiple(of: 2) { return }
    let before = state.queueStatus
    state.queueStatus = status
    let end = ContinuousClock.now + .seconds(2)
    while true {
      do throws(Failure) {
        let index = try project.queueFile.load()
        if index.bytes == state.queue.index.bytes { return }
        guard await state.lander.movement == movement else {
          state.queueStatus = before
          return
        }
        let queue = Queue(index, file: project.queueFile.path)
        if let refusal = queue.refusal {
          try state.journal.append(.warning("the queue was changed and has errors; the version before is used: \(refusal.cause)"))
          return
        }
        state.adopt(queue, hasSelection: !options.tickets.isEmpty || !options.components.isEmpty)
        return
      } catch {
        if ContinuousClock.now < end {
          try? await Task.sleep(for: .milliseconds(50))
          continue
        }
        try state.journal.append(.warning("the queue cannot be read now; the version before is used"))
        return
      }
    }
  }
}
