import SageStream

/// What `clean` says: what went and what stays, each with its reason.
public struct CleanText: Sendable {
  private let plan: CleanPlan
  private let isDryRun: Bool
  private let style: Style

  public init(_ plan: CleanPlan, isDryRun: Bool, style: Style) {
    self.plan = plan
    self.isDryRun = isDryRun
    self.style = style
  }

  public var lines: [String] {
    if plan.removed.isEmpty, plan.kept.isEmpty { return ["nothing to clean: no run has left anything"] }
    let word = isDryRun ? "would remove" : "removed"
    let removed = plan.removed.map { "\(word) \(words($0.item)) \(style.faint("(\($0.reason.harmless()))"))" }
    let kept = plan.kept.map { "kept \(words($0.item)) \(style.faint("(\($0.reason.harmless()))"))" }
    let isUnlanded = plan.kept.contains { entry in
      switch entry.item {
      case .reference, .aside: true
      default: false
      }
    }
    let hint = isUnlanded ? ["hint: git sage-stream clean --older-than 30d removes work as well that has not landed"] : []
    return removed + kept + hint
  }

  private func words(_ item: CleanPlan.Item) -> String {
    switch item {
    case .reference(let name, _): name.rawValue.harmless()
    case .run(let run): "the journal and logs of run \(run)"
    case .slot(let path): "worktree \(path.shown)"
    case .aside(let path): "set-aside worktree \(path.shown)"
    case .report(let ticket, _): "the conflict report of \(ticket.shown)"
    case .resolution(let ticket, let path): "the worktree of \(ticket.shown)'s conflict, \(path.shown)"
    }
  }
}
