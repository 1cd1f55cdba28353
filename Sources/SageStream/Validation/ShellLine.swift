/// The beginning of a line for `/bin/sh`, read far enough to know which program it starts first.
enum ShellLine {
  /// The first program's name; nil where only a shell could tell: a construct, a built-in, an expansion, a redirection.
  static func program(of line: String) -> String? {
    var rest = Substring(line)
    while true {
      rest = rest.drop { $0.isWhitespace }
      guard let (word, isAssignment, after) = word(rest), !word.isEmpty else { return nil }
      if isAssignment {
        rest = after
        continue
      }
      return builtIns.contains(word) ? nil : word
    }
  }

  /// One word without its quotes; nil where something in it is expanded.
  private static func word(_ text: Substring) -> (word: String, isAssignment: Bool, rest: Substring)? {
    var word = ""
    var isAssignment = false
    var rest = text
    while let character = rest.first {
      if character.isWhitespace || ";&|".contains(character) { break }
      rest.removeFirst()
      switch character {
      case "'":
        guard let end = rest.firstIndex(of: "'") else { return nil }
        word += rest[..<end]
        rest = rest[rest.index(after: end)...]
      case "\"":
        guard let end = rest.firstIndex(of: "\""), !rest[..<end].contains(where: { "$`\\".contains($0) }) else {
          // What an assignment's value expands to does not matter.
          if isAssignment, let end = rest.firstIndex(of: "\"") {
            rest = rest[rest.index(after: end)...]
            continue
          }
          return nil
        }
        word += rest[..<end]
        rest = rest[rest.index(after: end)...]
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        word.append(next)
      case "=" where !isAssignment && isName(word): isAssignment = true
      case "$", "`", "*", "?", "[", "~":
        if !isAssignment || character == "`" || rest.first == "(" { return nil }
      case "(", ")", "{", "}", "<", ">", "!", "#": return nil
      default: word.append(character)
      }
    }
    return (isAssignment ? "=" : word, isAssignment, rest)
  }

  private static func isName(_ word: String) -> Bool {
    guard let first = word.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return word.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x5f }
  }

  /// What is not looked for on PATH (POSIX 2.9.1, 2.14), and what introduces something else.
  private static let builtIns: Set<String> = [
    ".", ":", "alias", "bg", "break", "case", "cd", "command", "continue", "echo", "eval", "exec", "exit", "export", "false", "fg", "for",
    "getopts", "if", "jobs", "kill", "printf", "pwd", "read", "readonly", "return", "set", "shift", "test", "times", "trap", "true", "type",
    "ulimit", "umask", "unalias", "unset", "until", "wait", "while",
  ]
}
