import Platform
import Tickets

/// What an agent's output says about an attempt.
struct AgentReading: Sendable {
  var usage = WorkerUsage()
  /// How the agent says that it failed, whatever its exit status was.
  var failure: String?
  /// Errors in passing and the last lines that are no JSON: of interest where the attempt came to nothing.
  var remarks: [String] = []
  /// When a limit that it ran into is reset.
  var resets: WallTime?

  /// Reads a log. One that is absent or cannot be read says nothing.
  init(log: FilePath, as format: AgentOutput) {
    self.init(((try? File.read(log)) ?? nil) ?? [], as: format)
  }

  init(_ bytes: [UInt8], as format: AgentOutput) {
    var spoken: [String] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      // Lines of a megabyte are pictures and file contents, never the events that are looked for here.
      if line.first == UInt8(ascii: "{"), line.count < 1 << 20, let event = try? JSON(parsing: Array(line)), event.object != nil {
        take(event, format)
      } else if line.count < 4096 {
        spoken.append(String(decoding: line, as: UTF8.self))
        if format.isAider { takeAider(spoken[spoken.count - 1]) }
        if spoken.count > 400 { spoken.removeFirst(300) }
      }
    }
    remarks += spoken.suffix(30)
  }

  private mutating func take(_ event: JSON, _ format: AgentOutput) {
    let type = event[format.kind]?.string ?? ""
    if format.usageEvents.contains(type) {
      let seen = WorkerUsage(
        inputTokens: event.sum(format.input), outputTokens: event.sum(format.output),
        costUSD: format.cost.flatMap { event.value(at: $0)?.double })
      usage = format.addsUp ? usage.adding(seen) : seen
    }
    let words = format.words.lazy.compactMap { event.value(at: $0)?.string }.first { !$0.isEmpty }
    if format.failures.contains(type) || format.failedWhen.contains(where: { event[$0.member]?.plainText == $0.value }) {
      failure = words ?? "the agent reported an error"
    } else if format.usageEvents.contains(type), !format.addsUp {
      // A later result that is none.
      failure = nil
    } else if format.errors.contains(type), let words {
      remarks.append(words)
    }
    if let limit = format.limit, type == limit.event, event.value(at: limit.status)?.string == limit.rejected,
      let seconds = event.value(at: limit.resets)?.int
    {
      resets = WallTime(seconds: seconds)
    }
  }

  /// `Tokens: 12k sent, 3.4k cache hit, 150 received. Cost: $0.01 message, $0.02 session.`
  private mutating func takeAider(_ line: String) {
    guard let start = line.firstRange(of: "Tokens: ") else { return }
    let rest = line[start.upperBound...]
    var seen = WorkerUsage()
    for part in rest.split(separator: ",") {
      let words = part.split(separator: " ")
      guard words.count >= 2 else { continue }
      let what = words[1].trimmed(".")
      if what == "sent" { seen.inputTokens = Self.amount(words[0]) }
      if what == "received" { seen.outputTokens = Self.amount(words[0]) }
    }
    if let cost = rest.firstRange(of: "Cost: $") {
      seen.costUSD = rest[cost.upperBound...].split(separator: " ").first.flatMap { Double($0) }
    }
    usage = usage.adding(seen)
  }

  private static func amount(_ text: Substring) -> Int? {
    let unit: Double = text.hasSuffix("k") ? 1_000 : text.hasSuffix("M") ? 1_000_000 : 1
    let digits = unit == 1 ? text : text.dropLast()
    return Double(digits.filter { $0 != "," }).map { Int($0 * unit) }
  }
}

extension WorkerUsage {
  func adding(_ other: WorkerUsage) -> WorkerUsage {
    func sum<Number: AdditiveArithmetic>(_ a: Number?, _ b: Number?) -> Number? { a.map { $0 + (b ?? .zero) } ?? b }
    return WorkerUsage(
      inputTokens: sum(inputTokens, other.inputTokens), outputTokens: sum(outputTokens, other.outputTokens),
      costUSD: sum(costUSD, other.costUSD))
  }

  /// What the worker says itself counts more than what we read off its output.
  func completed(by other: WorkerUsage) -> WorkerUsage {
    WorkerUsage(
      inputTokens: inputTokens ?? other.inputTokens, outputTokens: outputTokens ?? other.outputTokens, costUSD: costUSD ?? other.costUSD)
  }
}

extension JSON {
  /// The value at `a.b.c`.
  fileprivate func value(at path: String) -> JSON? {
    path.split(separator: ".").reduce(Optional(self)) { $0?[String($1)] }
  }

  /// The whole numbers at these places, added up; nil where there is none. Negative ones count as none.
  fileprivate func sum(_ paths: [String]) -> Int? {
    let found = paths.compactMap { value(at: $0)?.int }.filter { $0 >= 0 && $0 < 1 << 50 }
    return found.isEmpty ? nil : found.reduce(0, +)
  }

  fileprivate var plainText: String? { bool.map { $0 ? "true" : "false" } ?? string }
}

extension Substring {
  fileprivate func trimmed(_ character: Character) -> Substring { last == character ? dropLast() : self }
}
