import Git
import Planning
import Platform
import Tickets

/// Step 2 of the protocol: submissions picked one after the other into a chain, in memory.
extension Lander {
  struct Build {
    var chain: Chain
    var conflicts: [(Submission, PickConflict)] = []
    var noChange: [Submission] = []
    var failures: [(Submission, AttemptFailure)] = []
  }

  /// Picks the candidates one after the other. One that needs a held ticket is given a reason and left out.
  ///
  /// The new objects are kept in memory meanwhile; they are durable when this returns, and the chain is verified.
  func build(
    _ candidates: [Submission], onto start: CommitID, reasons: inout [TicketID: String], queue: Queue, progress: Progress,
    fold checkouts: [Checkout]
  ) async throws(Failure) -> Build {
    try await git { try store.beginBatch() }
    let build: Build
    do throws(Failure) {
      build = try await pick(candidates, onto: start, reasons: &reasons, queue: queue, progress: progress, fold: checkouts)
    } catch {
      try? store.endBatch()
      throw error
    }
    try await git { try store.endBatch() }
    if !build.chain.isEmpty { try await verify(build.chain) }
    return build
  }

  private func pick(
    _ candidates: [Submission], onto start: CommitID, reasons: inout [TicketID: String], queue: Queue, progress: Progress,
    fold checkouts: [Checkout]
  ) async throws(Failure) -> Build {
    var build = Build(chain: Chain(start: start, end: start))
    let picker = makePicker()
    let states = QueueStates(file: project.queueFile, store: store, git: project.git)
    var folded = checkouts.isEmpty ? nil : try await states.foldable(at: start, checkouts: checkouts)
    var progress = progress
    for submission in candidates {
      if let blocker = queue.graph.dependencies(of: submission.ticket).first(where: { reasons[$0] != nil }) {
        reasons[submission.ticket] = "it depends on \(blocker.displayed), which is held"
        continue
      }
      let outcome: PickOutcome
      do throws(Failure) {
        outcome = try await git { try await picker.pick(submission, target: start, onto: build.chain.end) }
      } catch {
        // A full or broken disk is nobody's conflict: it is tried again at the next landing.
        guard error.isMachinesFault else { throw error }
        reasons[submission.ticket] = "it could not be picked: \(error.cause)"
        continue
      }
      switch outcome {
      case .picked(var picked):
        progress.states[submission.ticket] = .completed
        if let current = folded {
          let changes = stateChanges(landing: submission.ticket, queue: queue, progress: &progress)
          if let bytes = applied(changes, to: current.bytes) {
            try await foldIn(bytes, at: current.path, mode: current.mode, to: &picked)
            folded?.bytes = bytes
            build.chain.statesAreFolded = true
          } else {
            folded = nil
          }
        }
        build.chain.end = picked.tip
        build.chain.members.append(picked)
      case .noChange: build.noChange.append(submission)
      case .failed(let failure): build.failures.append((submission, failure))
      case .conflicted(let conflict):
        if !reasons.isEmpty, try await picksOntoStaging(submission, picker) {
          reasons[submission.ticket] = "it needs work that is held"
        } else {
          build.conflicts.append((submission, conflict))
        }
      }
    }
    // States are folded into all commits of a chain or into none, so that recovery knows what is still owed.
    if build.chain.statesAreFolded && folded == nil {
      return try await pick(candidates, onto: start, reasons: &reasons, queue: queue, progress: progress, fold: [])
    }
    return build
  }

  /// Looks at a chain once more before the target may move onto it.
  func verify(_ chain: Chain) async throws(Failure) {
    do {
      try await Verification(store: store).check(
        chain.members, from: chain.start, to: chain.end, queue: chain.statesAreFolded ? project.queueFile.treePath : nil,
        isSigned: writer.signer != nil)
    } catch let violation as Verification.Violation {
      throw .refused(
        "the landing was stopped because its result is not what was submitted: \(violation); \(target.short) did not move",
        hint: "git sage-stream retry ID does the ticket again; this should never happen, please report it")
    } catch { throw Failure(error) }
  }

  private func picksOntoStaging(_ submission: Submission, _ picker: Picker) async throws(Failure) -> Bool {
    guard let staging = try await git({ try await store.resolve(InternalReference.staging(target)) }) else { return false }
    if case .picked = try await git({ try await picker.pick(submission, target: staging, onto: staging) }) { return true }
    return false
  }

  func makePicker() -> Picker {
    Picker(store: store, merge: merge, writer: writer, exclusions: exclusions, git: project.git, committer: committerNow)
  }

  var committerNow: [UInt8] {
    if project.environment["GIT_COMMITTER_DATE"] != nil { return committer.bytes }
    let now = WallTime.now
    return committer.at(seconds: now.seconds, zone: localTimeZoneOffset(at: now)).bytes
  }
}
