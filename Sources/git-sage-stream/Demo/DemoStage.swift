import Platform
import SageStream
import Subprocess
import Synchronization

/// Runs this very program as a user would, in the user's terminal.
struct DemoStage {
  private let program: FilePath
  private let running = RunningChild()

  init() throws(Failure) {
    guard let program = pathOfThisProgram() else { throw .refused("the system does not say where this program is on disk") }
    self.program = program
  }

  /// Runs `git sage-stream` with these arguments and lets it write where we write.
  ///
  /// git finds it because its folder is first on PATH; under another file name it is started directly.
  ///
  /// - Returns: the exit status and how long it took.
  func run(
    _ arguments: [String], in repository: DemoRepository, setting extra: [String: String] = [:]
  ) async throws(Failure) -> (status: Int32, seconds: Double) {
    let isFindable = program.lastComponent?.string == "git-sage-stream"
    var variables = repository.environment.merging(extra) { $1 }
    variables["PATH"] = program.removingLastComponent().string + ":" + (variables["PATH"] ?? "/usr/bin:/bin")
    let environment = variables.reduce(into: [Environment.Key: String]()) { all, variable in
      if let key = Environment.Key(rawValue: variable.key) { all[key] = variable.value }
    }
    let start = ContinuousClock.now
    do {
      let result = try await Subprocess.run(
        isFindable ? .name("git") : .path(program), arguments: Arguments((isFindable ? ["sage-stream"] : []) + arguments),
        environment: .custom(environment), workingDirectory: repository.folder, input: .none, output: .currentStandardOutput,
        error: .currentStandardError
      ) { [running] execution in running.begin(execution.processIdentifier.value) }
      running.end()
      let status =
        switch result.terminationStatus {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
      return (status, (ContinuousClock.now - start) / .seconds(1))
    } catch { throw .refused("\(program.string) could not be started: \(error)") }
  }

  /// Passes a TERM on to what runs now. Ctrl-C needs no help: the terminal sends it to everybody in front of it.
  func forward(_ signal: Int32) {
    if signal == SIGTERM { running.send(signal) }
  }

  private final class RunningChild: Sendable {
    private let pid = Mutex<Int32?>(nil)
    func begin(_ pid: Int32) { self.pid.withLock { $0 = pid } }
    func end() { pid.withLock { $0 = nil } }
    func send(_ signal: Int32) { pid.withLock { if let pid = $0 { _ = kill(pid, signal) } } }
  }
}
