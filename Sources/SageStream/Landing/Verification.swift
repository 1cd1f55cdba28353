import Git

/// Looks at a finished chain with fresh eyes before the target moves onto it.
///
/// A hosted merge queue once silently reverted work in 2,092 pull requests because nothing compared what was about to land
/// with what had been submitted. This does, from the objects as they were written; cost follows the size of the changes.
struct Verification {
  let store: any ObjectStore

  /// A way in which a chain is not what it should be. Never the user's fault: the landing is refused and main stays.
  struct Violation: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameters:
  ///   - queue: the path of a tracked `index.json` whose states are folded into the commits.
  func check(_ chain: [PickedSubmission], from start: CommitID, to end: CommitID, queue: TreePath?, isSigned: Bool) async throws {
    var previous = start
    var touched: Set<TreePath> = []
    var mayMove = false
    for member in chain {
      for commit in member.commits {
        let written = try await store.commit(commit.id)
        guard written.parents == [previous] else { throw Violation(description: "\(commit.id.short) does not follow \(previous.short)") }
        if let original = commit.original {
          try compare(written, with: original.commit, isSquashed: original.commit.parents.count != 1, isSigned: isSigned)
        }
        let own = try await checkContent(commit, written: written.tree, queue: queue)
        touched.formUnion(own)
        if !commit.byEntries { mayMove = true }
        previous = commit.id
      }
    }
    guard previous == end else { throw Violation(description: "the chain ends at \(previous.short), not at \(end.short)") }
    let all = try await store.changes(from: store.commit(start).tree, to: store.commit(end).tree)
    let names = Set(touched.map { Array($0.lastComponent) })
    for change in all where !touched.contains(change.path) && change.path != queue {
      // Where ours renamed a file or a folder, git applies the change at the new place.
      guard mayMove, change.old != nil || names.contains(Array(change.path.lastComponent)) else {
        throw Violation(description: "\(change.path) would change although no submission touches it")
      }
    }
    guard try await store.isComplete(end, beyond: [start]) else {
      throw Violation(description: "objects of \(end.short) are missing")
    }
  }

  private func compare(_ written: CommitObject, with original: CommitObject, isSquashed: Bool, isSigned: Bool) throws {
    guard written.author == original.author || isSigned && sameMoment(written.author, original.author) else {
      throw Violation(description: "the author of '\(original.subject)' would change")
    }
    guard isSigned || Trailers.stripped(written.message) == Trailers.stripped(original.message) else {
      throw Violation(description: "the message of '\(original.subject)' would change")
    }
  }

  /// git's own clean-up may tidy blanks in a name; the moment must stay.
  private func sameMoment(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.split(separator: UInt8(ascii: " ")).suffix(2) == b.split(separator: UInt8(ascii: " ")).suffix(2)
  }

  /// The paths that one commit may change, after checking that an entry-level pick changed them exactly as the original did.
  private func checkContent(_ commit: PickedCommit, written: TreeID, queue: TreePath?) async throws -> Set<TreePath> {
    guard let original = commit.original else {
      let changes = try await store.changes(from: commit.ours, to: written).filter { $0.path != queue }
      if let change = changes.first { throw Violation(description: "an empty commit would change \(change.path)") }
      return []
    }
    let wanted = try await store.changes(from: original.baseTree, to: commit.filtered)
    if commit.byEntries {
      var left = Dictionary(uniqueKeysWithValues: wanted.map { ($0.path, $0) })
      for change in try await store.changes(from: commit.ours, to: written) where change.path != queue {
        guard left.removeValue(forKey: change.path) == change else {
          throw Violation(description: "\(change.path) would not change as '\(original.commit.subject)' changed it")
        }
      }
      for change in left.values where try await store.entry(change.path, in: commit.ours) != change.new {
        throw Violation(description: "the change of \(change.path) would be lost")
      }
    }
    return Set(wanted.map(\.path))
  }
}
