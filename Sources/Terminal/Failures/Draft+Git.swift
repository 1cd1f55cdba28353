import Git

extension Draft {
  init(_ error: GitError) {
    switch error {
    case .notARepository(let message):
      self.init(
        Self.words(of: message) ?? "not a git repository", hints: ["cd into a repository, or: git -C FOLDER sage-stream"])
    case .gitTooOld(let found, let needed):
      self.init("git is \(found.harmless()), and landing needs \(needed.harmless()) or newer", hints: ["install a newer git"])
    case .notStarted(let executable, let reason):
      self.init(
        "\(executable.harmless()) could not be started: \(firstLine(reason))", hints: ["command -v git shows which git is on PATH"])
    case .commandFailed(let arguments, let status, let message):
      let command = (["git"] + arguments.prefix(6)).map { CommandLineText.word($0.harmless()) }.joined(separator: " ")
      self.init(
        "git failed with status \(status)\(Self.words(of: message).map { ": \($0)" } ?? "")",
        details: ["\(command)\(arguments.count > 6 ? " ..." : "")"]
          + message.split(whereSeparator: \.isNewline).dropFirst().prefix(5).map { $0.harmless() },
        hints: ["git sage-stream validate looks at all that a run needs"])
    case .library(let operation, let code, _, let message):
      self.init(
        "libgit2 could not \(operation.harmless()): \(firstLine(message)) (\(code))",
        hints: ["git config sageStream.engine git has git itself do what libgit2 does"])
    case .staleReference(let name):
      self.init("\(name.rawValue.harmless()) was moved by somebody else at the same time", hints: ["type the command again"])
    case .lockedReference(let name):
      self.init(
        "\(name.rawValue.harmless()) stayed locked by another git process",
        hints: ["when no git is running any more, remove \(name.rawValue.harmless()).lock in the git folder"])
    case .referenceInTheWay(let name, let other):
      self.init(
        "\(name.rawValue.harmless()) cannot be made while there is \(other.rawValue.harmless())",
        hints: ["git branch -m \(CommandLineText.word(other.short.harmless())) ANOTHER-NAME"])
    case .badSetting(let key, _, let message):
      self.init(message.harmless(), hints: ["git config --show-origin \(CommandLineText.word(key.harmless())) says where that stands"])
    case .identityUnknown(let message): self = .noIdentity(message)
    case .missingObject(let id):
      self.init("object \(id.harmless()) is missing from the repository", hints: ["git fsck"])
    case .unexpectedOutput(let command, let output):
      self.init(
        "\(command.harmless()) printed what nobody expects: '\(firstLine(output).clipped(to: 80))'",
        hints: ["git --version; the oldest that will do is \(GitVersion.minimum.major).\(GitVersion.minimum.minor)"])
    case .fileSystem(let path, let reason):
      self.init("\(path.harmless()): \(firstLine(reason))", hints: ["git sage-stream validate looks at all that a run needs"])
    }
  }

  /// git's first line without the `fatal:` or `error:` that we put there ourselves.
  private static func words(of message: String) -> String? {
    var line = firstLine(message)[...]
    for prefix in ["fatal: ", "error: "] where line.hasPrefix(prefix) { line = line.dropFirst(prefix.count) }
    return line.isEmpty ? nil : String(line)
  }
}
