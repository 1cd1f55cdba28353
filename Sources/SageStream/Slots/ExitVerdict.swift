import Platform

/// What a worker's end says by itself, before anybody has looked at its slot (DESIGN section 7, "Exit").
enum ExitVerdict: Sendable {
  /// Exit 0: uncommitted changes are harvested.
  case done(summary: String?, saysCompleted: Bool)
  case notApplicable(reason: String)
  case throttled(until: WallTime?, message: String?)
  case refused(message: String)
  case cannotRun(status: Int32, message: String)
  case interrupted
  case failed(AttemptFailure)

  var isDone: Bool { if case .done = self { true } else { false } }

  init(_ ending: WorkerProcess.Ending, _ result: WorkerResult, command: WorkerCommand, log: FilePath) {
    switch ending.stop {
    case .requested?:
      self = .interrupted
      return
    case .timeout(let limit)?:
      self = .failed(AttemptFailure(.timeout, "the worker ran longer than \(Self.words(limit)) (sageStream.timeout)"))
      return
    case .idle(let limit)?:
      self = .failed(AttemptFailure(.timeout, "the worker was silent for \(Self.words(limit)) (sageStream.idleTimeout)"))
      return
    case nil: break
    }
    switch ending.exit {
    case .status(0):
      switch result.status {
      case .failed?: self = .failed(AttemptFailure(.result, result.reason ?? result.summary ?? "the worker reported a failure"))
      case .deferred?: self = .notApplicable(reason: result.reason ?? result.summary ?? "the worker deferred the ticket")
      case .completed?, nil: self = .done(summary: result.summary, saysCompleted: result.status == .completed)
      }
    case .status(75): self = .throttled(until: result.retryAfter.map { WallTime.now.adding($0) }, message: result.reason)
    case .status(125): self = .notApplicable(reason: result.reason ?? "the worker says that the ticket does not apply (exit status 125)")
    case .status(let status) where status == 126 || status == 127:
      self = .cannotRun(status: status, message: Self.lastLine(of: log) ?? "\(command.displayed) cannot be run")
    case .status(let status):
      self = .failed(AttemptFailure(.exit, result.reason ?? "the worker ended with exit status \(status)"))
    case .signal(let number): self = .failed(AttemptFailure(.signal, "the worker was killed by signal \(number)"))
    }
  }

  private static func words(_ limit: Duration) -> String {
    let seconds = limit.components.seconds
    if limit < .seconds(1) { return "\(Int(limit / .milliseconds(1))) ms" }
    return seconds % 60 == 0 && seconds > 0 ? "\(seconds / 60) min" : "\(seconds) s"
  }

  private static func lastLine(of log: FilePath) -> String? {
    let text = (try? File.readText(log)) ?? nil
    return text?.split(whereSeparator: \.isNewline).last.map { String($0.prefix(300)) }
  }
}
