import SageStream

/// What became of `--push`, in a line or two.
public struct PushOutcomeText: Sendable {
  public let lines: [String]

  public init(_ outcome: PushAfterRun.Outcome, style: Style) {
    lines =
      switch outcome {
      case .notDue: ["nothing was pushed: not everything has landed"]
      case .pushed(let remote): [style.good("pushed") + " to \(remote.harmless())"]
      case .refused(let remote):
        [
          style.bad("error: ") + "the push to \(remote.harmless()) did not go through; what landed stays landed",
          style.warning("hint: ") + "git push \(CommandLineText.word(remote.harmless())) tries it again",
        ]
      case .noRemote(let branch):
        [
          style.bad("error: ") + "\(branch.short.harmless()) has no remote that it could be pushed to; what landed stays landed",
          style.warning("hint: ") + "git remote add origin URL, then: git push -u origin \(CommandLineText.word(branch.short.harmless()))",
        ]
      }
  }
}
