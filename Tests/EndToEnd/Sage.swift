import Platform
import Support
import Testing

/// What a command answered: all that a script could see of it.
struct Answer {
  let status: Int32
  let output: String
  let error: String

  /// The lines on standard error.
  var errorLines: [String] { error.split(separator: "\n").map(String.init) }
}

extension Scenario {
  /// Types `git sage-stream` with these arguments: git finds the binary that was built beside the tests.
  @discardableResult
  func sage(
    _ arguments: String..., in folder: FilePath? = nil, input: String = "", setting extra: [String: String] = [:]
  ) async throws -> Answer {
    try await sage(arguments, in: folder, input: input, setting: extra)
  }

  @discardableResult
  func sage(
    _ arguments: [String], in folder: FilePath? = nil, input: String = "", setting extra: [String: String] = [:]
  ) async throws -> Answer {
    let result = try await run(
      "git", ["sage-stream"] + arguments, in: folder, input: Array(input.utf8), setting: try withTool().merging(extra) { $1 })
    return Answer(status: result.status, output: String(decoding: result.output, as: UTF8.self), error: result.error)
  }

  /// Types a shell command in which `git sage-stream` works.
  func shell(_ command: String) async throws -> Answer {
    let result = try await run("/bin/sh", ["-c", command], setting: try withTool())
    return Answer(status: result.status, output: String(decoding: result.output, as: UTF8.self), error: result.error)
  }

  private func withTool() throws -> [String: String] {
    let binary = try #require(BuiltBinary.path)
    return ["PATH": binary.removingLastComponent().string + ":" + (environment["PATH"] ?? "/usr/bin:/bin")]
  }

  /// A repository with a queue (the inside of its `tickets` array), committed.
  static func with(tickets: String, name: String = "repository") async throws -> Scenario {
    let scenario = try await Scenario(name: name)
    try scenario.write("README.md", "hello\n")
    try scenario.write(queuePath, "{\"tickets\":[\(tickets)]}\n")
    try await scenario.commit("Begin")
    return scenario
  }

  static let queuePath = ".sage/tickets/index.json"

  /// A worker beside the repository that runs this shell text.
  ///
  /// - Returns: the command to pass as `--worker`.
  func worker(_ text: String, name: String = "work.sh") throws -> String {
    let path = root.path.appending(name)
    try AtomicFile.write(Array("#!/bin/sh\nset -e\n\(text)\n".utf8), to: path, permissions: FilePermissions(rawValue: 0o755))
    return path.string
  }

  /// Every file below the repository with its bytes, the git folder included.
  func everything() throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    func visit(_ folder: FilePath, _ prefix: String) throws {
      for name in try Folder.names(in: folder) {
        let path = folder.appending(bytes: name)
        let label = prefix + "/" + String(decoding: name, as: UTF8.self)
        switch try FileStatus.of(path)?.kind {
        case .directory: try visit(path, label)
        // Reading a named pipe would wait for a writer.
        case .other: files[label] = []
        default: files[label] = try File.read(path)
        }
      }
    }
    try visit(path, "")
    return files
  }
}
