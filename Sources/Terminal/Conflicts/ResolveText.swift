import Git
import Platform
import SageStream
import Tickets

/// What `resolve` says: what is to be done in the worktree, or what became of the ticket. The path of a worktree that waits stands alone on
/// the last line.
public struct ResolveText: Sendable {
  private let outcome: Resolver.Outcome
  private let ticket: TicketID
  private let isContinued: Bool
  private let style: Style

  /// - Parameter isContinued: whether the user meant to be through (`--continue`).
  public init(_ outcome: Resolver.Outcome, of ticket: TicketID, isContinued: Bool, style: Style) {
    self.outcome = outcome
    self.ticket = ticket
    self.isContinued = isContinued
    self.style = style
  }

  /// 1 where the user meant to be through and is not.
  public var exitStatus: Int32 {
    switch outcome {
    case .waits: isContinued ? 1 : 0
    case .held, .failed: 1
    case .landed, .dropped, .aborted: 0
    }
  }

  /// What stands on standard error: why it has not landed.
  public var messages: [String] {
    switch outcome {
    case .waits(let step) where isContinued: ["error: \(shortfall(step)); \(name) has not landed"]
    case .waits(.unmerged(_, _, isAgain: true)): ["warning: the branch has moved since, and \(name) clashes with what has come"]
    case .held(let reason):
      [
        "warning: \(name) is finished and held: \(reason.harmless())",
        "hint: it lands with the next run, or: git sage-stream --auto --limit=0",
      ]
    case .failed(let reason):
      ["error: \(name) did not land: \(reason.harmless())", "hint: git sage-stream status shows how things stand"]
    case .landed(_, let leftOut, _): leftOut.map { "warning: left out, because it was skipped: \($0.oneLine)" }
    case .waits, .dropped, .aborted: []
    }
  }

  /// What stands on standard output.
  public var lines: [String] {
    switch outcome {
    case .waits(let step): lines(of: step)
    case .landed(let sentence, _, let kept): [style.good(sentence.harmless())] + saved(kept)
    case .held, .failed: []
    case .dropped(let kept):
      ["the conflict of \(name) is given up; the ticket stays DEFERRED and its work on its branch"] + saved(kept)
        + ["next: \(CommandLineText.command("retry", ticket)) has its worker do it again"]
    case .aborted(let kept): ["\(name) is as it was before; its conflict is open"] + saved(kept)
    }
  }

  private var name: String { ticket.shown }

  private func saved(_ kept: RefName?) -> [String] {
    kept.map { ["what else stood in the worktree is kept as \($0.rawValue.harmless())"] } ?? []
  }

  private func shortfall(_ step: Resolver.Step) -> String {
    switch step {
    case .unmerged(_, let paths, let isAgain):
      (isAgain ? "the branch has moved since, and it clashes again: " : "") + "\(Amounts.count(paths.count, "path")) unmerged"
    case .uncommitted(_, let paths, let isStopped):
      "\(Amounts.count(paths.count, "path")) \(isStopped ? "changed and not staged" : "changed and not committed")"
    case .stopped: "the cherry-pick is stopped"
    case .needsEdit: "a file would move to where nothing lands"
    case .ready, .finished: "it is ready"
    }
  }

  private func lines(of step: Resolver.Step) -> [String] {
    switch step {
    case .unmerged(let worktree, let paths, _):
      return ["\(style.strong(name)) is stopped at its conflict, with \(Amounts.count(paths.count, "unmerged path")):"] + list(paths)
        + ["resolve them there (git mergetool, or edit and git add), then:"] + commands + [worktree.shown]
    case .uncommitted(let worktree, let paths, let isStopped):
      if isStopped, !isContinued {
        return ["nothing is unmerged any more in the worktree of \(style.strong(name)):"] + commands + [worktree.shown]
      }
      let what = isStopped ? "git add them, or git restore them" : "git commit them, or git restore them"
      return ["these paths are changed and \(isStopped ? "not staged" : "not committed"); \(what):"] + list(paths) + ["then:"] + commands
        + [worktree.shown]
    case .stopped(let worktree, let words):
      return ["\(style.strong(name)) is stopped although no path is unmerged; look whether all is as it should be there:"]
        + words.map { "  \($0.oneLine)" } + ["then:"] + commands + [worktree.shown]
    case .needsEdit(let worktree):
      return [
        "\(style.strong(name)) moves a file into a folder that never lands, which would lose it; move it to another place there",
        "(git mv, then git commit --amend --no-edit), then:",
      ] + commands + [worktree.shown]
    case .finished(let worktree):
      return ["\(style.strong(name)) is resolved and committed, and has not landed yet:"] + commands + [worktree.shown]
    case .ready: return []
    }
  }

  private func list(_ paths: [TreePath]) -> [String] {
    paths.prefix(20).map { "  \($0.description.harmless())" } + (paths.count > 20 ? ["  and \(paths.count - 20) more"] : [])
  }

  private var commands: [String] {
    [("--continue", "lands it"), ("--skip", "gives it up"), ("--abort", "puts everything back")].map { option, meaning in
      let padding = String(repeating: " ", count: 13 - option.count)
      return "  \(style.strong(CommandLineText.command("resolve", ticket, option)))\(padding)\(meaning)"
    }
  }
}
