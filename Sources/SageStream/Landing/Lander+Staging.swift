import Git
import Tickets

/// `staging/<branch>`: the target plus everything held, from which the dependents of held work start.
extension Lander {
  /// Where a worker that starts now begins: the target plus everything held.
  func baseForWorkers() async throws(Failure) -> CommitID {
    if !held.isEmpty, let staging = try await git({ try await store.resolve(InternalReference.staging(target)) }) { return staging }
    return try await tip()
  }

  /// Nothing is held any more: what was has been parked.
  func forgetHeld() async throws(Failure) {
    held = []
    try await restage()
  }

  /// Rebuilds `staging/<branch>`: the target plus every held submission that still picks there.
  func restage() async throws(Failure) {
    let reference = InternalReference.staging(target)
    guard !held.isEmpty else {
      if try await git({ try await store.resolve(reference) }) != nil {
        try await git { try await store.update(reference, from: .anything, to: nil, reason: "nothing is held") }
      }
      return
    }
    guard let start = try await currentTip() else { return }
    let picker = makePicker()
    var end = start
    for entry in held {
      if case .picked(let picked) = try await git({ try await picker.pick(entry.submission, target: start, onto: end) }) {
        end = picked.tip
      }
    }
    let staged = end
    try await git { try await store.update(reference, from: .anything, to: staged, reason: "held submissions") }
  }
}
