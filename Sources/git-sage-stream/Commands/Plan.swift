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
  @Option(
    name: .customLong("graph"),
    help: .init("Write the dependency graph for Graphviz, for Mermaid, or as a drawing.", valueName: "dot|mermaid|svg"))
  var graph: String?
  @Flag(name: .customLong("json"), help: "Write the plan as one JSON object.")
  var asJSON = false

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    if let graph {
      guard let format = GraphFormat(rawValue: graph) else { throw .usage("--graph is dot, mermaid or svg, not '\(graph)'") }
      if asJSON { throw .usage("--json and --graph exclude each other") }
      return try await draw(format, in: scene)
    }
    return try await Self.show(workers: try parallel.workers(), selected, index: queue.path, asJSON: asJSON, in: scene)
  }

  private func draw(_ format: GraphFormat, in scene: Scene) async throws(Failure) -> Int32 {
    let queue = try await scene.project(index: self.queue.path).loadQueue()
    if let refusal = queue.refusal { throw refusal }
    let selection = try selected.selection(in: queue)
    let plan = Plan(queue.graph, workers: 1, selection: selection)
    Screen.output.write(TicketGraph(plan, of: queue.graph, selection: selection).text(format))
    return 0
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
      Screen.output.write(plan.json(pretty: true) + [UInt8(ascii: "\n")])
    } else {
      await scene.show(PlanText(plan, of: queue.index, style: scene.style(of: .output, in: project)).lines, in: project)
      Screen.messages.show(plan.warnings.map { "warning: \($0.harmless())" })
    }
    return 0
  }
}
