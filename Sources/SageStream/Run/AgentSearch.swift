import Platform

/// The coding agents whose command lines people have; used to suggest a worker to somebody who has configured none.
private let knownAgents = [
  "claude", "codex", "gemini", "qwen", "aider", "opencode", "cursor-agent", "goose", "amp", "copilot", "droid", "kimi", "openhands",
]

/// Which of them are on the user's PATH.
func agentsOnPath(_ environment: [String: String]) -> [String] {
  let folders = (environment["PATH"] ?? "").split(separator: ":").map { FilePath(String($0)) }
  return knownAgents.filter { name in
    folders.contains { folder in folder.appending(name).withPlatformString { access($0, X_OK) } == 0 }
  }
}
