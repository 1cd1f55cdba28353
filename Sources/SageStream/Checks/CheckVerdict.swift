import Tickets

/// What one run of the check said about a tree.
public enum CheckVerdict: Sendable, Equatable {
  /// Exit status 0.
  case green
  /// Any exit status that says nothing else.
  case red(status: Int32)
  /// It ran longer than `sageStream.timeout` allows, or was silent for longer than `sageStream.idleTimeout`.
  case timedOut(seconds: Int)
  /// Exit status 125.
  case undecided
  /// A signal ended it, which is nobody's fault: the machine ran out of memory, or somebody stopped it.
  case killed(signal: Int32)
  /// Exit status 126 or 127: there is no such command.
  case cannotRun(status: Int32)
  /// We stopped it, because the run ends.
  case stopped

  init(_ ending: WorkerProcess.Ending) {
    switch ending.stop {
    case .requested?:
      self = .stopped
      return
    case .timeout(let limit)?, .idle(let limit)?:
      self = .timedOut(seconds: Int(limit.components.seconds))
      return
    case nil: break
    }
    switch ending.exit {
    case .status(0): self = .green
    case .status(125): self = .undecided
    case .status(126): self = .cannotRun(status: 126)
    case .status(127): self = .cannotRun(status: 127)
    // What a shell says of a child that a signal ended.
    case .status(let status) where 129...192 ~= status: self = .killed(signal: status - 128)
    case .status(let status): self = .red(status: status)
    case .signal(let number): self = .killed(signal: number)
    }
  }

  /// Whether this says something about the tree, so that asking again would be a waste.
  var isAnswer: Bool {
    switch self {
    case .green, .red, .timedOut, .undecided: true
    case .killed, .cannotRun, .stopped: false
    }
  }

  /// One sentence without a subject's name, for reports.
  public var sentence: String {
    switch self {
    case .green: "the check passed"
    case .red(let status): "the check failed with exit status \(status)"
    case .timedOut(let seconds): "the check ran longer than \(seconds) s"
    case .undecided: "the check is undecided (exit status 125)"
    case .killed(let signal): "the check was killed by signal \(signal)"
    case .cannotRun(let status): "the check cannot run (exit status \(status))"
    case .stopped: "the check was stopped"
    }
  }

  /// As the journal calls it.
  public var name: String {
    switch self {
    case .green: "green"
    case .red: "red"
    case .timedOut: "timed_out"
    case .undecided: "undecided"
    case .killed: "killed"
    case .cannotRun: "cannot_run"
    case .stopped: "stopped"
    }
  }

  var members: [JSON.Object.Member] {
    let name = [JSON.Object.Member("verdict", .string(name))]
    switch self {
    case .red(let status), .cannotRun(let status): return name + [.init("status", JSON(Int(status)))]
    case .killed(let signal): return name + [.init("signal", JSON(Int(signal)))]
    case .timedOut(let seconds): return name + [.init("limit_seconds", JSON(seconds))]
    case .green, .undecided, .stopped: return name
    }
  }

  init?(json: JSON) {
    func number(_ key: String) -> Int32? { json[key]?.int.map { Int32(truncatingIfNeeded: $0) } }
    switch json["verdict"]?.string {
    case "green": self = .green
    case "red": self = .red(status: number("status") ?? 1)
    case "timed_out": self = .timedOut(seconds: json["limit_seconds"]?.int ?? 0)
    case "undecided": self = .undecided
    case "killed": self = .killed(signal: number("signal") ?? 0)
    case "cannot_run": self = .cannotRun(status: number("status") ?? 127)
    case "stopped": self = .stopped
    default: return nil
    }
  }
}
