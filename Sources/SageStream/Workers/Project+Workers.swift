import Platform

extension Project {
  /// What `worker show` is about: the agent of this name, a plain command (an empty line where none is configured), or the configured worker.
  ///
  /// - Throws: `Failure.usage` for a name that is none.
  public func workerToShow(_ name: String?) throws(Failure) -> Worker {
    guard let name else {
      guard let worker = try worker(nil) else { throw .noWorker(agentsOnPath: agentsOnPath(environment)) }
      return worker
    }
    if name == "command", configuration.string("sageStream.agent.command.command") == nil {
      if case .command(let line)? = try worker(nil) { return .command(line) }
      return .command("")
    }
    return .agent(try knownAgent(name))
  }

  /// What `worker probe` asks: the agent of this name, else the configured one, else every agent that is installed.
  ///
  /// - Throws: `Failure.usage` for a name that is none, `.nothingToDo` where a plain command is configured, which has no options of ours, and
  ///   `.noWorker` where nothing is configured and nothing installed.
  public func agentsToProbe(_ name: String?) throws(Failure) -> [Agent] {
    if let name { return [try knownAgent(name)] }
    switch try worker(nil) {
    case .agent(let agent)?: return [agent]
    case .command(let line)?:
      throw .nothingToDo("the configured worker is a command of your own, of which nothing is known but its words: \(line)")
    case nil:
      let installed = try agents().filter { $0.path(in: environment) != nil }
      if installed.isEmpty { throw .noWorker(agentsOnPath: []) }
      return installed
    }
  }

  private func knownAgent(_ name: String) throws(Failure) -> Agent {
    if let agent = try agent(named: name) { return agent }
    throw .usage("there is no agent '\(name)'; git sage-stream worker list has their names")
  }
}
