import SageStream
import Tickets

/// What `land` says: that the ticket has landed, or why it has not.
public struct LandText: Sendable {
  public let lines: [String]
  public let messages: [String]
  public let exitStatus: Int32

  public init(_ outcome: Resolved, of ticket: TicketID) {
    switch outcome {
    case .landed(let target, let commit):
      self.init(landed: "\(ticket.shown) has landed on \(target.harmless())" + (commit.map { " as \($0.short)" } ?? ""))
    case .held(let reason): self.init(held: reason, ticket)
    case .conflicted: self.init(conflicted: ticket)
    case .failed(let reason): self.init(failed: reason, ticket)
    }
  }

  /// What the run that goes on answered.
  public init(_ answer: RequestAnswer, of ticket: TicketID) {
    switch answer.outcome {
    case "landed": self.init(landed: answer.sentence.harmless())
    case "held": self.init(held: answer.sentence, ticket)
    case "conflicted": self.init(conflicted: ticket)
    default: self.init(failed: answer.sentence, ticket)
    }
  }

  private init(landed sentence: String) {
    lines = [sentence]
    messages = []
    exitStatus = 0
  }

  private init(held reason: String, _ ticket: TicketID) {
    lines = []
    messages = ["warning: \(ticket.shown) is approved and held: \(reason.harmless())", "hint: git sage-stream --auto --limit=0"]
    exitStatus = 1
  }

  private init(conflicted ticket: TicketID) {
    lines = []
    messages = [
      "error: \(ticket.shown) conflicts with what has landed since; it is set aside",
      "hint: \(CommandLineText.command("conflicts", ticket))", "hint: \(CommandLineText.command("resolve", ticket))",
    ]
    exitStatus = 1
  }

  private init(failed reason: String, _ ticket: TicketID) {
    lines = []
    messages = ["error: \(ticket.shown) did not land: \(reason.harmless())", "hint: \(CommandLineText.command("show", ticket))"]
    exitStatus = 1
  }
}
