import Platform
import Tickets

extension Project {
  /// Asks the run that holds the lock for something, and waits for its answer. Where that run ends or dies before it answers, what was asked
  /// is done here.
  ///
  /// - Returns: the answer, which may be a refusal.
  /// - Throws: `Failure.nothingToDo` where no run is going on, `.insideWorker`, and `.locked` where nobody answers in time.
  public func ask(_ verb: Request.Verb) async throws(Failure) -> RequestAnswer {
    if try await isFree() { throw .nothingToDo("no run is going on", hint: "git sage-stream --auto starts one") }
    let holder = LockHolder.read(stateFolder.appending("queue.lock.owner"))
    let request = Request(verb, run: holder?.run.flatMap { RunID($0) })
    let box = RequestBox(stateFolder: stateFolder)
    let path = try box.put(request)
    Failpoint.requestWritten.hit()
    let start = ContinuousClock.now
    var pause = Duration.milliseconds(5)
    while true {
      if ((try? FileStatus.of(path)) ?? nil) == nil, let answer = try answer(to: request) { return answer }
      let waited = ContinuousClock.now - start
      if waited >= settings.lockTimeout {
        try box.remove(path)
        throw .locked(holder, waitedSeconds: Int(waited.components.seconds))
      }
      if try await isFree() {
        // It ended: a run of our own does first what it left unanswered.
        do throws(Failure) { try await Run(verbOn: self).perform("requests", patience: .zero) { _, _ throws(Failure) in () } } catch {
          guard case .locked = error else { throw error }
        }
        continue
      }
      // The bell may have rung before anybody listened.
      WakeFifo.wake(box.bell)
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(250))
    }
  }

  private func isFree() async throws(Failure) -> Bool {
    do throws(Failure) {
      _ = try await RunLock.acquire(self, run: nil, patience: .zero)
      return true
    } catch {
      guard case .locked = error else { throw error }
      return false
    }
  }

  /// Found in the journal of whichever run answered.
  func answer(to request: Request) throws(Failure) -> RequestAnswer? {
    for run in try JournalReader.runs(in: stateFolder).reversed() {
      if let answer = try record(of: run).answers.last(where: { $0.request == request.id }) { return answer }
    }
    return nil
  }
}
