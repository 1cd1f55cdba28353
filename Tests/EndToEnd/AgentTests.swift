import Platform
import Support
import Testing
import Tickets

@Suite("Agents, as a user names them")
struct AgentTests {
  /// Puts a program of this name before everything else on PATH.
  private func install(_ name: String, _ text: String, in scenario: Scenario) throws -> [String: String] {
    let folder = scenario.root.path.appending("agents")
    try Folder.create(folder)
    try AtomicFile.write(
      Array("#!/bin/sh\n\(text)\n".utf8), to: folder.appending(name), permissions: FilePermissions(rawValue: 0o755))
    let binary = try #require(BuiltBinary.path)
    return ["PATH": "\(folder.string):\(binary.removingLastComponent().string):\(scenario.environment["PATH"] ?? "/usr/bin:/bin")"]
  }

  private func events(_ answer: Answer, _ name: String) throws -> [JSON] {
    try answer.output.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }.filter { $0["event"]?.string == name }
  }

  /// Reads its prompt, writes a file named after the ticket, and says what it used.
  private let claude = #"""
    case "$1" in --version) echo "2.0.0 (Claude Code)"; exit;; --help) echo "-p, --print --output-format --verbose --permission-mode"; exit;; esac
    cat > /dev/null; echo "$SAGE_TICKET_TITLE" > "out-$SAGE_TICKET_ID.txt"
    echo '{"type":"result","is_error":false,"result":"ok","total_cost_usd":2,"usage":{"input_tokens":1000,"output_tokens":50}}'
    """#

  @Test("an agent by name gets the prompt and lands; tokens and cost are in the journal, and --max-cost starts no more")
  func byName() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"},{"id":"C"}"#)
    let path = try install("claude", claude.replacing("cat > /dev/null", with: "grep -q 'working on one ticket' || exit 9"), in: scenario)
    let answer = try await scenario.sage("--auto", "--json", "--worker", "claude", "--max-cost", "3", setting: path)
    #expect(answer.status == 1, "\(answer.error)")
    #expect(try events(answer, "run.finished").first?["landed"] == ["A", "B"])
    #expect(try events(answer, "worker.exited").first?["cost_usd"]?.double == 2)
    #expect(try events(answer, "worker.exited").first?["input_tokens"]?.int == 1000)
    #expect(try events(answer, "run.stopping").first?["reason"]?.string == "the tickets so far cost $4.00, and --max-cost is $3.00")
    // The next run knows what a ticket takes; with several agents at once it says so.
    try await scenario.git("commit", "--quiet", "--allow-empty", "-m", "on")
    let more = try await scenario.sage("retry", "A", setting: path)
    #expect(more.status != 129)
    try scenario.write(Scenario.queuePath, #"{"tickets":[{"id":"C"},{"id":"D"}]}"#)
    let next = try await scenario.sage("--auto", "--parallel=2", "--worker", "claude", setting: path)
    #expect(
      next.error.contains(
        "warning: 2 claude agents at once use tokens, limits and money up to 2 times as fast as one; a ticket took 1000 tokens in, 50 tokens out, $2.00 so far (the median of 2 attempts)"
      ), "\(next.error)")
  }

  @Test("a limit pauses the agent until it is reset, and the ticket is done then")
  func throttled() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    let mark = scenario.root.path.appending("mark").string
    let path = try install(
      "codex",
      """
      if [ ! -e '\(mark)' ]; then touch '\(mark)'; echo half > half.txt
      echo '{"type":"turn.failed","error":{"message":"You have hit your usage limit. Try again in 0.2 seconds."}}'; exit 1; fi
      echo done > done.txt
      """.replacing("You have hit", with: "You'\\''ve hit"), in: scenario)
    let answer = try await scenario.sage("--auto", "--json", "--worker", "codex", setting: path)
    #expect(answer.status == 0, "\(answer.error) \(answer.output)")
    #expect(try events(answer, "agent.paused").first?["agent"] == "codex")
    #expect(try events(answer, "agent.paused").first?["message"]?.string?.contains("usage limit") == true)
    #expect(try events(answer, "run.finished").first?["throttled"]?.int == 1)
    #expect(try await scenario.git("ls-tree", "--name-only", "main", "done.txt", "half.txt") == "done.txt")
  }

  @Test("an agent that is not logged in blames no ticket, and the run says what to type")
  func refused() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"}"#)
    let path = try install(
      "claude", #"echo '{"type":"result","is_error":true,"result":"Invalid API key · Please run /login"}'; exit 0"#, in: scenario)
    let answer = try await scenario.sage("--auto", "--worker", "claude", setting: path)
    #expect(answer.status == 128)
    #expect(answer.errorLines.contains("fatal: claude refused to work; no ticket was blamed for that; nothing has landed on main"))
    #expect(answer.errorLines.contains("hint: claude, then /login"))
    #expect(try scenario.read(Scenario.queuePath)?.contains("DEFERRED") == false)
    #expect(try await scenario.git("for-each-ref", "refs/heads/sage") == "")
  }

  @Test("later in a run the same stops the starting of more, and nothing else")
  func refusedLater() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"},{"id":"C"}"#)
    let path = try install(
      "aider", "[ $SAGE_TICKET_ID = A ] && { echo a > a.txt; exit 0; }; echo 'litellm.AuthenticationError: Incorrect API key provided'",
      in: scenario)
    let answer = try await scenario.sage("--auto", "--worker", "aider", setting: path)
    #expect(answer.status == 1)
    #expect(answer.error.contains("stopping: aider refused to work (litellm.AuthenticationError: Incorrect API key provided); type export"))
    #expect(answer.output.contains("landed 1, conflicted 0, failed 0, deferred 0, held 0"))
    #expect(!answer.error.contains("started   C"))
  }

  @Test("worker list, show and probe say what is there and what would be run; probe makes nothing")
  func verbs() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    var path = try install("claude", claude, in: scenario)
    path = try install("aider", #"case "$1" in --version) echo aider 0.1;; *) echo "--yes-always --message-file";; esac"#, in: scenario)
    try await scenario.git("config", "sageStream.worker", "claude")
    let before = try scenario.everything().keys.sorted()
    let list = try await scenario.sage("worker", "list", setting: path)
    #expect(list.status == 0)
    let starred = try #require(list.output.split(separator: "\n").first { $0.hasPrefix("* ") })
    #expect(starred.hasPrefix("* claude ") && starred.hasSuffix("/agents/claude"))
    #expect(list.output.contains("\n  command       any other command or script"))
    let show = try await scenario.sage("worker", "show", setting: path)
    #expect(show.output.contains("claude -p --output-format stream-json --verbose --permission-mode acceptEdits <PROMPT-FILE"))
    let probe = try await scenario.sage("worker", "probe", setting: path)
    #expect(probe.status == 0, "\(probe.output)")
    #expect(probe.output.contains("claude  ok\n") && probe.output.contains("2.0.0 (Claude Code)"))
    let bad = try await scenario.sage("worker", "probe", "aider", setting: path)
    #expect(bad.status == 1)
    #expect(bad.output.hasPrefix("aider  does not know --no-auto-commits, "))
    let json = try JSON(parsing: Array(try await scenario.sage("worker", "probe", "aider", "--json", setting: path).output.utf8))
    #expect(json["schema_version"]?.int == 1 && json["workers"]?.array?.first?["usable"]?.bool == false)
    #expect(try await scenario.sage("worker", "probe", "gemini-not-there", setting: path).status == 129)
    #expect(try scenario.everything().keys.sorted() == before)
    #expect(try FileStatus.of(FilePath(scenario.path.string + ".sage-stream")) == nil)
  }

  @Test("an agent that is not installed is refused before any worktree exists; one that configuration adds is called as it says")
  func configured() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"T"}"#)
    let missing = try await scenario.sage(
      "--auto", "--worker", "droid", setting: ["PATH": try install("x", "", in: scenario)["PATH"] ?? ""])
    #expect(missing.status == 128)
    #expect(missing.errorLines.contains { $0.hasPrefix("fatal: the worker is the agent droid, and droid is not on PATH") })
    #expect(try FileStatus.of(FilePath(scenario.path.string + ".sage-stream")) == nil)
    try await scenario.git("config", "sageStream.agent.mine.command", "printf '%s' \"$1:$2\" | head -c 30 > out.txt; true")
    try await scenario.git("config", "sageStream.agent.mine.prompt", "argument:--task")
    let answer = try await scenario.sage("--auto", "--worker", "mine")
    #expect(answer.status == 0, "\(answer.error)")
    #expect(try scenario.read("out.txt") == "--task:# A: T\n\nYou are working")
  }
}
