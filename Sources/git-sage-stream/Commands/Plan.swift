import ArgumentParser
import Planning
import Platform
import SageStream
import Terminal

/// Shows what a run would do.
struct PlanCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what is ready, what follows in which waves, what blocks what, and how many workers it is worth.")

  @OptionGroup var parallel: ParallelFlag
  @OptionGroup var selected: SelectionFlags
  @OptionGroup var queue: QueueFlag
  @Flag(name: .customLong("json"), help: "Write the plan as one JSON object.")
  var asJSON = false

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    try await Self.show(workers: try parallel.workers(), selected, index: queue.path, asJSON: asJSON, in: scene)
  }

  private static let key = "sageStream.parallel"

  /// As many as asked for here or in the configuration; one, where nobody asked.
  private static func count(_ workers: RunOptions.Workers?, _ project: Project) throws(Failure) -> Int {
    var wanted = workers
    if wanted == nil { wanted = try ParallelFlag.workers(project.configuration.string(key), named: key) }
    switch wanted {
    case .count(let count): return count
    case .automatic, nil: return defaultWorkerCount(cores: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }
  }

  /// Also what `--dry-run` does.
  static func show(
    workers: RunOptions.Workers?, _ selected: SelectionFlags, index: String?, asJSON: Bool, in scene: Scene
  ) async throws(Failure) -> Int32 {
    let project = try await scene.project(index: index)
    let queue = try project.loadQueue()
    if let refusal = queue.refusal { throw refusal }
    let plan = Plan(queue.graph, workers: try Self.count(workers, project), selection: try selected.selection(in: queue))
    if asJSON {
      Screen.output.show(plan.json.serialized(pretty: true))
    } else {
      Screen.output.show(PlanText(plan, of: queue.index, style: scene.style(of: .output, in: project)).lines)
      Screen.messages.show(plan.warnings.map { "warning: \($0.harmless())" })
    }
    return 0
  }
}
