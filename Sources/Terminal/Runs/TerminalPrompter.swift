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
      if case .land(_, let changes) = question, ["v", "view", "diff"].contains(Answer.word(typed: line)) {
        screen.show(Self.diff(await changes.diff()))
        screen.show(Self.prompt(of: question))
      } else if let answer = Answer(typed: line) {
        return answer
      } else {
        screen.show(Self.help(for: question))
      }
    }
  }

  static func lines(of question: Question) -> [String] {
    switch question {
    case .begin(let tickets):
      let names = tickets.map(\.id.shown)
      return ["\(Amounts.count(tickets.count, "ticket")) can be worked on: \(Amounts.list(names, limit: 12))", prompt(of: question)]
    case .start(let ticket, let left, let isFirst):
      let others = left > 0 && !isFirst ? "  (\(Amounts.count(left, "other")) could start)" : ""
      return ["", "\(ticket.id.shown)  \(ticket.displayTitle.harmless().clipped(to: 100))\(others)", prompt(of: question)]
    case .component(let name, let tickets, let before):
      let done = before.map { ["\($0.name.harmless()): \($0.landed) landed, \($0.setAside) set aside"] } ?? []
      let list = Amounts.list(tickets.map(\.id.shown), limit: 12)
      return [""] + done + ["component \(name.harmless()), \(Amounts.count(tickets.count, "ticket")): \(list)", prompt(of: question)]
    case .land(_, let changes):
      let said = changes.summary.map { ["the worker says: \($0.harmless().clipped(to: 300))"] } ?? []
      let commits = changes.commits.prefix(10).map { "commit: \($0.harmless().clipped(to: 120))" }
      let more = changes.commits.count > 10 ? ["and \(changes.commits.count - 10) more"] : []
      return said + commits + more + changes.stat.split(whereSeparator: \.isNewline).map { " " + $0.harmless() } + [prompt(of: question)]
    }
  }

  func show(_ lines: [String]) { screen.show(lines) }

  private static func prompt(of question: Question) -> String {
    switch question {
    case .begin: "Begin? [y/n/q]"
    case .start(_, left: _, isFirst: true): "Start it? [y/n/s/q]"
    case .start: "Go on with it? [y/n/s/q]"
    case .component(_, _, let before): before == nil ? "Start it? [y/n/q]" : "Go on with it? [y/n/q]"
    case .land(let ticket, _): "Land \(ticket.id.shown)? [y/n/d/v/q]"
    }
  }

  private static func help(for question: Question) -> String {
    switch question {
    case .begin: "y = yes, n or q = not now"
    case .start: "y = yes, n = not now, s = set it aside, q = quit"
    case .component: "y = yes, n = leave it for another run, q = quit"
    case .land: "y = yes, n = not now (its work is kept), d = defer: set it aside, v = view the changes, q = quit"
    }
  }

  private static func diff(_ text: String) -> [String] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { $0.harmless(keepingTabs: true) }
  }

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
  /// Reads `y`, `yes`, `n`, `no`, `s`, `skip`, `d`, `defer`, `q`, `quit`, `pause` in either case.
  init?(typed text: String) {
    switch Self.word(typed: text) {
    case "y", "yes": self = .yes
    case "n", "no": self = .no
    case "s", "skip", "d", "defer": self = .skip
    case "q", "quit", "pause": self = .quit
    default: return nil
    }
  }

  static func word(typed text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined().lowercased() }
}
