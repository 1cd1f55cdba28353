import SageStream

extension ConflictReport {
  /// The paths as they are read best: what is quickly understood first.
  var pathsByEffort: [ConflictedFile] {
    paths.enumerated().sorted { ($0.element.hunks.count, $0.offset) < ($1.element.hunks.count, $1.offset) }.map(\.element)
  }

  /// What to type next, each with what it does. Made for copying: every word is quoted as a shell needs it.
  var nextSteps: [(purpose: String, command: String)] {
    let branch = CommandLineText.word(self.branch.short.harmless())
    let range = CommandLineText.word("\(base.short)..\(self.branch.short.harmless())")
    return [
      ("to see the whole of it", "git log -p \(range)"),
      // The parked branch is an ordinary one: merged by hand, the next run sees that the ticket is done.
      ("to finish it by hand; the next run marks the ticket as done", "git merge \(branch)"),
      ("to have it done again from the current tip", CommandLineText.command("retry", ticket)),
    ]
  }
}
