import Git
import Platform
import Synchronization
import Tickets

/// Decides how much of a chain may land: only trees on which the check has passed (issue "Main stays green").
///
/// One gate a run. It is asked about each chain that is about to land, as it was picked; when the target moves meanwhile the chain is picked
/// again and the gate is asked again, so what lands is always exactly what passed.
final class CheckGate: Sendable {
  /// Where a chain could be cut: after one of its tickets.
  struct Boundary: Sendable {
    let ticket: TicketID
    let commit: CommitID
    /// The commit's tree without the ticket queue.
    let tree: TreeID
  }

  /// What a chain is picked onto: the target's tip.
  struct Base: Sendable {
    let target: RefName
    let commit: CommitID
    /// The commit's tree without the ticket queue.
    let tree: TreeID
  }

  struct Decision: Sendable {
    /// How many tickets from the front of the chain may land, all at once.
    var landing: Int
    /// The ticket after those is not going to.
    var rejection: Rejection?
    /// Tickets that stay as they are, and why; the chain is to be picked again without them.
    var held: [TicketID: String] = [:]
  }

  struct Rejection: Sendable {
    let ticket: TicketID
    let verdict: CheckVerdict
    let log: FilePath?

    /// What goes into the ticket's `deferReason`.
    func deferred(branch: RefName) -> Deferred {
      let isUndecided = verdict == .undecided
      return Deferred(
        ticket: ticket, category: isUndecided ? Self.undecided : Self.failed,
        message: verdict.sentence + (log.map { ", see \($0.string)" } ?? ""), branch: branch, log: log, isFailure: !isUndecided)
    }

    static let failed = "check_failed"
    static let undecided = "check_undecided"
  }

  let runner: CheckRunner
  private let scope: Settings.CheckScope
  private let landsUndecided: Bool
  private let journal: Journal
  private let state: Mutex<State>

  private struct State {
    /// Tickets that failed in a batch: each is tried alone.
    var suspects: Set<TicketID>
    /// What was behind a culprit in its batch.
    var remainder: Set<TicketID> = []
    /// Trees of the target that do not pass, and of which that has been said.
    var redBases: Set<TreeID> = []
    var idle = 1
  }

  /// - Parameter suspects: tickets that failed a check in an earlier run and have not landed since.
  init(runner: CheckRunner, scope: Settings.CheckScope, landsUndecided: Bool, journal: Journal, suspects: Set<TicketID>) {
    self.runner = runner
    self.scope = scope
    self.landsUndecided = landsUndecided
    self.journal = journal
    state = Mutex(State(suspects: suspects))
  }

  /// How many workers have nothing to do: as many checks may run at once.
  var idle: Int {
    get { state.withLock(\.idle) }
    set { state.withLock { $0.idle = max(1, newValue) } }
  }

  /// Lets running checks end, and no others begin; what waits for them is held.
  func stop() { runner.stop.make() }

  /// Which of the tickets that wait are tried together now: all, but one that failed in a batch before comes last, and alone.
  func together(_ tickets: [TicketID]) -> [TicketID] {
    guard scope == .batch else { return tickets }
    let suspects = state.withLock(\.suspects)
    let clean = tickets.filter { !suspects.contains($0) }
    return clean.isEmpty ? Array(tickets.prefix(1)) : clean
  }

  /// Asks the check about a chain.
  ///
  /// - Throws: `Failure.checkCannotRun` and whatever keeps the check from being run at all: the run ends then, and blames no ticket.
  func judge(_ chain: [Boundary], onto base: Base) async throws(Failure) -> Decision {
    switch scope {
    case .ticket: try await judgeEach(chain, base)
    case .batch: try await judgeTogether(chain, base)
    }
  }

  /// Why nobody is to blame for a red check of the first of a chain: the target itself does not pass. Nil where it does, or where nothing can
  /// be told. Asked only then, and at most once for each tree: what has landed has passed.
  private func complaint(about base: Base, _ verdict: CheckVerdict) async throws(Failure) -> String? {
    guard case .red = verdict else { return nil }
    let result =
      if let known = runner.known(base.tree) { known } else { try await runner.run(base.commit, tree: base.tree, tickets: []) }
    guard case .red = result.verdict else { return nil }
    let sentence = "\(base.target.short) itself does not pass: \(result.verdict.sentence)" + (result.log.map { ", see \($0.string)" } ?? "")
    if state.withLock({ $0.redBases.insert(base.tree).inserted }) {
      try journal.append(.warning("\(sentence); no ticket is blamed for that, and only what mends it lands"))
    }
    return sentence
  }

  private func passes(_ verdict: CheckVerdict) -> Bool { verdict == .green || verdict == .undecided && landsUndecided }

  private static func reason(_ verdict: CheckVerdict) -> String {
    verdict == .stopped ? "the run ended before its check had" : "\(verdict.sentence) twice, which is not the ticket's fault"
  }

