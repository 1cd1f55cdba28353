/// The user's command that does a ticket.
public enum WorkerCommand: Sendable, Equatable {
  /// A line for `/bin/sh -c`; it finds the ticket through `SAGE_*` variables.
  case shell(String)
  /// A program and its arguments, started without a shell.
  case program([String], prompt: PromptDelivery = .file)

  /// How a program gets the prompt; the path of the file is always in `SAGE_PROMPT_FILE`.
  public enum PromptDelivery: Sendable, Equatable {
    case file
    case standardInput
  }

  /// As a person would type it.
  public var displayed: String {
    switch self {
    case .shell(let line): line
    case .program(let arguments, _): arguments.joined(separator: " ")
    }
  }
}
