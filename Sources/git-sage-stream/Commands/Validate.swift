import ArgumentParser
import SageStream
import Terminal

/// Says everything that is wrong with the queue, and whether parallel runs could start here.
struct ValidateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Print every finding about the queue and what parallel runs need here; the exit status is 1 where a run would stop."
  )

  @OptionGroup var parallel: ParallelFlag
  @Option(help: .init("Look at this worker command instead of the configured one.", valueName: "command"))
  var worker: String?
  @Option(help: .init("Look at this branch to land on instead of the one that is checked out.", valueName: "branch"))
  var onto: String?
  @OptionGroup var queue: QueueFlag
  @Flag(name: .customLong("json"), help: "Write the findings as one JSON object.")
  var asJSON = false
  @Flag(name: .customLong("repair"), help: "First mend what killed processes have left behind.")
  var repairs = false

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    let wish = Examination.Wish(worker: worker, onto: onto, workers: try parallel.workers())
    if repairs {
      let mended = try await SageStream.Run.repair(from: scene.folder, environment: scene.environment, index: queue.path) { scene.run($0) }
      // With --json standard output holds the findings alone.
      (asJSON ? Screen.messages : Screen.output).show(VerbText.mended(mended))
    }
    let examination = await Examination(from: scene.folder, environment: scene.environment, index: queue.path, wish: wish)
    let style = examination.project.map { scene.style(of: .output, in: $0) } ?? .plain
    let text = ExaminationText(examination, style: style)
    if asJSON { Screen.output.show(text.json.serialized(pretty: true)) } else { Screen.output.show(text.lines) }
    return examination.hasErrors ? 1 : 0
  }
}
