/// How an agent's output says what was used and what went wrong. Data only; `AgentReading` does the reading.
public struct AgentOutput: Sendable, Equatable {
  /// What `sageStream.agent.<name>.output` calls it.
  public let name: String
  /// The member of an event that says what it is.
  var kind = "type"
  /// Values of that member of the events that carry usage; empty: none do.
  var usageEvents: [String] = []
  /// Whether these events add up; otherwise the last one has the total.
  var addsUp = false
  /// Where in such an event the tokens that went in stand; several places are added up.
  var input: [String] = []
  var output: [String] = []
  var cost: String?
  /// Events of these types are the end of a failed attempt, whatever the exit status.
  var failures: [String] = []
  /// A result event whose member of this name is true, or has this text, is the same.
  var failedWhen: [(member: String, value: String)] = []
  /// Events of these types are errors that may have been got over.
  var errors: [String] = []
  /// Where in such events the words stand; the first that is there counts.
  var words: [String] = []
  /// The event that says what is left of a limit, with the time at which it is reset.
  var limit: (event: String, status: String, rejected: String, resets: String)?
  /// Usage as aider writes it, in words.
  var isAider = false

  public static func == (a: AgentOutput, b: AgentOutput) -> Bool { a.name == b.name }

  init(_ name: String) { self.name = name }

  private init(_ name: String, _ change: (inout AgentOutput) -> Void) {
    self.name = name
    change(&self)
  }

  public static func named(_ name: String) -> AgentOutput? { all.first { $0.name == name } }

  public static let all: [AgentOutput] = [text, claude, codex, gemini, openCode, copilot, openHands, aider]

  /// Anything for people; nothing is known of usage, and errors are what stands at the end.
  public static let text = AgentOutput("text")

  /// One JSON object a line, as Claude Code writes it, and Qwen Code, Cursor, Amp and Droid after it.
  public static let claude = AgentOutput("claude") {
    $0.usageEvents = ["result", "completion"]
    $0.input = ["usage.input_tokens", "usage.cache_creation_input_tokens", "usage.cache_read_input_tokens"]
    $0.output = ["usage.output_tokens"]
    $0.cost = "total_cost_usd"
    $0.failedWhen = [("is_error", "true")]
    $0.failures = ["error"]
    $0.words = ["result", "error.message", "error", "message"]
    $0.limit = ("rate_limit_event", "rate_limit_info.status", "rejected", "rate_limit_info.resetsAt")
  }

  public static let codex = AgentOutput("codex") {
    $0.usageEvents = ["turn.completed"]
    $0.addsUp = true
    // Cached tokens are part of the input tokens here.
    $0.input = ["usage.input_tokens"]
    $0.output = ["usage.output_tokens"]
    $0.failures = ["turn.failed"]
    $0.errors = ["error"]
    $0.words = ["error.message", "message"]
  }

  public static let gemini = AgentOutput("gemini") {
    $0.usageEvents = ["result"]
    $0.input = ["stats.input_tokens"]
    $0.output = ["stats.output_tokens"]
    $0.failedWhen = [("status", "error")]
    $0.errors = ["error"]
    $0.words = ["error.message", "message"]
  }

  public static let openCode = AgentOutput("opencode") {
    $0.usageEvents = ["step_finish"]
    $0.addsUp = true
    $0.input = ["part.tokens.input", "part.tokens.cache.read", "part.tokens.cache.write"]
    $0.output = ["part.tokens.output", "part.tokens.reasoning"]
    $0.cost = "part.cost"
    $0.errors = ["error"]
    $0.words = ["error.data.message", "error.message", "error.name"]
  }

  /// Its result event has no tokens (github/copilot-cli#4107, open on 2026-11-23).
  public static let copilot = AgentOutput("copilot") {
    $0.errors = ["session.error", "error"]
    $0.words = ["data.message", "error.message", "message"]
  }

  /// One JSON object a line among panels for people; it has no tokens.
  public static let openHands = AgentOutput("openhands") {
    $0.kind = "kind"
    $0.failures = ["ConversationErrorEvent"]
    $0.errors = ["AgentErrorEvent"]
    $0.words = ["detail", "error"]
  }

  /// `Tokens: 2.1k sent, 150 received. Cost: $0.01 message, $0.02 session.`, once for each message.
  public static let aider = AgentOutput("aider") { $0.isAider = true }
}
