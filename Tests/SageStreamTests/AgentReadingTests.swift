import Platform
import Testing

@testable import SageStream

@Suite("Agents: what their output says")
struct AgentReadingTests {
  /// A Monday noon, UTC.
  private let now = WallTime(seconds: 1_795_435_200)

  private func read(_ text: String, _ format: AgentOutput) -> AgentReading { AgentReading(Array(text.utf8), as: format) }

  private func agent(_ name: String) throws -> Agent { Agent(try #require(AgentPreset.named(name))) }

  @Test("usage and cost are read as each agent writes them")
  func usage() {
    let claude = read(
      #"""
      {"type":"assistant","message":{"usage":{"input_tokens":3,"output_tokens":1}}}
      {"type":"result","subtype":"success","is_error":false,"result":"Done.","total_cost_usd":0.0524,"usage":{"input_tokens":10,"cache_creation_input_tokens":2000,"cache_read_input_tokens":14000,"output_tokens":350}}
      """#, .claude)
    #expect(claude.usage == WorkerUsage(inputTokens: 16_010, outputTokens: 350, costUSD: 0.0524))
    #expect(claude.failure == nil)
    let codex = read(
      #"""
      {"type":"turn.completed","usage":{"input_tokens":1200,"cached_input_tokens":1000,"output_tokens":80}}
      a line in between
      {"type":"turn.completed","usage":{"input_tokens":300,"cached_input_tokens":0,"output_tokens":20}}
      """#, .codex)
    #expect(codex.usage == WorkerUsage(inputTokens: 1500, outputTokens: 100))
    let gemini = read(
      #"{"type":"result","status":"success","stats":{"total_tokens":500,"input_tokens":420,"output_tokens":80}}"#, .gemini)
    #expect(gemini.usage == WorkerUsage(inputTokens: 420, outputTokens: 80))
    let openCode = read(
      #"""
      {"type":"step_finish","part":{"tokens":{"input":200,"output":20,"reasoning":5,"cache":{"read":100,"write":0}},"cost":0.01}}
      {"type":"step_finish","part":{"tokens":{"input":50,"output":10,"reasoning":0,"cache":{"read":300,"write":0}},"cost":0.02}}
      """#, .openCode)
    #expect(openCode.usage == WorkerUsage(inputTokens: 650, outputTokens: 35, costUSD: 0.03))
    let aider = read(
      """
      Tokens: 2.1k sent, 150 received. Cost: $0.01 message, $0.01 session.
      Tokens: 12k sent, 3.4k cache hit, 1.5k received. Cost: $0.04 message, $0.05 session.
      """, .aider)
    #expect(aider.usage == WorkerUsage(inputTokens: 14_100, outputTokens: 1650, costUSD: 0.05))
    #expect(read(#"{"type":"result","usage":{"input_tokens":-5}}"#, .claude).usage == WorkerUsage())
  }

  @Test("a limit is told from a failure, with the time at which it ends", arguments: limits)
  func throttled(sample: Sample) throws {
    let reading = read(sample.output, try agent(sample.agent).output)
    guard case .throttled(let until, _)? = reading.trouble(for: try agent(sample.agent), cameToNothing: true, now: now) else {
      Issue.record("not throttled: \(sample.output)")
      return
    }
    #expect(until.map { Int(($0 - now).rounded()) } == sample.seconds, "\(sample.output)")
  }

  struct Sample: Sendable, CustomStringConvertible {
    let agent: String
    let output: String
    /// From now until the limit ends; nil where the output does not say.
    var seconds: Int?

    var description: String { "\(agent): \(output.prefix(60))" }
  }

  static let limits = [
    Sample(
      agent: "claude",
      output: #"""
        {"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1795442400,"rateLimitType":"five_hour"}}
        {"type":"result","subtype":"success","is_error":true,"result":"You've hit your limit · resets 2pm (UTC)"}
        """#, seconds: 7200),
    Sample(
      agent: "claude", output: #"{"type":"result","is_error":true,"result":"You've hit your limit · resets 7pm (UTC)"}"#, seconds: 7 * 3600),
    Sample(
      agent: "claude", output: #"{"type":"result","is_error":true,"result":"Claude AI usage limit reached|1795438800"}"#, seconds: 3600),
    Sample(agent: "claude", output: #"{"type":"result","is_error":true,"result":"API Error: Rate limit reached"}"#),
    Sample(
      agent: "codex",
      output:
        #"{"type":"turn.failed","error":{"message":"You've hit your usage limit. Upgrade to Pro or try again in 3 days 4 hours 5 minutes."}}"#,
      seconds: 3 * 86_400 + 4 * 3600 + 5 * 60),
    Sample(
      agent: "codex", output: #"{"type":"turn.failed","error":{"message":"You've hit your usage limit. Try again at 3:05 PM (UTC)."}}"#,
      seconds: 3 * 3600 + 300),
    Sample(
      agent: "codex", output: #"{"type":"turn.failed","error":{"message":"usage_limit_reached, \"resets_in_seconds\":444"}}"#, seconds: 444),
    Sample(
      agent: "gemini",
      output:
        "Error when talking to Gemini API: You have exhausted your capacity on this model. Your quota will reset after 15h22m3s.",
      seconds: 55_323),
    Sample(agent: "gemini", output: "[429] RESOURCE_EXHAUSTED: quota exceeded. Please retry in 34.6s.", seconds: 35),
    Sample(
      agent: "aider",
      output: "litellm.RateLimitError: RateLimitError: OpenAIException - Rate limit reached for gpt. Please try again in 6m0s.",
      seconds: 360),
    Sample(agent: "openhands", output: "litellm.RateLimitError: AnthropicException - {\"error\":{\"type\":\"rate_limit_error\"}}"),
    Sample(
      agent: "opencode", output: #"{"type":"error","error":{"name":"APIError","data":{"message":"Too Many Requests: retry-after: 30"}}}"#,
      seconds: 30),
    Sample(
      agent: "copilot", output: "Error: you have exceeded your premium request allowance, resets Dec 1, 12am (UTC)",
      seconds: 7 * 86_400 + 43_200),
  ]

  @Test(
    "a missing login is told from a failure",
    arguments: [
      ("claude", #"{"type":"result","is_error":true,"result":"Invalid API key · Please run /login"}"#),
      ("codex", #"{"type":"turn.failed","error":{"message":"exceeded retry limit, last status: 401 Unauthorized"}}"#),
      ("gemini", "Please set an Auth method in your /home/you/.gemini/settings.json or specify GEMINI_API_KEY"),
      ("aider", "litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: sk-x"),
      (
        "openhands",
        #"{"source":"environment","code":"AuthenticationError","detail":"litellm.AuthenticationError: Incorrect API key provided","kind":"ConversationErrorEvent"}"#
      ),
      ("amp", "Error: Out of credits"), ("goose", "error: No provider configured. Run 'goose configure' first."),
    ])
  func refused(name: String, output: String) throws {
    let reading = read(output, try agent(name).output)
    guard case .refused? = reading.trouble(for: try agent(name), cameToNothing: true, now: now) else {
      Issue.record("not refused: \(output)")
      return
    }
  }

  @Test("an agent that did its work is believed, whatever it wrote about limits and keys")
  func believed() throws {
    let claude = try agent("claude")
    let done = read(
      #"""
      {"type":"assistant","message":{"content":"I added the rate_limit_error handling, 401 unauthorized too"}}
      Too many requests is now a test; invalid api key as well
      {"type":"result","is_error":false,"result":"API Error: 401 is now handled. Rate limit reached is handled too."}
      """#, .claude)
    #expect(done.trouble(for: claude, cameToNothing: false, now: now) == nil)
    #expect(done.failure == nil)
    let aider = try agent("aider")
    #expect(read("the page shows 429 Too Many Requests now", .aider).trouble(for: aider, cameToNothing: false, now: now) == nil)
  }

  @Test("what an agent calls its failure is one, also with status 0; what it got over is none")
  func failure() throws {
    let codex = try agent("codex")
    let recovered = read(
      #"""
      {"type":"error","message":"Reconnecting... 1/5 (429 Too Many Requests)"}
      {"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}
      """#, .codex)
    #expect(recovered.trouble(for: codex, cameToNothing: false, now: now) == nil)
    let failed = read(#"{"type":"turn.failed","error":{"message":"stream disconnected"}}"#, .codex)
    #expect(failed.failure == "stream disconnected")
    #expect(failed.trouble(for: codex, cameToNothing: true, now: now) == nil)
  }

  @Test("an option that the program does not know is told apart")
  func misused() throws {
    let reading = read("error: unexpected argument '--json' found\n\nUsage: codex exec [OPTIONS]", .codex)
    #expect(reading.trouble(for: try agent("codex"), cameToNothing: true) == .misused(words: "error: unexpected argument '--json' found"))
  }

  @Test(
    "times that are none, or lie behind us, are none",
    arguments: [
      "resets soon", "try again later", "limit reached|1700000000", "resets at 25:00", "resets 7", "try again in a moment",
      "retry-after: x",
    ])
  func noTime(text: String) { #expect(ResetTime.find(in: text, now: now) == nil) }
}
