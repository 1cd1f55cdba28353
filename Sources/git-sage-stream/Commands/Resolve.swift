import ArgumentParser
import SageStream
import Terminal
import Tickets

/// Finishes a conflict by hand.
struct ResolveCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Open a conflict in a worktree, stopped at the cherry-pick; then land it, drop it, or put everything back.")

  @Argument(help: .init("The ticket; one that begins with a dash stands after --.", valueName: "id"))
  var ticket: String
  @Flag(name: .customLong("continue"), help: "Land what was resolved; exits with 1 where paths are unmerged.")
  var continues = false
  @Flag(name: .customLong("skip"), help: "Give the ticket's work up; it stays on its branch, and the ticket DEFERRED.")
  var skips = false
  @Flag(name: .customLong("abort"), help: "Remove the worktree; all is as before.")
  var aborts = false
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    if [continues, skips, aborts].count(where: \.self) > 1 { throw .usage("--continue, --skip and --abort exclude each other") }
    let resolver = try Resolver(TicketID(ticket), in: try await scene.project(index: queue.path))
    let run = { scene.run(resolver.project) }
    let outcome: Resolver.Outcome
    switch (continues, skips, aborts) {
    case (true, _, _): outcome = try await resolver.continuing(run: run)
    case (_, true, _): outcome = try await resolver.skipping(run: run)
    case (_, _, true): outcome = try await resolver.aborting()
    default: outcome = try await resolver.opening(run: run)
    }
    let text = ResolveText(outcome, of: resolver.ticket, isContinued: continues, style: scene.style(of: .output, in: resolver.project))
    Screen.messages.show(text.messages)
    Screen.output.show(text.lines)
    return text.exitStatus
  }
}
