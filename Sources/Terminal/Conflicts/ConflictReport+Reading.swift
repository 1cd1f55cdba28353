import SageStream

extension ConflictReport {
  /// The paths as they are read best: what is quickly understood first.
  var pathsByEffort: [ConflictedFile] {
    paths.enumerated().sorted { ($0.element.hunks.count, $0.offset) < ($1.element.hunks.count, $1.offset) }.map(\.element)
  }

  /// What to type next, each with what it does. Made for copying: every word is quoted as a shell needs it.
  var nextSteps: [(purpose: String, command: String)] {
    let range = CommandLineText.word("\(base.short)..\(self.branch.short.harmless())")
    return [
      ("to see the whole of it", "git log -p \(range)"),
      ("to finish it by hand, in a worktree that is stopped at the conflict", CommandLineText.command("resolve", ticket)),
      ("to have it done again from the current tip", CommandLineText.command("retry", ticket)),
    ]
  }
}
