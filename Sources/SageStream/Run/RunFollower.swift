import Platform

/// Watches from another process what runs do: events of the newest run as its journal grows, then those of the next.
///
/// It sleeps until the journal changes (`FileWatch`). A run that was killed writes nothing any more, so whether the process of a run still
/// lives is asked once a second while it ought to. Takes no lock, and changes nothing.
public final class RunFollower {
  public enum Update: Sendable {
    case event(Event)
    /// The process of this run is gone, and it had not come to its end.
    case died(RunID)
  }

  private let project: Project
  private let watch: FileWatch
  private var journal: JournalFollower?
  private var record: RunRecord?
  private var isOver = true

  /// - Throws: `Failure.fileSystem` where the system does not let us watch.
  public init(_ project: Project) throws(Failure) {
    self.project = project
    do throws(Errno) { watch = try FileWatch() } catch { throw .fileSystem(path: project.stateFolder, error) }
  }

  /// The run that goes on now; nil where none does.
  public var current: RunID? { isOver ? nil : record?.run }

  /// What has happened since the last call, without waiting. The first call tells of the newest run from its beginning.
  public func news() throws(Failure) -> [Update] {
    var updates: [Update] = []
    while true {
      updates += try read()
      guard isOver, let next = try nextRun() else { return updates }
      record = RunRecord(run: next)
      journal = JournalFollower(project.runFolder(next).appending("journal.jsonl"))
      isOver = false
    }
  }

  /// Has `wait` return also when this changes; one that is watched already is fine.
  public func alsoWatch(_ path: FilePath) async { await watch.add(path) }

  /// Returns when there may be news.
  ///
  /// - Parameter limit: how long to wait at most.
  public func wait(atMost limit: Duration? = nil) async {
    await watch.add(project.stateFolder.appending("runs"))
    // Before the first run there is no folder for runs, and before anything at all no folder of ours.
    await watch.add(project.stateFolder)
    await watch.add(project.layout.commonFolder)
    if let journal, !isOver {
      await watch.add(journal.file.removingLastComponent())
      await watch.add(journal.file)
    }
    // What came before the watch was set.
    if let journal, !isOver, ((try? FileStatus.of(journal.file)) ?? nil)?.size != journal.offset { return }
    if isOver, (try? nextRun()) ?? nil != nil { return }
    let heartbeat = isOver ? nil : Duration.seconds(1)
    await watch.wait(atMost: [limit, heartbeat].compactMap { $0 }.min())
  }

  private func read() throws(Failure) -> [Update] {
    guard let run = record?.run, !isOver, var follower = journal else { return [] }
    let events = try follower.news()
    journal = follower
    for event in events { record?.apply(event) }
    if record?.finished != nil || record?.takenOverBy != nil || record?.started?.verb != nil {
      isOver = true
    } else if let process = record?.started?.process, !process.isAlive {
      // It may have written its last words between our reading and our asking.
      let last = try follower.news()
      for event in last { record?.apply(event) }
      isOver = true
      if record?.finished == nil { return (events + last).map { .event($0) } + [.died(run)] }
      return (events + last).map { .event($0) }
    }
    // Killed before its first word, it never says more; the next run tells.
    if record?.started == nil, try nextRun() != nil { isOver = true }
    // A verb such as `retry` is no run of the queue.
    return record?.started?.verb != nil ? [] : events.map { .event($0) }
  }

  /// The newest run that has begun since the one that is known; at first the newest of all that is no verb.
  private func nextRun() throws(Failure) -> RunID? {
    let runs = try JournalReader.runs(in: project.stateFolder)
    if let known = record?.run { return runs.first { $0 > known } }
    for run in runs.reversed() {
      guard let first = try JournalReader.events(of: project.runFolder(run).appending("journal.jsonl")).first else { continue }
      if case .runStarted(let start) = first.fact, start.verb != nil { continue }
      return run
    }
    return nil
  }
}
