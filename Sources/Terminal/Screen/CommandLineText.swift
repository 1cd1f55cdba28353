import Tickets

/// Commands as a person can copy them into a shell.
public enum CommandLineText {
  /// One word for a POSIX shell: as it is where that is safe, otherwise in single quotes.
  public static func word(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
      default: "-_./=:@%+,".utf8.contains(byte)
      }
    }
    if isPlain, !text.isEmpty { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// `git sage-stream VERB ID`, with `--` before an id that would be read as an option.
  public static func command(_ verb: String, _ ticket: TicketID) -> String {
    "git sage-stream \(verb) " + (ticket.rawValue.hasPrefix("-") ? "-- " : "") + word(ticket.rawValue.harmless())
  }

  /// `git sage-stream VERB ID OPTION`; the option comes first where the id would be read as one.
  public static func command(_ verb: String, _ ticket: TicketID, _ option: String) -> String {
    ticket.rawValue.hasPrefix("-") ? command("\(verb) \(option)", ticket) : command(verb, ticket) + " " + option
  }
}

extension TicketID {
  /// The id as it stands in our sentences: `A-1`, or in quotes where it could not be told from the words beside it.
  public var shown: String { displayed.harmless() }
}
