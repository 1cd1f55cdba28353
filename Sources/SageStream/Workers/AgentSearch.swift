/// Which of the agents that we know are on the user's PATH; for suggesting one to somebody who has configured none.
func agentsOnPath(_ environment: [String: String]) -> [String] {
  AgentPreset.all.filter { pathOfProgram($0.program, environment) != nil }.map(\.name)
}
