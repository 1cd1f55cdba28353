import Planning
import Platform
import SageStream
import Tickets

extension Draft {
  static func unknownTicket(_ ticket: TicketID, similar: [TicketID]) -> Draft {
    let near = similar.isEmpty ? [] : ["did you mean \(Amounts.list(similar.map(\.shown), limit: 5))?"]
    return .usage("the queue has no ticket \(ticket.shown)", hints: near + ["git sage-stream list shows all tickets"])
  }

  static func unknownComponent(_ name: String, known: [String]) -> Draft {
    .usage(
      "no ticket of the queue belongs to a component '\(name.harmless())'",
      hints: [
        known.isEmpty
          ? "git sage-stream list shows all tickets" : "the components are \(Amounts.list(known.map { $0.harmless() }, limit: 12))"
      ])
  }

  static func queueMissing(_ file: FilePath) -> Draft {
    Draft(
      "there is no ticket queue at \(file.shown)",
      hints: [
        "git sage-stream --index PATH reads a queue that is somewhere else",
        "git sage-stream demo shows all of it in a scratch repository",
      ])
  }

  static func queueInvalid(_ file: FilePath, _ error: TicketIndexError) -> Draft {
    Draft(
      "the ticket queue \(file.shown) cannot be used: \(error.description.harmless())",
      hints: ["correct the file, then: git sage-stream validate"])
  }

  /// At most eight findings; `validate` has them all.
  static func queueRefused(_ file: FilePath, _ findings: [Finding]) -> Draft {
    let shown = findings.prefix(8).map { $0.description.harmless() }
    let more = findings.count > 8 ? ["and \(findings.count - 8) more: git sage-stream validate"] : []
    return Draft(
      "the ticket queue \(file.shown) has \(Amounts.count(findings.count, "error"))", details: shown + more,
      hints: ["correct the file, then: git sage-stream validate"])
  }

  static func otherQueueInterrupted(_ run: RunID, _ queue: FilePath, tag: String) -> Draft {
    let index = "git sage-stream --index \(CommandLineText.word(queue.shown))"
    let list = tag == TicketIndex.defaultTag ? "" : ", tag '\(tag.harmless())'"
    let choose = tag == TicketIndex.defaultTag ? [] : ["choose its tag first: task-master use-tag \(CommandLineText.word(tag.harmless()))"]
    return Draft(
      "run \(run) was interrupted while it worked on another queue, \(queue.shown)\(list)",
      hints: choose + ["\(index) --auto goes on with it", "git sage-stream abort --index \(CommandLineText.word(queue.shown)) ends it"])
  }

  static func workflowMode(_ mode: String) -> Draft {
    Draft(
      "the workflow mode of this repository is \(mode.harmless()), not TICKET_BASED",
      hints: ["echo TICKET_BASED >.sage/workflow-mode"])
  }
}
