import ArgumentParser
import Platform
import SageStream
import Terminal
import Tickets

/// Runs the queue: what `git sage-stream` does without a verb.
struct RunCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the queue.", usage: "git sage-stream [<options>]", shouldDisplay: false)

  @OptionGroup var flags: RunFlags

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let options = try flags.options()
    if let ticket = flags.explained { return try await ExplainCommand.show(TicketID(ticket), index: flags.queue.path, in: scene) }
    if flags.isDryRun {
      return try await PlanCommand.show(
        workers: options.workers, flags.selected, index: flags.queue.path, asJSON: flags.asJSON, in: scene)
    }
    let project = try await scene.project(index: flags.queue.path)
    if options.mode != .automatic, isatty(STDIN_FILENO) != 1 { throw .notATerminal }
    let form = RunDisplay.Form(asJSON: flags.asJSON, isQuiet: flags.isQuiet, environment: scene.environment)
    let display = RunDisplay(
      form, style: scene.style(of: .messages, in: project), queue: form.isLive ? try? project.loadQueue() : nil,
      usualSeconds: form.isLive ? Velocity.ofEarlierRuns(project)?.medianSeconds : nil)
    let show = RunShow(form, display: display, results: scene.style(of: .output, in: project))
    let notifier = project.settings.notify.map {
      Notifier(command: $0, folder: project.layout.mainWorkTree ?? project.layout.commonFolder, environment: project.environment)
    }
    let prompter = TerminalPrompter()
    let run = Run(
      project: project, options: options, prompter: LendingPrompter(prompter: prompter, show: show),
      observer: { event in
        show.take(event)
        notifier?.take(event)
      },
      waiting: { show.waits(for: $0, secondsLeft: $1) })
    let interruption = Interruption(suspending: { await show.suspend() }) { _ in
      prompter.cancel()
      run.interrupt()
    }
    do throws(Failure) {
      var summary = try await run.execute()
      // Ctrl-C at a question is a "quit" to the engine, which may be done before it hears of the signal.
      if interruption.hasHappened { summary.wasInterrupted = true }
      await show.finish(summary, earlier: { Velocity.ofEarlierRuns(project, before: $0) })
      await notifier?.finish()
      guard flags.push else { return summary.exitStatus }
      let outcome = try await PushAfterRun(project: project, onto: options.onto).push(after: summary)
      let lines = PushOutcomeText(outcome, style: scene.style(of: .messages, in: project)).lines
      Screen.messages.show(lines)
      return outcome.hasFailed ? 1 : summary.exitStatus
    } catch {
      scene.moved = await show.stop()
      await notifier?.finish()
      throw error
    }
  }
}
