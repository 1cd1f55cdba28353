import Git
import Platform

/// An agent as it is going to be called: a preset with what configuration says about it, or one that configuration adds.
///
/// `sageStream.agent.<name>.command` is a line for /bin/sh, like `sageStream.worker`; the prompt's option and argument are passed to it after
/// its own words. `.argument`, which may be given several times, adds one word each to a preset's own call.
public struct Agent: Sendable, Equatable {
  public enum Call: Sendable, Equatable {
    case program(String, [String])
    case shell(String)
  }

  public var name: String
  public var title: String
  public var call: Call
  public var prompt: AgentPreset.Prompt
  public var environment: [String: String]
  public var credentials: [String]
  public var login: String
  public var output: AgentOutput
  public var throttled: [String]
  public var refused: [String]
  public var writable: String?
  public var litter: [String] = []
  /// What to call its program with for the help that has its flags.
  public var help: [String]
  public var autonomy: String
  public var timeout: Duration?
  /// Where its flags were read, and when; nil for one that configuration made.
  public var origin: (source: String, checked: String)? { preset.map { ($0.source, $0.checked) } }
  /// The preset that it is made from.
  public var preset: AgentPreset? { AgentPreset.named(name) }

  init(_ preset: AgentPreset) {
    name = preset.name
    title = preset.title
    call = .program(preset.program, preset.arguments)
    prompt = preset.prompt
    environment = preset.environment
    credentials = preset.credentials
    login = preset.login
    output = preset.output
    throttled = preset.throttled
    refused = preset.refused
    writable = preset.writable
    litter = preset.litter
    help = preset.help
    autonomy = preset.autonomy
  }

  /// An agent that only configuration knows. It is told from its errors by the words of all others.
  init(named name: String, line: String) {
    self.name = name
    title = "configured here"
    call = .shell(line)
    prompt = .file(after: "")
    environment = [:]
    credentials = []
    login = "its own login command"
    output = .text
    throttled = Array(Set(AgentPreset.all.flatMap(\.throttled))).sorted()
    refused = Array(Set(AgentPreset.all.flatMap(\.refused))).sorted()
    writable = nil
    help = ["--help"]
    autonomy = "whatever the command allows"
  }

  /// The program that is started, or the shell's first word.
  public var program: String {
    switch call {
    case .program(let name, _): name
    case .shell(let line): line.split { $0 == " " || $0 == "\t" }.first.map(String.init) ?? ""
    }
  }

  /// Every option that would be passed, without its value; what `probe` looks for. Of a shell line nothing is known.
  public var flags: [String] {
    guard case .program(_, let arguments) = call else { return [] }
    var flags = arguments.filter { $0.hasPrefix("-") && $0 != "-" }.map { String($0.prefix { $0 != "=" }) }
    switch prompt {
    case .standardInput, .argument(nil): break
    case .argument(let option?), .file(let option): if !option.isEmpty { flags.append(option) }
    }
    if let writable { flags.append(writable) }
    var seen: Set<String> = []
    return flags.filter { seen.insert($0).inserted }
  }

  /// Where its program is, as the shell would find it; nil where it is not on PATH.
  public func path(in environment: [String: String]) -> FilePath? { pathOfProgram(program, environment) }

  /// The whole call as a person would type it, with the places for prompt and folders named.
  public var displayed: String {
    var words: [String]
    switch call {
    case .program(let name, let arguments): words = [name] + arguments
    case .shell(let line): words = [line]
    }
    if let writable { words += [writable, "GIT-FOLDER", writable, "OBJECTS-FOLDER"] }
    switch prompt {
    case .standardInput: words.append("<PROMPT-FILE")
    case .argument(let option): words += [option, "PROMPT"].compactMap(\.self)
    case .file(let option): if !option.isEmpty { words += [option, "PROMPT-FILE"] }
    }
    return words.joined(separator: " ")
  }

  /// What is started for one attempt.
  ///
  /// - Parameters:
  ///   - promptFile: also in `SAGE_PROMPT_FILE`.
  ///   - writable: folders that a sandbox must let it write to, so that it can commit.
  func command(promptFile: FilePath, writable folders: [FilePath]) -> WorkerCommand {
    var extra: [String] = writable.map { option in folders.flatMap { [option, $0.string] } } ?? []
    var delivery = WorkerCommand.PromptDelivery.file
    switch prompt {
    case .standardInput: delivery = .standardInput
    case .argument(let option):
      // Before the prompt, so that a prompt that begins with a dash is no option of the last word's.
      extra += (option.map { [$0] } ?? []) + [Self.promptArgument(promptFile)]
    case .file(let option): if !option.isEmpty { extra += [option, promptFile.string] }
    }
    switch call {
    case .program(let name, let arguments): return .program([name] + arguments + extra, prompt: delivery)
    case .shell(let line):
      return .program(["/bin/sh", "-c", extra.isEmpty ? line : line + " \"$@\"", "sh"] + extra, prompt: delivery)
    }
  }

  /// One argument holds at most 128 kB on Linux; a longer prompt is left in its file, which every agent can read.
  private static func promptArgument(_ file: FilePath) -> String {
    let text = ((try? File.readText(file)) ?? nil) ?? ""
    if !text.isEmpty, text.utf8.count < 100_000 { return text }
    return "Your whole task is described in the file \(file.string). Read it completely, then do what it says."
  }
}

/// Where a program is: `name` itself where it has a slash, else the first of that name on PATH that can be run.
func pathOfProgram(_ name: String, _ environment: [String: String]) -> FilePath? {
  func canRun(_ path: FilePath) -> Bool {
    guard path.withPlatformString({ access($0, X_OK) }) == 0, let real = try? File.resolved(path) else { return false }
    return ((try? FileStatus.of(real)) ?? nil)?.kind == .file
  }
  if name.isEmpty { return nil }
  if name.contains("/") { return canRun(FilePath(name)) ? FilePath(name) : nil }
  return (environment["PATH"] ?? "").split(separator: ":").lazy.map { FilePath(String($0)).appending(name) }.first(where: canRun)
}
