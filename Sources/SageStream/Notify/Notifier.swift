import Git
import Platform
import Subprocess
import Synchronization

/// Runs the user's `sageStream.notify` for each notice, beside the run and never in its way.
///
/// What happened is in the environment and in no part of the command line. A command that hangs is killed after a minute; at the end of a
/// run nobody waits for one to end, only for the last to have begun.
public final class Notifier: Sendable {
  private let fold = Mutex(NoticeFold())
  private let notices: AsyncStream<Notice>.Continuation
  private let worker: Task<Void, Never>
  private let begun: Counter

  static let patience = Duration.seconds(60)
  static let mostAtOnce = 4

  /// - Parameters:
  ///   - command: run by `/bin/sh`, in `folder`.
  ///   - environment: the user's own.
  public init(command: String, folder: FilePath, environment: [String: String]) {
    let (stream, continuation) = AsyncStream.makeStream(of: Notice.self)
    notices = continuation
    let begun = Counter()
    self.begun = begun
    let variables = ChildEnvironment.worker(from: environment)
    worker = Task {
      await withTaskGroup(of: Void.self) { group in
        var running = 0
        for await notice in stream {
          if running >= Self.mostAtOnce {
            await group.next()
            running -= 1
          }
          running += 1
          group.addTask { await Self.run(command, notice, folder, variables, begun) }
        }
      }
    }
  }

  /// Looks at one event of the run; returns at once.
  public func take(_ event: Event) {
    let (notice, title) = fold.withLock { fold in
      let notice = fold.take(event)
      return (notice, notice?.ticket.flatMap { fold.title(of: $0) })
    }
    guard var notice else { return }
    if let title { notice.details["SAGE_TICKET_TITLE"] = title }
    begun.expect()
    notices.yield(notice)
  }

  /// Waits until every command has been started, at most two seconds. What has not ended then goes on after us.
  public func finish() async {
    notices.finish()
    let end = ContinuousClock.now + .seconds(2)
    while !begun.isComplete, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
  }

  private static func run(
    _ command: String, _ notice: Notice, _ folder: FilePath, _ environment: ChildEnvironment, _ begun: Counter
  ) async {
    let variables = environment.setting(Self.variables(notice)).variables.reduce(into: [Environment.Key: String]()) { result, variable in
      if let key = Environment.Key(rawValue: variable.key) { result[key] = variable.value }
    }
    var options = PlatformOptions()
    options.createSession = true
    let result = try? await Subprocess.run(
      .path("/bin/sh"), arguments: ["-c", command], environment: .custom(variables), workingDirectory: folder, platformOptions: options,
      input: .none, output: .discarded, error: .discarded
    ) { execution in
      begun.count()
      let pid = execution.processIdentifier.value
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          do { try await Task.sleep(for: patience) } catch { return }
          kill(-pid, SIGKILL)
        }
        group.addTask { await ChildExit.wait(for: pid) }
        _ = await group.next()
        group.cancelAll()
      }
    }
    // One that could not be started is waited for by nobody.
    if result == nil { begun.count() }
  }

  static func variables(_ notice: Notice) -> [String: String] {
    // Linux takes no variable of 128 KiB; a run of thousands of tickets tells them elsewhere.
    let json = notice.json.utf8.count < 100_000 ? notice.json : ""
    let all = [
      "SAGE_EVENT": notice.event, "SAGE_RUN_ID": notice.run.rawValue, "SAGE_TICKET_ID": notice.ticket?.rawValue ?? "",
      "SAGE_TICKET_TITLE": "", "SAGE_MESSAGE": notice.message, "SAGE_EVENT_JSON": json,
    ].merging(notice.details) { $1 }
    // A NUL would end the variable early, and nobody else's text may.
    return all.mapValues { String($0.unicodeScalars.filter { $0 != "\0" }) }
  }

  /// How many commands there are to start, and how many have been.
  private final class Counter: Sendable {
    private let state = Mutex((expected: 0, seen: 0))
    func expect() { state.withLock { $0.expected += 1 } }
    func count() { state.withLock { $0.seen += 1 } }
    var isComplete: Bool { state.withLock { $0.seen >= $0.expected } }
  }
}
