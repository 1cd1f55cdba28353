import ArgumentParser
import SageStream
import Terminal
import Tickets

/// The agents that can be named as a worker: which there are, how each is called, whether it can be.
struct WorkerVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "List the agents that --worker can name, show how one is called, and probe whether it can be.",
    subcommands: [List.self, Show.self, ProbeCommand.self])

  struct List: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the agents, and where each is installed; a star marks the configured one.")

    @Flag(name: .customLong("json"), help: "Write them as one JSON object.")
    var asJSON = false

    func perform(in scene: Scene) async throws(Failure) -> Int32 {
      let project = try await scene.project()
      let (agents, selected) = (try project.agents(), try project.worker(nil))
      if asJSON {
        let list = JSON.array(agents.map { $0.json(in: scene.environment) })
        let answer: JSON = ["schema_version": 1, "selected": selected.map { .string($0.displayed) } ?? .null, "workers": list]
        Screen.output.show(answer.serialized(pretty: true))
      } else {
        let style = scene.style(of: .output, in: project)
        Screen.output.show(WorkerText.list(agents, selected: selected, environment: scene.environment, style: style))
      }
      return 0
    }
  }

  struct Show: Verb {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show how an agent is called and how its output is read; without a name, the configured worker.")

    @Argument(help: .init("An agent, or 'command' for the contract of any other worker.", valueName: "name"))
    var name: String?
    @Flag(name: .customLong("json"), help: "Write it as one JSON object.")
    var asJSON = false

    func perform(in scene: Scene) async throws(Failure) -> Int32 {
      let project = try await scene.project()
      let style = scene.style(of: .output, in: project)
      switch try project.workerToShow(name) {
      case .agent(let agent):
        if asJSON {
          let members = agent.json(in: scene.environment).object?.members ?? []
          Screen.output.show(JSON.object(JSON.Object([.init("schema_version", 1)] + members)).serialized(pretty: true))
        } else {
          Screen.output.show(WorkerText.show(agent, environment: scene.environment, style: style))
        }
      case .command(let line):
        if asJSON {
          let answer: JSON = ["schema_version": 1, "name": "command", "command": .string(line)]
          Screen.output.show(answer.serialized(pretty: true))
        } else {
          Screen.output.show(WorkerText.showCommand(line.isEmpty ? nil : line, style: style))
        }
      }
      return 0
    }
  }

  struct ProbeCommand: Verb {
    static let configuration = CommandConfiguration(
      commandName: "probe",
      abstract: "Ask an agent's program for its version and help, and check every option that a run would pass; nothing else is run.")

    @Argument(help: .init("An agent; without one the configured worker, else every agent on PATH.", valueName: "name"))
    var name: String?
    @Flag(name: .customLong("json"), help: "Write the results as one JSON object.")
    var asJSON = false

    func perform(in scene: Scene) async throws(Failure) -> Int32 {
      let project = try await scene.project()
      let style = scene.style(of: .output, in: project)
      var results: [AgentProbe] = []
      for agent in try project.agentsToProbe(name) {
        let probe = await AgentProbe.run(agent, environment: scene.environment)
        results.append(probe)
        if !asJSON { Screen.output.show(WorkerText.probe(probe, style: style)) }
      }
      if asJSON {
        let answer: JSON = ["schema_version": 1, "workers": .array(results.map(\.json))]
        Screen.output.show(answer.serialized(pretty: true))
      }
      return results.allSatisfy(\.isUsable) ? 0 : 1
    }
  }
}
