import Git
import Planning
import Platform
import Tickets

/// How ticket states get into `index.json`: folded into landed commits where the queue is a clean tracked file of the
/// target's checkout, edited in place otherwise (DESIGN section 6, "Ticket states").
struct QueueStates {
  let file: QueueFile
  let store: any ObjectStore
  let git: GitCommand

  /// The queue's blob at `commit`, where the states can be folded into commits on top of it; nil where they cannot.
  ///
  /// The index entry is checked with the landing's other paths, under the lock.
  func foldable(at commit: CommitID, checkouts: [Checkout]) async throws(Failure) -> (
    path: TreePath, bytes: [UInt8], mode: FileMode
  )? {
    guard let path = file.treePath, let workTree = file.workTree, checkouts.contains(where: { $0.path == workTree }) else { return nil }
    do throws(GitError) {
      let tree = try await store.commit(commit).tree
      guard let entry = try await store.entry(path, in: tree), entry.mode == .file || entry.mode == .executable else { return nil }
      let blob = try await store.blob(entry.id.of(BlobKind.self))
      let bytes: [UInt8]?
      do throws(Errno) { bytes = try File.read(file.path) } catch { return nil }
      if bytes == blob { return (path, blob, entry.mode) }
      // Line endings or another filter may make the file differ from the blob and still be clean.
      guard bytes != nil, let checkout = checkouts.first(where: { $0.path == workTree }) else { return nil }
      let arguments = ["diff", "--quiet", "--no-ext-diff", commit.hex, "--"].map { Array($0.utf8) } + [path.bytes]
      let status = try await checkout.git.setting(["GIT_LITERAL_PATHSPECS": "1"]).run(bytes: arguments, accepting: [0, 1]).status
      return status == 0 ? (path, blob, entry.mode) : nil
    } catch { throw .git(error) }
  }

  /// Edits the file on disk: read again, changed by span, replaced atomically. A change that is already there writes nothing.
  ///
  /// - Returns: the tickets that are no longer in the queue; their changes are dropped.
  @discardableResult
  func editInPlace(_ changes: [TicketChange]) async throws(Failure) -> [TicketID] {
    let index = try await readSettled()
    let known = changes.filter { index[$0.ticket] != nil }
    let unknown = changes.map(\.ticket).filter { index[$0] == nil }
    let bytes: [UInt8]
    do throws(TicketIndexError) { bytes = try index.applying(known) } catch { throw .queueInvalid(file.path, error) }
    if bytes != index.bytes {
      do throws(Errno) { try file.write(bytes) } catch { throw .fileSystem(path: file.path, error) }
    }
    return unknown
  }

  /// The queue as it stands; one that does not parse is read again for two seconds (its editor may be writing it).
  private func readSettled() async throws(Failure) -> TicketIndex {
    let end = ContinuousClock.now + .seconds(2)
    while true {
      do throws(Failure) { return try file.load() } catch {
        guard case .queueInvalid = error, ContinuousClock.now < end else { throw error }
        try? await Task.sleep(for: .milliseconds(50))
      }
    }
  }
}
