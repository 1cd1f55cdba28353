import Platform
import Tickets

/// What a worker wrote into its result file, which is optional:
/// `{"status":"completed|deferred|failed","summary":"","reason":"","usage":{"input":0,"output":0},"cost_usd":0}`,
/// and with exit status 75 `"retry_after"`, in seconds.
struct WorkerResult: Sendable, Equatable {
  enum Status: String, Sendable { case completed, deferred, failed }

  var status: Status?
  var summary: String?
  var reason: String?
  var usage = WorkerUsage()
  /// With exit status 75: in how many seconds it is worth trying again.
  var retryAfter: Double?

  /// Reads the file. Where it is absent everything is nil; what cannot be understood is left out and named in `warnings`, because a
  /// worker's mistake in a report must not cost its work.
  static func read(_ path: FilePath, warnings: inout [String]) -> WorkerResult {
    var result = WorkerResult()
    // Nobody's report has megabytes; a worker that links its result file to a device must not hang us.
    guard let status = try? FileStatus.of(path) else { return result }
    guard status.kind == .file, status.size <= 1 << 20, let bytes = try? File.read(path) else {
      warnings.append("the result file is not a readable file of at most 1 MB and was left out of account")
      return result
    }
    guard let json = try? JSON(parsing: bytes), json.object != nil else {
      warnings.append("the result file holds no JSON object and was left out of account")
      return result
    }
    if let text = json["status"]?.string {
      result.status = Status(rawValue: text)
      if result.status == nil { warnings.append("the result file has an unknown status and it was left out of account") }
    }
    result.summary = text(json["summary"])
    result.reason = text(json["reason"])
    result.usage = WorkerUsage(
      inputTokens: count(json["usage"]?["input"]), outputTokens: count(json["usage"]?["output"]),
      costUSD: json["cost_usd"]?.double.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil })
    result.retryAfter = json["retry_after"]?.double.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    return result
  }

  private static func text(_ value: JSON?) -> String? { value?.string.flatMap { $0.isEmpty ? nil : $0 } }
  private static func count(_ value: JSON?) -> Int? { value?.int.flatMap { $0 >= 0 ? $0 : nil } }
}
