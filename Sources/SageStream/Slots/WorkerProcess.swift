import Git
import Platform
import Subprocess
import Synchronization

/// One process of the user's, watched from start to end: a worker, or the setup of a slot.
///
/// It leads a session and process group of its own. Its output comes to us through a pipe and goes on into the log (`OutputPipe`): only so can
/// a log have a limit, and silence be noticed. When the leader is gone the whole group is killed, so nothing that it
/// put into the background goes on writing while its work is being looked at. (A descendant that made a session of its own
/// escapes this; `StrayProcesses` finds it by its working folder.)
struct WorkerProcess {
  /// Why we ended it.
  enum Stop: Sendable, Equatable {
    case requested
    case timeout(Duration)
    case idle(Duration)
  }

  enum Exit: Sendable, Equatable {
    case status(Int32)
    case signal(Int32)

    /// As a shell says it: 128 + n for a signal n.
    var shellStatus: Int32 {
      switch self {
      case .status(let status): status
      case .signal(let number): 128 + number
      }
    }
  }

  struct Ending: Sendable {
    let exit: Exit
    let stop: Stop?
    let seconds: Double
  }

  /// It could not be started at all.
  struct NotStarted: Error { let reason: String }

  var command: WorkerCommand
  var folder: FilePath
  var environment: ChildEnvironment
  var promptFile: FilePath?
  var log: FilePath
  var logLimit: Int
  var timeout: Duration?
  var idleTimeout: Duration?
  var grace: Duration

  /// Starts it and waits for its end.
  ///
  /// - Parameters:
  ///   - stop: ends it like a timeout: TERM to the group, the grace, KILL.
  ///   - started: called once, when the process exists; it runs on meanwhile.
  func run(stop: StopRequest, started: (ProcessIdentity) -> Void) async throws(NotStarted) -> Ending {
    do {
      let log = SharedLog(try WorkerLog(log, limit: logLimit))
      let watch = Watch(grace: grace)
      let begin = ContinuousClock.now
      let executable: Executable
      let arguments: [String]
      var input = InputMethod.none
      switch command {
      case .shell(let line):
        executable = .path("/bin/sh")
        arguments = ["-c", line]
      case .program(let words, let delivery):
        let name = words.first ?? ""
        executable = name.contains("/") ? .path(FilePath(name)) : .name(name)
        arguments = Array(words.dropFirst())
        if delivery == .standardInput, let promptFile { input = .file(promptFile) }
      }
      let variables = environment.variables.reduce(into: [Environment.Key: String]()) { result, variable in
        if let key = Environment.Key(rawValue: variable.key) { result[key] = variable.value }
      }
      var options = PlatformOptions()
      options.createSession = true
      // Only for a task that is cancelled, which is not how a run stops a worker.
      options.teardownSequence = [.send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)]
      let descriptor = try FileDescriptor.open(input.path, .readOnly, options: [.closeOnExec])
      let output = try OutputPipe.reading { bytes in
        log.append(bytes)
        watch.heard()
      }
      let result = try await Subprocess.run(
        executable, arguments: Arguments(arguments), environment: .custom(variables), workingDirectory: folder,
        platformOptions: options, input: .fileDescriptor(descriptor, closeAfterSpawningProcess: true),
        output: .fileDescriptor(output.writeEnd, closeAfterSpawningProcess: true), error: .combinedWithOutput
      ) { execution in
        let pid = execution.processIdentifier.value
        started(ProcessIdentity(of: pid) ?? ProcessIdentity(pid: pid, startTime: ""))
        await withTaskGroup { group in
          if let timeout { group.addTask { await watch.end(pid, .timeout(timeout), at: begin + timeout) } }
          if let idleTimeout { group.addTask { await watch.endWhenSilent(pid, for: idleTimeout) } }
          group.addTask { await watch.end(pid, when: stop) }
          await ChildExit.wait(for: pid)
          // The leader is dead but not reaped yet, so its number cannot be anybody else's.
          kill(-pid, SIGKILL)
          await output.end()
          group.cancelAll()
        }
      }
      log.finish()
      let exit: Exit =
        switch result.terminationStatus {
        case .exited(let status): .status(status)
        case .signaled(let number): .signal(number)
        }
      return Ending(exit: exit, stop: watch.reason, seconds: (ContinuousClock.now - begin) / .seconds(1))
    } catch { throw NotStarted(reason: "\(error)") }
  }

  private enum InputMethod {
    case none
    case file(FilePath)

    var path: FilePath { if case .file(let path) = self { path } else { "/dev/null" } }
  }
}

/// The log as the thread that reads the output and the task that waits for the end share it.
private final class SharedLog: Sendable {
  private let log: Mutex<WorkerLog>

  init(_ log: consuming sending WorkerLog) { self.log = Mutex(log) }

  func append(_ bytes: UnsafeRawBufferPointer) { log.withLock { $0.append(bytes) } }
  func finish() { log.withLock { $0.finish() } }
}

/// Who may end a process, and why it was ended; the first reason counts.
private final class Watch: Sendable {
  private struct State {
    var reason: WorkerProcess.Stop?
    var lastHeard = ContinuousClock.now
  }

  private let state = Mutex(State())
  private let grace: Duration

  init(grace: Duration) { self.grace = grace }

  var reason: WorkerProcess.Stop? { state.withLock { $0.reason } }

  func heard() { state.withLock { $0.lastHeard = .now } }

  func end(_ pid: Int32, when stop: StopRequest) async {
    await stop.wait()
    if !Task.isCancelled { await end(pid, .requested) }
  }

  func end(_ pid: Int32, _ reason: WorkerProcess.Stop, at deadline: ContinuousClock.Instant) async {
    do { try await Suspension.sleep(until: deadline) } catch { return }
    await end(pid, reason)
  }

  func endWhenSilent(_ pid: Int32, for limit: Duration) async {
    while true {
      let heard = state.withLock { $0.lastHeard }
      do { try await Suspension.sleep(until: heard + limit) } catch { return }
      if state.withLock({ $0.lastHeard }) == heard { break }
    }
    await end(pid, .idle(limit))
  }

  /// TERM to the group, the grace, KILL. Cancelled as soon as the leader is dead.
  private func end(_ pid: Int32, _ reason: WorkerProcess.Stop) async {
    let isFirst = state.withLock { state in
      if state.reason != nil { return false }
      state.reason = reason
      return true
    }
    guard isFirst else { return }
    kill(-pid, SIGTERM)
    do { try await Task.sleep(for: grace, clock: .continuous) } catch { return }
    kill(-pid, SIGKILL)
  }
}
