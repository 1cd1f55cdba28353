import Git
import SageStream
import Tickets

/// What the pre-push hook says, all of it on standard error: warnings, then every finding with what to do about it.
public struct PushVerdictText: Sendable {
  private let verdict: PushVerdict
  private let remote: String
  private let style: Style

  public init(_ verdict: PushVerdict, remote: String, style: Style = .plain) {
    self.verdict = verdict
    self.remote = remote
    self.style = style
  }

  /// Nothing for a push that may go on without a word.
  public var lines: [String] {
    let warnings = verdict.warnings.map { style.warning("warning: ") + "git sage-stream: \($0.harmless())" }
    if verdict.findings.isEmpty { return warnings }
    let count = Amounts.count(verdict.findings.count, "reason")
    return warnings
      + [
        style.bad("error: ")
          + "git sage-stream refuses the push to \(remote.harmless()) for \(count); nothing was pushed, main did not move"
      ]
      + verdict.findings.flatMap { ["  " + Self.sentence($0), "    " + style.faint("-> ") + remedy($0)] }
      + ["hint: git push --no-verify pushes without this check"]
  }

  private static func sentence(_ finding: PushFinding) -> String {
    switch finding {
    case .openLanding(let target, let run, let tickets):
      "run \(run) died while it landed \(list(tickets)) on \(target.short.harmless())"
    case .partOfTicket(let ticket, let name, _):
      "only a part of \(ticket.shown) would be on \(name.short.harmless()): its last commits are not pushed"
    case .conflictMarkers(let path, let commit):
      "\(path.description.harmless()) has conflict markers, committed in \(commit.short)"
    case .unreadableQueue(let error, let name):
      "the ticket queue at \(name.short.harmless()) cannot be read: \(error.description.harmless())"
    case .queueError(let finding, let name): "the ticket queue at \(name.short.harmless()): \(finding.description.harmless())"
    case .notCompleted(let ticket, let state, let commit, let name, _):
      "\(ticket.shown) has landed in \(commit.short), but is \(state.text.harmless()) in the queue at \(name.short.harmless())"
    case .openDependencies(let ticket, let open, let commit, let name):
      "\(ticket.shown) has landed in \(commit.short), but depends on \(list(open)), not COMPLETED at \(name.short.harmless())"
    case .parkedWork(let name): "\(name.short.harmless()) is work that was set aside"
    case .internalReference(let name): "\(name.rawValue.harmless()) is kept by git sage-stream for itself"
    case .notGreen(let commit, let name, let answer):
      "the tree of \(commit.short), for \(name.short.harmless()), is not proven: \(answer.verdict.sentence)"
        + (answer.log.map { ", see \($0.shown)" } ?? "")
    }
  }

  private func remedy(_ finding: PushFinding) -> String {
    switch finding {
    case .openLanding: return "git sage-stream --auto --limit=0 finishes it and starts nothing new"
    case .partOfTicket(_, let name, let last): return "push the whole ticket: git push REMOTE \(last.short):\(Self.word(name.rawValue))"
    case .conflictMarkers(let path, _):
      return
        "edit the file and commit; where such lines belong: echo '\(path.description.harmless()) conflict-marker-size=32' >>.gitattributes"
    case .unreadableQueue, .queueError: return "correct \(queue) (git sage-stream validate), commit it, push again"
    case .notCompleted(_, _, _, _, let fixedHere):
      let commit = "git commit -m 'Ticket states' \(CommandLineText.word(queue))"
      return fixedHere
        ? "your work tree has the right state: \(commit)"
        : "set its \(isTaskMaster ? "status to done" : "state to COMPLETED") and \(commit), or take the landing back: git sage-stream undo"
    case .openDependencies(_, let open, _, _):
      let first = open.first.map { CommandLineText.command("explain", $0) } ?? "git sage-stream plan"
      return "push when they have landed (\(first)), or correct their states in \(queue) and commit it"
    case .parkedWork, .internalReference: return "leave it out of the push; git config sageStream.allowWorkerPush true allows it"
    case .notGreen: return "git config sageStream.check shows the check; run it, correct what it finds, push again"
    }
  }

  private var queue: String { verdict.queue.harmless() }
  private var isTaskMaster: Bool { verdict.queue == QueueFile.taskMasterPath }

  private static func list(_ tickets: [TicketID]) -> String { Amounts.list(tickets.map(\.shown), limit: 5) }
  private static func word(_ text: String) -> String { CommandLineText.word(text.harmless()) }
}
