import Tickets

/// What a worker is asked to do, as markdown.
///
/// Text from the queue is data: it stands in fenced blocks or on one line, so it cannot pass for one of the rules around it.
struct Prompt {
  let text: String

  init(_ assignment: Assignment, exclude: [String]) {
    let ticket = assignment.ticket
    var parts = ["# \(Self.oneLine(ticket.id.rawValue)): \(Self.oneLine(ticket.displayTitle))"]
    parts.append(
      "You are working on one ticket in a git worktree of your own. Do what the ticket asks, completely, and nothing beyond it.")
    if let description = ticket.description { parts += ["## Description", Self.fenced(description)] }
    if let whole = assignment.parent {
      parts.append("## The larger task that this is a part of")
      parts.append("\(Self.oneLine(whole.id.rawValue)): \(Self.oneLine(whole.displayTitle)). Only the part above is yours.")
      if let description = whole.description { parts.append(Self.fenced(description)) }
    }
    if let details = ticket.details { parts += ["## Details", Self.fenced(details)] }
    if let strategy = ticket.testStrategy { parts += ["## How it is to be tested", Self.fenced(strategy)] }
    parts += Self.list("Acceptance criteria", ticket.acceptanceCriteria)
    parts += Self.list("Files that are expected to change", ticket.targetFiles)
    parts += Self.list("Documents to read first", ticket.docs.map { "\($0.name): \($0.path)" })
    parts += Self.list("Commands that should succeed when you are done", ticket.validationScripts.map(\.command))
    parts += Self.landed(assignment.landedDependencies)
    if assignment.restart != nil {
      parts += [
        "## An earlier attempt",
        "What an earlier attempt at this ticket made is in this worktree already, as its commits and as uncommitted changes. Look at it, and go on from there.",
      ]
    }
    if let conflict = assignment.conflict, let file = assignment.conflictFile {
      parts += Self.conflict(conflict, file: file.string)
    } else if let conflict = assignment.conflictFile {
      parts += [
        "## A conflict to solve",
        "An earlier attempt did this work, but it no longer fits what has landed since. What clashed with what, hunk by hunk, is in "
          + "`\(conflict.string)`. Do the work again on top of what is here now; keep what has landed.",
      ]
    }
    if let output = assignment.previousOutput, !output.isEmpty {
      parts += [
        "## What went wrong last time", "Attempt \(assignment.attempt.number - 1) did not get through. It ended with:", Self.fenced(output),
      ]
    }
    parts += ["## Rules", Self.rules(exclude)]
    text = parts.joined(separator: "\n\n") + "\n"
  }

  private static func rules(_ exclude: [String]) -> String {
    let excluded = exclude.map { "`\($0.hasSuffix("/") ? $0 : $0 + "/")`" }.joined(separator: ", ")
    var rules = [
      "Commit your work, in as many commits as you like, or simply leave your changes in the worktree: both are picked up.",
      "Stay in this worktree. Do not switch branches, do not create any, and do not touch the main branch.",
      "Do not use `git stash` and do not `git push`: both are shared with others.",
      "Leave no merge, rebase or cherry-pick unfinished, and create no git repository inside this one.",
    ]
    if !excluded.isEmpty {
      rules.append("Do not change anything under \(excluded): it belongs to the tool that started you and will not land.")
    }
    rules.append("Nobody can answer questions. If the ticket does not apply, change nothing and exit with status 125.")
    return rules.map { "- " + $0 }.joined(separator: "\n")
  }

  private static func landed(_ dependencies: [Assignment.LandedDependency]) -> [String] {
    if dependencies.isEmpty { return [] }
    let lines = dependencies.map { dependency in
      let commit = dependency.commit.map { " (`\($0.short)`)" } ?? ""
      let subjects = dependency.subjects.map { "\n  - \(oneLine($0))" }.joined()
      return "- \(oneLine(dependency.ticket.rawValue)): \(oneLine(dependency.title))\(commit)\(subjects)"
    }
    return ["## Already done, and part of this worktree", lines.joined(separator: "\n")]
  }

  private static func list(_ title: String, _ items: [String]) -> [String] {
    items.isEmpty ? [] : ["## " + title, items.map { "- " + oneLine($0) }.joined(separator: "\n")]
  }

  /// Control characters, line ends above all, read as blanks.
  static func oneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars { line.unicodeScalars.append(TicketID.isControl(scalar) ? " " : scalar) }
    return line
  }

  /// A block whose fence is longer than any run of backquotes in the text.
  static func fenced(_ text: String) -> String {
    var longest = 0
    var current = 0
    for character in text.utf8 {
      current = character == UInt8(ascii: "`") ? current + 1 : 0
      longest = max(longest, current)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)text\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)"
  }
}
