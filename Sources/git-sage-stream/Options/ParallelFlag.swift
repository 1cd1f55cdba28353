import ArgumentParser
import SageStream

/// `--parallel`, `--parallel=4`, `--parallel=auto`.
struct ParallelFlag: ParsableArguments {
  @Option(
    name: .customLong("parallel"),
    help: .init("Work on up to N tickets at once, 1 to 64; auto is half the cores, at most 8. Needs --auto.", valueName: "n|auto"))
  var value: String?

  /// The arguments with `=auto` put behind a bare `--parallel`: the parser has no option whose value may be left out (its
  /// `defaultAsFlag` forgets an attached value as soon as another option follows).
  static func withValue(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments[..<end].map { $0 == "--parallel" ? "--parallel=auto" : $0 } + arguments[end...]
  }

  /// - Throws: `Failure.usage` for anything but 1 to 64 and `auto`.
  func workers() throws(Failure) -> RunOptions.Workers? { try Self.workers(value, named: "--parallel") }

  static func workers(_ value: String?, named name: String) throws(Failure) -> RunOptions.Workers? {
    guard let value else { return nil }
    if value == "auto" { return .automatic }
    guard let count = Int(value), 1...64 ~= count, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .usage("\(name) is a number from 1 to 64 or auto, not '\(value)'")
    }
    return .count(count)
  }
}
