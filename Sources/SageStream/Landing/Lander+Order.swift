import Git
import Planning
import Tickets

/// In which order several submissions land: the one that lands most of them.
///
/// Asked only once something did not apply, so what has no clash costs nothing.
extension Lander {
  /// More than so many are landed in the order of finishing: every pair that shares a path is picked.
  static let mostOrdered = 64

  /// The chain in the order of finishing; where something in it does not apply, the one of another order if that lands more.
  func bestBuild(
    _ candidates: [Submission], onto start: CommitID, reasons: inout [TicketID: String], queue: Queue, progress: Progress,
    fold checkouts: [Checkout]
  ) async throws(Failure) -> Build {
    let before = reasons
    let first = try await build(candidates, onto: start, reasons: &reasons, queue: queue, progress: progress, fold: checkouts)
    let members = first.chain.members.count
    guard !first.conflicts.isEmpty,
      let order = try await betterOrder(candidates, onto: start, landed: members, queue: queue)
    else { return first }
    var others = before
    let second = try await build(order, onto: start, reasons: &others, queue: queue, progress: progress, fold: checkouts)
    // Clashes of two and two are not all there is to it, so the chains themselves are compared.
    guard second.chain.members.count > members else { return first }
    reasons = others
    return second
  }

  /// Nil where no other order lands more of the candidates than the one that was tried.
  ///
  /// - Parameter landed: how many that one lands.
  private func betterOrder(
    _ candidates: [Submission], onto start: CommitID, landed: Int, queue: Queue
  ) async throws(Failure) -> [Submission]? {
    guard candidates.count > 2, candidates.count <= Self.mostOrdered, landed < candidates.count - 1 else { return nil }
    let picker = makePicker()
    var alone: [PickedSubmission?] = []
    var touched: [Set<TreePath>] = []
    for submission in candidates {
      if case .picked(let picked) = try await git({ try await picker.pick(submission, target: start, onto: start) }) {
        alone.append(picked)
        touched.append(Set(try await git { try await store.changes(from: store.commit(start).tree, to: picked.tree).map(\.path) }))
      } else {
        alone.append(nil)
        touched.append([])
      }
    }
    var clashes: [(Int, Int)] = []
    for (second, submission) in candidates.enumerated() where alone[second] != nil {
      for first in 0..<second {
        guard let picked = alone[first], !touched[first].isDisjoint(with: touched[second]) else { continue }
        if case .conflicted = try await git({ try await picker.pick(submission, target: start, onto: picked.tip) }) {
          clashes.append((first, second))
        }
      }
    }
    let places = Dictionary(candidates.enumerated().map { ($1.ticket, $0) }) { first, _ in first }
    var needs: [(Int, Int)] = []
    for (place, submission) in candidates.enumerated() {
      for needed in queue.graph.dependencies(of: submission.ticket) { if let other = places[needed] { needs.append((place, other)) } }
    }
    let order = LandingOrder(count: candidates.count, clashes: clashes, needs: needs)
    let possible = order.best.count { alone[$0] != nil }
    return possible > landed ? order.order.map { candidates[$0] } : nil
  }
}
