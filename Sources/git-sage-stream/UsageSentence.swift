/// What is wrong with a command line, in git's tone: lower case, no final period, one line.
enum UsageSentence {
  /// - Parameter message: the option parser's complaint.
  static func of(_ message: String, arguments: [String]) -> String {
    // Without a verb the parser takes the first word for an argument of the run, which has none.
    if let first = arguments.first, !first.hasPrefix("-"), !Root.verbs.contains(first) {
      let near = Root.verbs.filter { Similarity.distance($0, first) <= max(1, first.count / 3) }
      return "'\(first)' is not a verb of git sage-stream" + (near.isEmpty ? "" : "; did you mean \(near.joined(separator: " or "))?")
    }
    return gitLike(message)
  }

  /// The verb whose options are meant, for the hint.
  static func verb(of arguments: [String]) -> String? { arguments.first.flatMap { Root.verbs.contains($0) && $0 != "help" ? $0 : nil } }

  private static func gitLike(_ message: String) -> String {
    var text = message.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
    text.replace("'. Did you mean '", with: "'; did you mean '")
    // "Unknown option '--x'" becomes lower case; a name that is written in capitals stays as it is.
    if let first = text.first, first.isUppercase, text.dropFirst().first?.isLowercase == true {
      text = first.lowercased() + text.dropFirst()
    }
    if text.last == "." { text.removeLast() }
    return text
  }
}

/// How much two words differ.
enum Similarity {
  /// The number of letters to insert, drop or replace (Levenshtein). Product of the lengths, so for short words only.
  static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let best = min(row[j] + 1, row[j + 1] + 1, diagonal + (letter == b[j] ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = best
      }
    }
    return row[b.count]
  }
}
