import Platform

/// What an attempt with one agent has used in this repository so far: a fold over the journals.
struct UsageHistory: Sendable {
  private(set) var attempts = 0
  private var inputs: [Int] = []
  private var outputs: [Int] = []
  private var costs: [Double] = []

  /// Reads the latest runs, at most twenty of them and none of more than 8 MB: this stands before every run.
  init(_ agent: String, in stateFolder: FilePath) {
    let runs = (try? JournalReader.runs(in: stateFolder)) ?? []
    for run in runs.suffix(20) {
      let file = stateFolder.appending("runs").appending(run.rawValue).appending("journal.jsonl")
      guard let status = (try? FileStatus.of(file)) ?? nil, status.size < 8 << 20 else { continue }
      var isAgents = false
      for event in (try? JournalReader.events(of: file)) ?? [] {
        switch event.fact {
        case .runStarted(let start): isAgents = start.worker == agent
        case .workerExited(_, _, _, _, let usage) where isAgents: add(usage)
        default: break
        }
      }
    }
  }

  private mutating func add(_ usage: WorkerUsage) {
    guard usage != WorkerUsage() else { return }
    attempts += 1
    if let tokens = usage.inputTokens { inputs.append(tokens) }
    if let tokens = usage.outputTokens { outputs.append(tokens) }
    if let cost = usage.costUSD { costs.append(cost) }
  }

  var inputTokens: Int? { Self.median(inputs) }
  var outputTokens: Int? { Self.median(outputs) }
  var costUSD: Double? { Self.median(costs) }

  private static func median<Value: Comparable>(_ values: [Value]) -> Value? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
  }
}
