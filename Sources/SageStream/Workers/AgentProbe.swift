import Git
import Platform
import Tickets

/// What an agent's own program says about the call that we would make: whether it is there, which version, and whether it knows each option.
///
/// Nothing is run but `--version` and the help, in `/`, without the prompt; no worktree and no file in the repository is made.
public struct AgentProbe: Sendable {
  public let agent: Agent
  /// Nil: not on PATH.
  public let path: FilePath?
  /// The line of `--version` that has a digit.
  public let version: String?
  /// Each option that would be passed, and whether the help has it.
  public let flags: [(flag: String, isKnown: Bool)]
  /// Variables of its credentials that are set.
  public let credentials: [String]
  /// Why it could not be asked, where it could not.
  public let problem: String?

  /// Whether a run could start with it, as far as can be known without asking its service.
  public var isUsable: Bool { path != nil && problem == nil && flags.allSatisfy(\.isKnown) }

  /// Asks the program.
  ///
  /// - Parameter patience: how long each of the two calls may take.
  public static func run(_ agent: Agent, environment: [String: String], patience: Duration = .seconds(60)) async -> AgentProbe {
    let set = agent.credentials.filter { !(environment[$0] ?? "").isEmpty }
    func result(_ path: FilePath?, version: String? = nil, flags: [(String, Bool)] = [], problem: String? = nil) -> AgentProbe {
      AgentProbe(
        agent: agent, path: path, version: version, flags: flags.map { (flag: $0.0, isKnown: $0.1) }, credentials: set, problem: problem)
    }
    guard let path = agent.path(in: environment) else { return result(nil) }
    guard case .program(let program, _) = agent.call else { return result(path) }
    let asked = Asking(environment: ChildEnvironment.worker(from: environment).completed(by: agent.environment), patience: patience)
    do throws(WorkerProcess.NotStarted) {
      let version = try await asked.output(of: [program, "--version"])
      let help = try await asked.output(of: [program] + agent.help)
      // Words about a missing terminal or an update may stand before it.
      let line = version.split(whereSeparator: \.isNewline).last { line in
        line.contains(where: \.isNumber) && !line.lowercased().contains("warning")
      }
      if help.isEmpty { return result(path, version: line.map(String.init), problem: "its help is empty") }
      return result(path, version: line.map { String($0) }, flags: agent.flags.map { ($0, mentions(help, $0)) })
    } catch { return result(path, problem: error.reason) }
  }

  /// Whether a help text has an option as a word of its own: `--json` is not in `--json-schema`.
  static func mentions(_ help: String, _ flag: String) -> Bool {
    var rest = help[...]
    while let place = rest.firstRange(of: flag) {
      let before = place.lowerBound > help.startIndex ? help[help.index(before: place.lowerBound)] : " "
      let after = place.upperBound < help.endIndex ? help[place.upperBound] : " "
      func belongs(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "-" }
      if !belongs(before), !belongs(after) { return true }
      // argparse writes --[no-]gitignore in some versions.
      rest = rest[place.upperBound...]
    }
    if flag.hasPrefix("--no-") { return help.contains("--[no-]" + flag.dropFirst(5)) }
    return false
  }

  /// Runs a program for its output.
  private struct Asking {
    let environment: ChildEnvironment
    let patience: Duration

    func output(of words: [String]) async throws(WorkerProcess.NotStarted) -> String {
      let folder = FilePath((environment.variables["TMPDIR"] ?? "/tmp") + "/git-sage-stream-probe-\(getpid())")
      do { try Folder.create(folder, permissions: FilePermissions(rawValue: 0o700)) } catch {
        throw WorkerProcess.NotStarted(reason: "\(folder.string) could not be made")
      }
      defer { try? Folder.removeTree(folder) }
      let log = folder.appending("output")
      // Wide: some parsers wrap long options.
      let process = WorkerProcess(
        command: .program(words), folder: "/", environment: environment.setting(["COLUMNS": "200", "NO_COLOR": "1"]), promptFile: nil,
        log: log, logLimit: 4 << 20, timeout: patience, idleTimeout: nil, grace: .seconds(1))
      let ending = try await process.run(stop: StopRequest()) { _ in }
      if ending.stop != nil { throw WorkerProcess.NotStarted(reason: "\(words.joined(separator: " ")) did not end within a minute") }
      return ((try? File.readText(log)) ?? nil) ?? ""
    }
  }
}

extension AgentProbe {
  /// `worker probe --json`.
  public var json: JSON {
    [
      "name": .string(agent.name), "program": .string(agent.program), "path": path.map { .string($0.string) } ?? .null,
      "version": version.map { .string($0) } ?? .null,
      "flags": .array(flags.map { ["flag": .string($0.flag), "known": JSON($0.isKnown)] }), "credentials_set": JSON(credentials),
      "command": .string(agent.displayed), "problem": problem.map { .string($0) } ?? .null, "usable": JSON(isUsable),
    ]
  }
}
