import Platform
import SageStream
import Synchronization
import Tickets

/// Asks on the terminal: one line out, one line in. The end of input, what cannot be read, and `cancel()` mean "quit".
public final class TerminalPrompter: Prompter {
  private let input: FileDescriptor
  private let screen: Screen
  private let isCancelled = Mutex(false)

  public init(input: FileDescriptor = .standardInput, screen: Screen = .messages) {
    self.input = input
    self.screen = screen
  }

  /// Ends a question that waits for an answer, and all later ones: for Ctrl-C.
  public func cancel() { isCancelled.withLock { $0 = true } }

  public func ask(_ question: Question) async -> Answer {
    screen.show(Self.lines(of: question))
    while true {
      guard let line = await readLine() else { return .quit }
      if let answer = Answer(typed: line) { return answer }
      screen.show("y = yes, n = not now, s = set it aside, q = quit")
    }
  }

  static func lines(of question: Question) -> [String] {
    switch question {
    case .begin(let tickets):
      let names = tickets.map(\.id.shown)
      return ["\(Amounts.count(tickets.count, "ticket")) can be worked on: \(Amounts.list(names, limit: 12))", "Begin? [y/n/s/q]"]
    case .start(let ticket):
      return ["", "\(ticket.id.shown)  \(ticket.displayTitle.harmless().clipped(to: 100))", "Start it? [y/n/s/q]"]
    case .land(let ticket, let changes):
      return changes.split(whereSeparator: \.isNewline).map { " " + $0.harmless() } + ["Land \(ticket.id.shown)? [y/n/s/q]"]
    }
  }

  func show(_ lines: [String]) { screen.show(lines) }

  /// One line from the terminal, byte by byte: what comes after it belongs to the next question.
  func readLine() async -> String? {
    var bytes: [UInt8] = []
    while let byte = await readByte() {
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }

  /// Looks for input now and then instead of blocking in `read`: a blocked thread would be missing for the workers, and could not be told
  /// about Ctrl-C.
  private func readByte() async -> UInt8? {
    var request = pollfd(fd: input.rawValue, events: Int16(POLLIN), revents: 0)
    while poll(&request, 1, 0) == 0 {
      if isCancelled.withLock({ $0 }) { return nil }
      try? await Task.sleep(for: .milliseconds(50))
    }
    return withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { buffer -> UInt8? in
      guard let count = try? input.read(into: buffer), count == 1 else { return nil }
      return buffer[0]
    }
  }
}

extension Answer {
  /// Reads `y`, `yes`, `n`, `no`, `s`, `skip`, `q`, `quit` in either case.
  init?(typed text: String) {
    switch text.split(whereSeparator: \.isWhitespace).joined().lowercased() {
    case "y", "yes": self = .yes
    case "n", "no": self = .no
    case "s", "skip": self = .skip
    case "q", "quit": self = .quit
    default: return nil
    }
  }
}
