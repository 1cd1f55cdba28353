import Tickets

extension Agent {
  /// `worker show --json`, and a member of `worker list --json`.
  public func json(in environment: [String: String]) -> JSON {
    [
      "name": .string(name), "title": .string(title), "program": .string(program),
      "path": path(in: environment).map { .string($0.string) } ?? .null, "command": .string(displayed), "prompt": .string(prompt.words),
      "output": .string(output.name),
      "environment": .object(JSON.Object(self.environment.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })),
      "credentials": JSON(credentials), "login": .string(login), "autonomy": .string(autonomy),
      "timeout_seconds": timeout.map { JSON($0 / .seconds(1)) } ?? .null,
      "source": origin.map { .string($0.source) } ?? .null, "checked": origin.map { .string($0.checked) } ?? .null,
    ]
  }
}

extension AgentPreset.Prompt {
  /// As `sageStream.agent.<name>.prompt` has it.
  public var words: String {
    switch self {
    case .standardInput: "stdin"
    case .argument(let option): option.map { "argument:\($0)" } ?? "argument"
    case .file(let option): option.isEmpty ? "file" : "file:\(option)"
    }
  }
}
