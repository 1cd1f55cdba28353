/// What we know of one coding agent's command line: how it is called without a person in front of it, and how its output is read.
///
/// Data only; `AgentPresets.swift` is the table. Flags of agents change often, so each entry says where its flags were read and when, and
/// `worker probe` compares them with what the installed program says about itself.
public struct AgentPreset: Sendable {
  /// How the prompt gets in.
  public enum Prompt: Sendable, Equatable {
    case standardInput
    /// As the last argument, after this option where there is one.
    case argument(after: String?)
    /// As the path of a file that holds it, after this option.
    case file(after: String)
  }

  /// What `--worker` and `sageStream.worker` call it.
  public let name: String
  public let title: String
  public let program: String
  public let arguments: [String]
  public let prompt: Prompt
  /// Set for it, where the user has not set them.
  public let environment: [String: String]
  /// Variables of which one must be set, unless the user has logged in.
  public let credentials: [String]
  /// What a person types where it is not logged in.
  public let login: String
  public let output: AgentOutput
  /// Words, in lower case, of a refusal that passes by itself: a rate or usage limit, an overloaded service.
  public let throttled: [String]
  /// Words, in lower case, of a refusal for want of a login, a key or money, which only a person can mend.
  public let refused: [String]
  /// The option that names a folder it may also write to; nil where it has no sandbox that would keep it from committing.
  public let writable: String?
  /// How the names begin of what it keeps for itself at the top of the worktree; none of that is work.
  public let litter: [String]
  /// What to call for the help that has its flags.
  public let help: [String]
  /// What it may do without being asked, in one sentence.
  public let autonomy: String
  /// Where the flags were read.
  public let source: String
  /// When, as `2026-11-23`; `run` says that the program itself was run then, not only read about.
  public let checked: String

  init(
    _ name: String, _ title: String, program: String? = nil, _ arguments: [String], prompt: Prompt, environment: [String: String] = [:],
    credentials: [String], login: String, output: AgentOutput, throttled: [String], refused: [String], writable: String? = nil,
    litter: [String] = [], help: [String] = ["--help"], autonomy: String, source: String, checked: String
  ) {
    self.name = name
    self.title = title
    self.program = program ?? name
    self.arguments = arguments
    self.prompt = prompt
    self.environment = environment
    self.credentials = credentials
    self.login = login
    self.output = output
    self.throttled = throttled
    self.refused = refused
    self.writable = writable
    self.litter = litter
    self.help = help
    self.autonomy = autonomy
    self.source = source
    self.checked = checked
  }

  public static func named(_ name: String) -> AgentPreset? { all.first { $0.name == name } }
}
