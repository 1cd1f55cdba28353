import Git
import Platform
import Support
import Testing

@testable import SageStream

@Suite("Agents: the table, and how one is called")
struct AgentPresetTests {
  @Test("every agent of the contract is there once, with its source and date")
  func table() {
    let names = [
      "claude", "codex", "gemini", "qwen", "aider", "opencode", "cursor-agent", "goose", "amp", "copilot", "droid", "kimi", "openhands",
    ]
    #expect(AgentPreset.all.map(\.name) == names)
    for preset in AgentPreset.all {
      #expect(!preset.source.isEmpty && preset.checked.hasPrefix("20"), "\(preset.name)")
      #expect(!preset.login.isEmpty && !preset.credentials.isEmpty && !preset.autonomy.isEmpty, "\(preset.name)")
      // The words are looked for in text that was put into lower case.
      for word in preset.throttled + preset.refused { #expect(word == word.lowercased() && word.count > 5, "\(preset.name): \(word)") }
      #expect(Set(preset.throttled).isDisjoint(with: preset.refused), "\(preset.name)")
      #expect(!preset.arguments.contains { $0.contains(" ") }, "\(preset.name): no argument needs a shell")
    }
  }

  @Test("the prompt gets in by standard input, as an argument, or as a file, and folders for a sandbox before it")
  func call() throws {
    let folder = try TemporaryFolder()
    let prompt = folder.path.appending("prompt.md")
    try AtomicFile.write(Array("--do it; $(rm -rf /)".utf8), to: prompt)
    func command(_ name: String) throws -> WorkerCommand {
      Agent(try #require(AgentPreset.named(name))).command(promptFile: prompt, writable: ["/slot", "/objects"])
    }
    guard case .program(let codex, .standardInput) = try command("codex") else {
      Issue.record("codex")
      return
    }
    #expect(codex.suffix(4) == ["--add-dir", "/slot", "--add-dir", "/objects"])
    guard case .program(let copilot, .file) = try command("copilot") else {
      Issue.record("copilot")
      return
    }
    #expect(copilot.suffix(2) == ["-p", "--do it; $(rm -rf /)"])
    guard case .program(let aider, .file) = try command("aider") else {
      Issue.record("aider")
      return
    }
    #expect(aider.suffix(2) == ["--message-file", prompt.string])
    // More than one argument can hold stays in its file.
    try AtomicFile.write([UInt8](repeating: UInt8(ascii: "x"), count: 200_000), to: prompt)
    guard case .program(let long, .file) = try command("copilot") else {
      Issue.record("copilot")
      return
    }
    #expect(long.last?.contains(prompt.string) == true)
  }

  @Test("a name is an agent, anything else a command; configuration adds agents and changes what is known of one")
  func selection() async throws {
    let scenario = try await Scenario()
    try await scenario.git("commit", "--quiet", "--allow-empty", "-m", "x")
    func project() async throws -> Project { try await Project.open(from: scenario.path, environment: scenario.environment) }
    #expect(try await project().worker("claude")?.agent?.name == "claude")
    #expect(try await project().worker(" claude ")?.agent?.name == "claude")
    for line in ["claude -p", "./claude", "command claude", "Claude", "true"] {
      #expect(try await project().worker(line) == .command(line))
    }
    #expect(try await project().worker(nil) == nil)
    #expect(try await project().worker("mine") == .command("mine"))
    try await scenario.git("config", "sageStream.agent.mine.command", "my-agent --yes")
    try await scenario.git("config", "sageStream.agent.mine.prompt", "argument:--task")
    try await scenario.git("config", "sageStream.agent.mine.timeout", "30m")
    try await scenario.git("config", "sageStream.agent.mine.output", "codex")
    try await scenario.git("config", "--add", "sageStream.agent.claude.argument", "--model")
    try await scenario.git("config", "--add", "sageStream.agent.claude.argument", "it's opus")
    try await scenario.git("config", "sageStream.worker", "mine")
    let mine = try #require(try await project().worker(nil)?.agent)
    #expect(mine.timeout == .seconds(1800) && mine.output == .codex && mine.prompt == .argument(after: "--task"))
    let prompt = scenario.root.path.appending("prompt")
    try AtomicFile.write(Array("do".utf8), to: prompt)
    #expect(
      mine.command(promptFile: prompt, writable: [])
        == .program(["/bin/sh", "-c", "my-agent --yes \"$@\"", "sh", "--task", "do"], prompt: .file))
    let claude = try #require(try await project().worker("claude")?.agent)
    guard case .program(let words, .standardInput) = claude.command(promptFile: prompt, writable: []) else {
      Issue.record("claude")
      return
    }
    #expect(words.suffix(2) == ["--model", "it's opus"])
    #expect(try await project().agents().map(\.name).last == "mine")
    try await scenario.git("config", "sageStream.agent.mine.prompt", "telepathy")
    await #expect(throws: Failure.self) { try await project().worker("mine") }
  }

  @Test("an option is looked for as a word of its own")
  func mentions() {
    let help = "  -p, --print  [--gitignore | --no-gitignore]\n --json-schema S  --[no-]colour  --file=PATH"
    for flag in ["-p", "--print", "--no-gitignore", "--no-colour", "--file"] { #expect(AgentProbe.mentions(help, flag), "\(flag)") }
    for flag in ["--json", "-x", "--pri", "--no-print", "-"] where flag != "-" { #expect(!AgentProbe.mentions(help, flag), "\(flag)") }
  }

  @Test("the warning of several agents says what they multiply")
  func multiplies() {
    #expect(
      Run.multiplies(4, "claude", UsageHistory("claude", in: "/nowhere"))
        == "4 claude agents at once use tokens, limits and money up to 4 times as fast as one; nothing is known yet of what a ticket takes")
    #expect(dollars(0.4) == "$0.40" && dollars(12) == "$12.00" && dollars(0.0524) == "$0.0524" && dollars(1.999) == "$2.00")
  }
}
