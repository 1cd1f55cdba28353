import ArgumentParser
import SageStream

/// `--parallel`, `--parallel=4`, `--parallel=auto`.
struct ParallelFlag: ParsableArguments {
  // `.next`, because argument-parser 1.8.0 with the default strategy drops the value of `--parallel=3` where an option follows.
  @Option(
    name: .customLong("parallel"), defaultAsFlag: "auto", parsing: .next,
    help: .init("Work on up to N tickets at once, 1 to 64; auto is half the cores, at most 8. Needs --auto.", valueName: "n|auto"))
  var value: String?

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
