import ArgumentParser
import Git
import SageStream
import Terminal
import Tickets

/// The options of a run as they were typed. Values are checked by `options()`, so that each bad one gets a sentence of ours.
struct RunFlags: ParsableArguments {
  @Flag(name: .customLong("interactive"), help: "Ask before each ticket and each landing, one after the other (default).")
  var isInteractive = false
  @Flag(name: .customLong("semi-auto"), help: "One component after the other; ask at the borders only.")
  var isSemiAutomatic = false
  @Flag(name: .customLong("auto"), help: "Ask nothing.")
  var isAutomatic = false
  @Flag(name: .customLong("dry-run"), help: "Show the plan and change nothing (= plan).")
  var isDryRun = false
  @Option(
    name: .customLong("explain"), parsing: .unconditional, help: .init("Say why a ticket is ready or blocked (= explain).", valueName: "id")
  )
  var explained: String?

  @OptionGroup var parallel: ParallelFlag

  @Option(
    help: .init(
      "What does a ticket: an agent's name (worker list), or a command that /bin/sh runs in the ticket's worktree.", valueName: "worker"))
  var worker: String?
  @Option(help: .init("What a tree must pass before it lands: a build, the tests. 0 passes, 125 is undecided.", valueName: "command"))
  var check: String?
  @Option(
    name: .customLong("check-undecided"),
    help: .init("What becomes of a ticket whose check is undecided: set aside (default) or landed.", valueName: "land|defer"))
  var checkUndecided: String?
  @Option(help: .init("Land on this branch instead of the one that is checked out.", valueName: "branch"))
  var onto: String?
  @Option(help: .init("flow starts a ticket as soon as it can; batch starts up to N, waits for all, then lands.", valueName: "flow|batch"))
  var schedule: String?
  @Option(help: .init("Stop a worker after this long: 90, 90s, 30m, 2h.", valueName: "duration"))
  var timeout: String?
  @Option(
    name: .customLong("on-conflict"),
    help: .init("defer sets a ticket that conflicts aside; rework has its worker do it once more.", valueName: "defer|rework"))
  var onConflict: String?
  @Flag(name: .customLong("require-validation"), help: "Refuse to run while tickets have validation commands without consent (= trust).")
  var requiresValidation = false

  @OptionGroup var selected: SelectionFlags
  @Option(
    parsing: .unconditional, help: .init("Start at most so many tickets; 0 only lands what an earlier run left held.", valueName: "k"))
  var limit: String?
  @Option(
    name: .customLong("max-cost"), parsing: .unconditional,
    help: .init("Start no more tickets once those so far cost this many dollars.", valueName: "usd"))
  var maxCost: String?
  @Flag(help: "Push the branch when every ticket has landed.") var push = false
  @Flag(help: "Land only what git sage-stream land ID approves.") var review = false

  @OptionGroup var queue: QueueFlag

  @Flag(name: .customLong("json"), help: "Write what happens as one JSON object a line.")
  var asJSON = false
  @Flag(name: .customLong("quiet"), help: "Report only what needs you.")
  var isQuiet = false
}

extension RunFlags {
  /// What the engine is to do.
  ///
  /// - Throws: `Failure.usage` for values and combinations that cannot be.
  func options() throws(Failure) -> RunOptions {
    var options = RunOptions()
    options.mode = try mode()
    options.workers = try parallel.workers()
    if options.workers != nil, options.mode != .automatic, !isDryRun {
      throw .usage("--parallel needs --auto, because nobody can answer the questions of several tickets at once")
    }
    options.worker = try nonEmpty(worker, "--worker")
    options.check = try nonEmpty(check, "--check")
    options.checkUndecided = try choice(checkUndecided, "--check-undecided") ?? .defer
    options.onto = try nonEmpty(onto, "--onto")
    options.schedule = try choice(schedule, "--schedule")
    options.review = review
    options.onConflict = try choice(onConflict, "--on-conflict")
    if let timeout {
      guard let duration = Duration(gitText: timeout), duration > .zero else {
        throw .usage("--timeout is a duration such as 90, 90s, 30m or 2h, not '\(timeout)'")
      }
      options.timeout = duration
    }
    options.requireValidation = requiresValidation
    options.components = selected.components
    options.tickets = selected.tickets.map { TicketID($0) }
    if let limit {
      guard let number = Int(limit), number >= 0 else { throw .usage("--limit is a number of tickets, not '\(limit)'") }
      options.limit = number
    }
    if let maxCost {
      let digits = maxCost.hasPrefix("$") ? maxCost.dropFirst() : maxCost[...]
      guard let most = Double(digits), most.isFinite, most > 0 else {
        throw .usage("--max-cost is an amount in dollars such as 5 or 2.50, not '\(maxCost)'")
      }
      options.maxCost = most
    }
    return options
  }

  private func mode() throws(Failure) -> RunOptions.Mode {
    switch (isInteractive, isSemiAutomatic, isAutomatic) {
    case (_, false, false): .interactive
    case (false, true, false): .semiAutomatic
    case (false, false, true): .automatic
    default: throw .usage("--interactive, --semi-auto and --auto exclude each other")
    }
  }

  private func nonEmpty(_ value: String?, _ option: String) throws(Failure) -> String? {
    if let value, value.allSatisfy(\.isWhitespace) { throw .usage("\(option) needs a value that is not empty") }
    return value
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(_ value: String?, _ option: String) throws(Failure) -> Choice?
  where Choice.RawValue == String {
    guard let value else { return nil }
    if let choice = Choice(rawValue: value) { return choice }
    throw .usage("\(option) is \(Choice.allCases.map(\.rawValue).joined(separator: " or ")), not '\(value)'")
  }
}
