import SageStream
import Tickets

/// What the verbs that change something say when they are done: what happened, and what to type next.
public enum VerbText {
  public static func retried(_ reopened: Reopened) -> [String] {
    let with = reopened.saved.map { ", and its next attempt starts with the work in \($0.reference.rawValue.harmless())" } ?? ""
    return ["\(reopened.ticket.shown) is work again\(with)", "next: git sage-stream --auto"]
  }

  public static func mended(_ sentences: [String]) -> [String] {
    sentences.isEmpty ? ["nothing had to be mended"] : sentences.map { "mended: \($0.harmless())" }
  }

  /// What the run that goes on said.
  public static func answered(_ answer: RequestAnswer) -> [String] { [answer.sentence.harmless()] }

  public static func undone(_ result: UndoResult) -> [String] {
    let undone = result.undone
    let target = result.target.short.harmless()
    let how =
      undone.movesAlong ? "\(target) is at \(undone.to.short)" : "\(Amounts.count(undone.commits.count, "new commit")) on \(target)"
    var lines = ["run \(undone.run) is taken back: \(how)"]
    for reversal in undone.states { lines.append("\(reversal.ticket.shown) is \(reversal.to.text.harmless()) again") }
    return lines + ["next: git sage-stream undo \(result.id) takes this back"]
  }

  public static func aborted(_ result: Aborted) -> [String] {
    let target = result.target.short.harmless()
    let runs = Amounts.list(result.runs.map(\.rawValue), limit: 3)
    var lines = ["run \(runs) on \(target) is ended; its tickets stay as they are"]
    if !result.landed.isEmpty {
      lines.append("landed    \(Amounts.list(result.landed.map(\.shown), limit: 12))  (had passed the commit point)")
    }
    lines += result.parked.map { "kept      \($0.ticket.shown)  on branch \($0.branch.short.harmless())  (finished, not landed)" }
    lines += result.saved.map { "saved     \($0.ticket.shown)  as \($0.reference.rawValue.harmless())  (uncommitted work)" }
    if !result.parked.isEmpty || !result.saved.isEmpty {
      lines.append("next: git sage-stream retry ID --from-salvage goes on with saved work")
    }
    return lines + ["next: git sage-stream --auto begins anew"]
  }
}
