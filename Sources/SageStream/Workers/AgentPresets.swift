// The table of agents. To add one or to correct a flag, change this file only; `AgentPresetTests` checks each entry for sense, and
// Benchmarks/agents.py runs those whose programs a Python package brings against a small server on this machine.

extension AgentPreset {
  /// Every agent that we know how to call, in the order in which `worker list` shows them.
  public static let all: [AgentPreset] = [
    AgentPreset(
      "claude", "Claude Code", ["-p", "--output-format", "stream-json", "--verbose", "--permission-mode", "acceptEdits"],
      prompt: .standardInput, credentials: ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"], login: "claude, then /login",
      output: .claude,
      throttled: anthropicLimits + ["hit your limit", "usage limit reached", "limit reached"],
      refused: anthropicRefusals + ["please run /login", "not logged in", "oauth token has expired", "credit balance is too low"],
      autonomy: "edits files; commands only as its own settings allow (add --dangerously-skip-permissions for all)",
      source: "docs.claude.com/en/docs/claude-code/cli-reference; --help of 2.1.330", checked: "2026-11-23, run"),
    AgentPreset(
      "codex", "Codex CLI", ["exec", "--json", "--color", "never", "--sandbox", "workspace-write"], prompt: .standardInput,
      credentials: ["CODEX_API_KEY"], login: "codex login", output: .codex,
      throttled: openAILimits + [
        "hit your usage limit", "usage_limit_reached", "usage limit has been reached", "selected model is at capacity",
      ],
      refused: openAIRefusals + ["not logged in", "codex login", "last status: 401", "status 401 unauthorized"],
      writable: "--add-dir", help: ["exec", "--help"],
      autonomy: "edits files and runs commands inside its sandbox, without the network",
      source: "developers.openai.com/codex/noninteractive; exec --help of 0.163.0", checked: "2026-11-23, run"),
    AgentPreset(
      "gemini", "Gemini CLI", ["--approval-mode", "yolo", "--skip-trust", "--output-format", "stream-json"], prompt: .standardInput,
      credentials: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_GCA"], login: "gemini, then /auth",
      output: .gemini, throttled: googleLimits,
      refused: ["api key not valid", "api_key_invalid", "set an auth method", "unauthenticated", "permission_denied", "login required"],
      autonomy: "everything, without a sandbox",
      source: "geminicli.com/docs/cli/headless, /cli-reference, /trusted-folders", checked: "2026-11-23"),
    AgentPreset(
      "qwen", "Qwen Code", ["--approval-mode", "yolo", "--output-format", "stream-json"], prompt: .standardInput,
      credentials: ["OPENAI_API_KEY", "DASHSCOPE_API_KEY", "BAILIAN_CODING_PLAN_API_KEY"], login: "qwen auth", output: .claude,
      throttled: openAILimits + googleLimits,
      refused: openAIRefusals + ["no auth type is selected", "auth method", "qwen oauth"],
      autonomy: "everything, without a sandbox",
      source: "qwenlm.github.io/qwen-code-docs/en/users/features/headless", checked: "2026-11-23"),
    AgentPreset(
      "aider", "Aider",
      [
        "--yes-always", "--no-auto-commits", "--no-dirty-commits", "--no-gitignore", "--no-analytics", "--no-check-update",
        "--no-show-release-notes", "--no-show-model-warnings", "--no-suggest-shell-commands", "--no-pretty", "--no-stream",
        "--no-fancy-input", "--chat-history-file", "/dev/null", "--input-history-file", "/dev/null",
      ],
      prompt: .file(after: "--message-file"), credentials: ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"],
      login: "export OPENAI_API_KEY=..., or the key of the model that you use", output: .aider,
      throttled: openAILimits + anthropicLimits + ["ratelimiterror", "litellm.ratelimit", "litellm.serviceunavailable"],
      refused: openAIRefusals + anthropicRefusals + [
        "authenticationerror", "the api provider is not able to authenticate you", "no llm model was specified",
      ],
      litter: [".aider.tags.cache.", ".aider.chat.history", ".aider.input.history", ".aider.llm.history"],
      autonomy: "edits files; runs no commands",
      source: "aider.chat/docs/config/options.html; --help of 0.86.2", checked: "2026-11-23, run"),
    AgentPreset(
      "opencode", "OpenCode", ["run", "--auto", "--format", "json"], prompt: .standardInput,
      credentials: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENROUTER_API_KEY", "OPENCODE_API_KEY"], login: "opencode auth login",
      output: .openCode, throttled: openAILimits + anthropicLimits + ["free usage exceeded"],
      refused: openAIRefusals + anthropicRefusals + ["providerautherror", "auth login"], help: ["run", "--help"],
      autonomy: "everything that its own settings do not deny", source: "opencode.ai/docs/cli, /docs/permissions", checked: "2026-11-23"),
    AgentPreset(
      "cursor-agent", "Cursor CLI", ["-p", "--force", "--trust", "--output-format", "stream-json"], prompt: .argument(after: nil),
      credentials: ["CURSOR_API_KEY"], login: "cursor-agent login", output: .claude,
      throttled: openAILimits + ["usage limit", "hit your limit"],
      refused: ["not logged in", "authentication required", "invalid api key", "unauthorized"],
      autonomy: "everything that its own settings do not deny", source: "cursor.com/docs/cli/reference/parameters, /headless",
      checked: "2026-11-23"),
    AgentPreset(
      "goose", "Goose", ["run", "--no-session", "--quiet"], prompt: .file(after: "--instructions"),
      environment: ["GOOSE_MODE": "auto", "NO_COLOR": "1"],
      credentials: ["GOOSE_PROVIDER"], login: "goose configure", output: .text,
      throttled: openAILimits + anthropicLimits + ["rate limit exceeded"],
      refused: openAIRefusals + anthropicRefusals + ["goose configure", "no provider configured", "authentication failed"],
      help: ["run", "--help"], autonomy: "everything (GOOSE_MODE=auto)",
      source: "block.github.io/goose/docs/guides/goose-cli-commands", checked: "2026-11-23"),
    AgentPreset(
      "amp", "Amp", ["--execute", "--stream-json", "--dangerously-allow-all"], prompt: .standardInput,
      credentials: ["AMP_API_KEY"], login: "amp login", output: .claude,
      throttled: anthropicLimits + openAILimits,
      refused: ["amp login", "out of credits", "insufficient credit", "unauthorized", "invalid api key"],
      autonomy: "everything", source: "ampcode.com/manual", checked: "2026-11-23"),
    AgentPreset(
      "copilot", "GitHub Copilot CLI", ["--allow-all-tools", "--no-ask-user", "--output-format", "json"],
      prompt: .argument(after: "-p"), credentials: ["COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"], login: "copilot login",
      output: .copilot, throttled: openAILimits + ["premium request", "quota exceeded", "exceeded your"],
      refused: ["no authentication information", "not authenticated", "bad credentials", "copilot login", "access denied by policy"],
      writable: "--add-dir", autonomy: "everything inside its folders",
      source: "docs.github.com/en/copilot/reference/copilot-cli-reference/cli-programmatic-reference", checked: "2026-11-23"),
    AgentPreset(
      "droid", "Factory Droid", ["exec", "--auto", "medium", "--output-format", "stream-json"], prompt: .file(after: "--file"),
      credentials: ["FACTORY_API_KEY"], login: "droid, then /login", output: .claude,
      throttled: openAILimits + anthropicLimits + ["usage limit"],
      refused: ["factory_api_key", "authentication failed", "invalid api key", "not authenticated", "unauthorized"],
      help: ["exec", "--help"], autonomy: "edits files, runs tests and commits; no pushes (--auto medium)",
      source: "docs.factory.ai/droid-exec/overview", checked: "2026-11-23"),
    AgentPreset(
      "kimi", "Kimi Code", ["--output-format", "stream-json"], prompt: .argument(after: "-p"),
      credentials: ["KIMI_API_KEY", "MOONSHOT_API_KEY"], login: "kimi login", output: .text,
      throttled: openAILimits, refused: openAIRefusals + ["kimi login", "/login", "llm not set"],
      autonomy: "everything", source: "moonshotai.github.io/kimi-code/en/guides/print.html", checked: "2026-11-23"),
    AgentPreset(
      "openhands", "OpenHands", ["--headless", "--json", "--override-with-envs"], prompt: .file(after: "--file"),
      environment: ["OPENHANDS_SUPPRESS_BANNER": "1"], credentials: ["LLM_API_KEY"],
      login: "export LLM_API_KEY=... LLM_MODEL=...", output: .openHands,
      throttled: openAILimits + anthropicLimits + ["ratelimiterror", "litellm.ratelimit", "litellm.serviceunavailable"],
      refused: openAIRefusals + anthropicRefusals + ["authenticationerror", "missing environment variable"],
      autonomy: "everything", source: "docs.openhands.dev/openhands/usage/cli/headless; --help of 1.16.0", checked: "2026-11-23, run"),
  ]
}

// What the services behind the agents say, which most agents hand on.
private let anthropicLimits = [
  "rate_limit_error", "overloaded_error", "rate limit reached", "exceed your account's rate limit", "529 overloaded", "error: 429",
  "api error: 429",
]
private let anthropicRefusals = ["authentication_error", "invalid x-api-key", "invalid api key", "api error: 401", "invalid bearer token"]
private let openAILimits = [
  "rate_limit_exceeded", "rate limit reached", "too many requests", "429 too many", "status 429", "code: 429", "insufficient_quota",
  "exceeded your current quota", "server_is_overloaded", "slow_down",
]
private let openAIRefusals = [
  "invalid_api_key", "incorrect api key", "401 unauthorized", "code: 401", "missing bearer", "api_key client option must be set",
]
private let googleLimits = [
  "resource_exhausted", "quota exceeded", "exhausted your capacity", "exhausted your daily quota", "too many requests", "status: 429",
  "status 429",
]