  // MARK: - Every ticket

  /// One check at a time, and what has passed lands before the next one begins.
  private func judgeEach(_ chain: [Boundary], _ base: Base) async throws(Failure) -> Decision {
    var hasRun = false
    for (place, boundary) in chain.enumerated() {
      let result: CheckRunner.Result
      if let known = runner.known(boundary.tree) {
        result = known
        try runner.noteKnown(known, commit: boundary.commit, tree: boundary.tree, tickets: [boundary.ticket])
      } else {
        if hasRun { return Decision(landing: place) }
        result = try await runner.run(boundary.commit, tree: boundary.tree, tickets: [boundary.ticket])
        hasRun = true
      }
      if passes(result.verdict) { continue }
      if place == 0, let complaint = try await complaint(about: base, result.verdict) {
        return Decision(landing: 0, held: [boundary.ticket: complaint])
      }
      if result.verdict.isAnswer { return Decision(landing: place, rejection: rejection(boundary, result)) }
      if place > 0 { return Decision(landing: place) }
      let stays = result.verdict == .stopped ? chain.map(\.ticket) : [boundary.ticket]
      return Decision(landing: 0, held: Dictionary(stays.map { ($0, Self.reason(result.verdict)) }) { $1 })
    }
    return Decision(landing: chain.count)
  }

  private func rejection(_ boundary: Boundary, _ result: CheckRunner.Result) -> Rejection {
    state.withLock { _ = $0.suspects.insert(boundary.ticket) }
    return Rejection(ticket: boundary.ticket, verdict: result.verdict, log: result.log)
  }

  // MARK: - A batch

  private func judgeTogether(_ chain: [Boundary], _ base: Base) async throws(Failure) -> Decision {
    let isLastOne = chain.count == 1 && state.withLock { $0.remainder.contains(chain[0].ticket) }
    var search = BatchSearch(count: chain.count, retriesWhole: !isLastOne)
    var results: [Int: CheckRunner.Result] = [:]
    while true {
      switch search.next(idle: idle) {
      case .found(.allPass(let isFlaky)):
        if isFlaky {
          let names = chain.map(\.ticket.displayed).joined(separator: ", ")
          try journal.append(.warning("the check failed and then passed on the same tree (\(names)): it is flaky"))
        }
        state.withLock { $0.remainder.subtract(chain.map(\.ticket)) }
        return Decision(landing: chain.count)
      case .found(.culprit(let place)):
        guard let result = results[place + 1] else { return Decision(landing: 0) }
        if place == 0, let complaint = try await complaint(about: base, result.verdict) {
          return Decision(landing: 0, held: Dictionary(chain.map { ($0.ticket, complaint) }) { $1 })
        }
        state.withLock { $0.remainder.formUnion(chain[(place + 1)...].map(\.ticket)) }
        return Decision(landing: place, rejection: rejection(chain[place], result))
      case .test(let prefixes):
        let isRetry = results[chain.count] != nil
        for (prefix, result) in try await test(prefixes, of: chain, isRetry: isRetry) {
          guard result.verdict.isAnswer else {
            return Decision(landing: 0, held: Dictionary(chain.map { ($0.ticket, Self.reason(result.verdict)) }) { $1 })
          }
          results[prefix] = result
          search.record(prefix, passes: passes(result.verdict))
        }
      }
    }
  }

  /// Tests prefixes of a chain at the same time.
  private func test(
    _ prefixes: [Int], of chain: [Boundary], isRetry: Bool
  ) async throws(Failure) -> [(prefix: Int, result: CheckRunner.Result)] {
    var answers: [(prefix: Int, result: Swift.Result<CheckRunner.Result, Failure>)] = []
    await withTaskGroup(of: (Int, Swift.Result<CheckRunner.Result, Failure>).self) { group in
      for prefix in prefixes {
        let boundary = chain[prefix - 1]
        let tickets = chain[..<prefix].map(\.ticket)
        let again = isRetry && prefix == chain.count
        group.addTask { [runner] in
          do throws(Failure) {
            if !again, let known = runner.known(boundary.tree) {
              try runner.noteKnown(known, commit: boundary.commit, tree: boundary.tree, tickets: tickets)
              return (prefix, .success(known))
            }
            return (prefix, .success(try await runner.run(boundary.commit, tree: boundary.tree, tickets: tickets, isRetry: again)))
          } catch { return (prefix, .failure(error)) }
        }
      }
      for await answer in group { answers.append((answer.0, answer.1)) }
    }
    var results: [(prefix: Int, result: CheckRunner.Result)] = []
    for answer in answers { results.append((answer.prefix, try answer.result.get())) }
    return results.sorted { $0.prefix > $1.prefix }
  }
}

extension Deferred {
  /// Whether it was the check that set the ticket aside.
  var isByCheck: Bool { category == CheckGate.Rejection.failed || category == CheckGate.Rejection.undecided }
}
