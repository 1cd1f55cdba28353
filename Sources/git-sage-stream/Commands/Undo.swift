import ArgumentParser
import SageStream
import Terminal

/// Takes a run back.
struct UndoCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take back what a run landed, ticket states included; an undo can be taken back as well.")

  @Argument(help: .init("The run (or the undo) to take back; by default the last run that landed something.", valueName: "run"))
  var run: String?
  @OptionGroup var queue: QueueFlag

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    var id: RunID?
    if let run {
      id = RunID(run)
      if id == nil { throw .usage("'\(run)' is no run; git sage-stream log lists them") }
    }
    let result = try await scene.run(try await scene.project(index: queue.path)).undo(id)
    Screen.output.show(VerbText.undone(result))
    return 0
  }
}
