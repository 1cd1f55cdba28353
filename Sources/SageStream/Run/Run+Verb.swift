import Git
import Platform
import Tickets

/// Verbs that write (`retry`, `abort`, `undo`, `clean`, `validate --repair`): a run that starts no worker and does one thing.
///
/// Like every run it takes the lock, first finishes what dead runs left, and has a journal of its own, so that a verb that is killed is
/// finished by the next start as well. Finished work that it finds stays waiting, in its journal, for the next run of the queue.
extension Run {
  /// A run for one verb, which asks nobody anything.
  public init(
    verbOn project: Project, observer: @escaping @Sendable (Event) -> Void = { _ in },
    waiting: @escaping @Sendable (LockHolder?, Int) -> Void = { _, _ in }
  ) {
    var options = RunOptions()
    options.mode = .automatic
    self.init(project: project, options: options, prompter: NobodyToAsk(), observer: observer, waiting: waiting)
  }

  /// Takes the lock, brings everything in order, does the work and closes the journal.
  ///
  /// - Parameters:
  ///   - target: nil for the branch that a run of the queue would land on.
  ///   - patience: how long to wait for the lock; nil for `sageStream.lockTimeout`.
  func perform<Outcome>(
    _ verb: String, on target: RefName? = nil, patience: Duration? = nil,
    _ work: (RunState, SlotKeeper) async throws(Failure) -> Outcome
  ) async throws(Failure) -> Outcome {
    let target = if let target { target } else { try await verbTarget() }
    let lock = try await RunLock.acquire(project, patience: patience ?? project.settings.lockTimeout, waiting: waiting)
    let queue = try await loadQueueUnderLock()
    if let refusal = queue.refusal { throw refusal }
    let state = try open(target: target, queue: queue, committer: try await project.committer(), lock: lock)
    do throws(Failure) {
      try state.journal.append(
        .runStarted(
          RunStarted(
            process: .current, target: target, tip: try await state.lander.tip(), workers: 0, worker: "", schedule: .flow, tickets: [],
            index: project.queueFile.path, tag: project.queueFile.tag, verb: verb)), durable: true)
      let keeper = makeKeeper(state)
      try await resume(state)
      try await settleOrphans(state, keeper)
      try await settleResolutions(state, isQueueRun: false)
      try await answerRequests(state)
      try await landPending(state)
      let outcome = try await work(state, keeper)
      try await state.lander.recordOwed()
      try finish(state)
      return outcome
    } catch {
      _ = try? finish(state, after: error)
      throw error
    }
  }

  func makeKeeper(_ state: RunState) -> SlotKeeper {
    project.makeKeeper(options, names: state.names, journal: state.journal, target: state.target)
  }

  /// The last event. What has not landed is named as held: the next start takes it over.
  func finish(_ state: RunState, after failure: Failure? = nil) throws(Failure) {
    let open = RunRecord(run: state.id, events: try JournalReader.events(of: state.journal.file)).submissions.map(\.ticket)
    var summary = state.summary(interrupted: false, held: open)
    summary.error = failure.map { "\($0)" }
    try state.journal.append(.runFinished(summary), durable: true)
  }

  /// Where a run would land now; where nothing says so, what the latest run landed on.
  private func verbTarget() async throws(Failure) -> RefName {
    do throws(Failure) { return try await project.target(onto: options.onto) } catch {
      for run in try JournalReader.runs(in: project.stateFolder).reversed() {
        if let started = try project.record(of: run).started { return started.target }
      }
      throw error
    }
  }
}

extension Project {
  /// What the journal of a run tells.
  func record(of run: RunID) throws(Failure) -> RunRecord {
    RunRecord(run: run, events: try JournalReader.events(of: runFolder(run).appending("journal.jsonl")))
  }
}

/// For runs that have nothing to ask.
private struct NobodyToAsk: Prompter {
  func ask(_ question: Question) async -> Answer { .quit }
}
