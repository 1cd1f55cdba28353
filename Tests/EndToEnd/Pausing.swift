import Platform
import SageStream
import Support
import Testing

extension Scenario {
  /// Runs `git sage-stream` up to a step, does something there, and lets it go on to its end.
  ///
  /// Nothing waits for a time: the run stops at the failpoint until a FIFO says go on.
  ///
  /// - Parameter hit: stops when the step is reached for the n-th time.
  /// - Returns: what the run answered, and what was done; nil where the run ended without reaching the step.
  func sage<Result>(
    _ arguments: [String], pausedAt point: Failpoint, hit: Int = 1, meanwhile: () async throws -> Result
  ) async throws -> (answer: Answer, done: Result?) {
    let (out, `in`) = (root.path.appending("reached"), root.path.appending("go-on"))
    // Opened for both, so that neither end ever waits for the other to open.
    let (reached, goOn) = (try Self.fifo(out), try Self.fifo(`in`))
    defer {
      try? reached.close()
      try? goOn.close()
    }
    async let run = {
      let answer = try await self.sage(
        arguments,
        setting: ["GIT_SAGE_STREAM_FAILPOINT": "\(point.rawValue):\(hit)=pause:\(out),\(`in`)", "GIT_SAGE_STREAM_PATIENCE": "100"])
      _ = try reached.writeAll(Array("x".utf8))
      return answer
    }()
    let first = try await self.run("head", ["-c", "1", out.string]).output
    var done: Result?
    if first == Array("\n".utf8) {
      do { done = try await meanwhile() } catch {
        _ = try goOn.writeAll(Array("x".utf8))
        _ = try await run
        throw error
      }
      _ = try goOn.writeAll(Array("x".utf8))
    }
    return (try await run, done)
  }

  private static func fifo(_ path: FilePath) throws -> FileDescriptor {
    try? File.remove(path)
    if mkfifo(path.string, 0o600) != 0 { throw Errno(rawValue: errno) }
    return try FileDescriptor.open(path, .readWrite, options: .closeOnExec)
  }
}
