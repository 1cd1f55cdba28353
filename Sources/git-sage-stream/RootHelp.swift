import ArgumentParser

/// The help of the whole command, put together from what the parser writes: the verbs, then the options of a run, which it lists under a
/// verb that nobody types.
enum RootHelp {
  /// - Parameter message: what the parser would print; anything but the root's own help stays as it is.
  static func completing(_ message: String) -> String {
    let text = message.trimmingNewlines
    guard text.hasPrefix("OVERVIEW: \(Root.configuration.abstract.prefix(20))") else { return text }
    let own = text.sections
    let run = Root.helpMessage(for: RunCommand.self).trimmingNewlines.sections
    let verbs = own.filter { $0.hasPrefix("SUBCOMMANDS:") }.map { $0.replacingPrefix("SUBCOMMANDS:", with: "VERBS:") }
    let options = run.filter { $0.hasPrefix("OPTIONS:") }.map { $0.replacingPrefix("OPTIONS:", with: "OPTIONS OF A RUN:") }
    return (Array(own.prefix(2)) + verbs + options + ["  git sage-stream <verb> -h shows the options of a verb."]).joined(separator: "\n\n")
  }
}

extension String {
  fileprivate var trimmingNewlines: String {
    var text = self[...]
    while text.last == "\n" { text.removeLast() }
    return String(text)
  }

  /// The parts between blank lines.
  fileprivate var sections: [String] {
    var sections: [[Substring]] = [[]]
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { sections.append([]) } else { sections[sections.count - 1].append(line) }
    }
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
  }

  fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String { other + dropFirst(prefix.count) }
}
