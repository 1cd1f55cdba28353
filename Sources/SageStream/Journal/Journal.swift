import Platform
import Synchronization

/// The journal of one run: an append-only file of events, one JSON object a line (`runs/<run>/journal.jsonl`).
///
/// Each event is one `write(2)` on a descriptor opened for appending, so a reader sees whole lines, save perhaps the last.
/// A fact that a later step relies on is appended with `durable`: it is on the disk before `append` returns.
/// Thread-safe; observers see events in the order of their sequence numbers.
public final class Journal: Sendable {
  public let run: RunID
  public let file: FilePath
  private struct State {
    var sequence: Int
    let descriptor: FileDescriptor
  }
  private let state: Mutex<State>
  private let observer: @Sendable (Event) -> Void

  /// Opens the journal of a new run in `folder` (which must exist); the entry in the folder is durable on return.
  public init(run: RunID, folder: FilePath, observer: @escaping @Sendable (Event) -> Void = { _ in }) throws(Failure) {
    self.run = run
    self.observer = observer
    file = folder.appending("journal.jsonl")
    do {
      let descriptor = try FileDescriptor.open(
        file, .writeOnly, options: [.create, .exclusiveCreate, .append, .closeOnExec], permissions: FilePermissions(rawValue: 0o600))
      state = Mutex(State(sequence: 0, descriptor: descriptor))
      try Folder.sync(folder)
    } catch { throw .fileSystem(path: file, error as? Errno ?? .ioError) }
  }

  /// Notes in the journal of a dead run that a later one has finished or taken over what it left.
  static func close(_ file: FilePath, of run: RunID, takenOverBy later: RunID) throws(Failure) {
    try append(.takenOver(by: later), to: file, of: run)
  }

  /// Adds a fact to the journal of a dead run; durable on return.
  static func append(_ fact: Fact, to file: FilePath, of run: RunID) throws(Failure) {
    let last = try JournalReader.events(of: file).last?.sequence ?? 0
    let event = Event(sequence: last + 1, time: .now, run: run, fact: fact)
    do {
      let descriptor = try FileDescriptor.open(file, .writeOnly, options: [.append, .closeOnExec])
      try descriptor.closeAfter {
        // A torn last line must not swallow this one.
        _ = try descriptor.writeAll(Array("\n\(event.json.serialized())\n".utf8))
        try descriptor.synchronize()
      }
    } catch { throw .fileSystem(path: file, error as? Errno ?? .ioError) }
  }

  deinit { state.withLock { try? $0.descriptor.close() } }

  /// Appends one fact.
  ///
  /// - Parameter durable: waits until it and all before it are on the disk.
  /// - Throws: `Failure.fileSystem`; the fact is then not in the journal (a torn line is skipped by readers).
  @discardableResult
  public func append(_ fact: Fact, durable: Bool = false) throws(Failure) -> Event {
    do {
      return try state.withLock { state in
        let event = Event(sequence: state.sequence + 1, time: .now, run: run, fact: fact)
        let line = Array(event.json.serialized().utf8) + [UInt8(ascii: "\n")]
        try state.descriptor.writeAll(line)
        if durable { try state.descriptor.synchronize() }
        state.sequence += 1
        observer(event)
        return event
      }
    } catch { throw .fileSystem(path: file, error as? Errno ?? .ioError) }
  }

  /// Waits until all that was appended is on the disk: one fsync for any number of facts.
  func synchronize() throws(Failure) {
    do throws(Errno) { try state.withLock { state throws(Errno) in try state.descriptor.synchronize() } } catch {
      throw .fileSystem(path: file, error)
    }
  }
}
