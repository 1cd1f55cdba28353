import Platform
import Support
import Testing

/// A repository with our hook, and a remote to push to.
struct HookScenario {
  let repository: Scenario

  init(queue: String? = nil, initOptions: [String] = []) async throws {
    repository = try await Scenario(initOptions: initOptions)
    try repository.write("a.txt", "one\n")
    if let queue { try repository.write(Scenario.queuePath, queue) }
    try await repository.commit("Begin")
    try await repository.git(["init", "--quiet", "--bare"] + initOptions + ["../remote.git"])
    try await repository.git("remote", "add", "origin", "../remote.git")
    try await repository.git("push", "--quiet", "origin", "main")
    let answer = try await repository.sage("hook", "install")
    #expect(answer.status == 0, "\(answer.error)")
  }

  /// `git push` as a person types it, with our hook in between.
  func push(_ arguments: String = "origin main") async throws -> Answer { try await repository.shell("git push --quiet \(arguments)") }

  func remote(_ name: String) async throws -> String? {
    let result = try await repository.tryGit(["--git-dir=../remote.git", "rev-parse", "--verify", "--quiet", name])
    return result.status == 0 ? String(decoding: result.output.dropLast(), as: UTF8.self) : nil
  }

  /// The push is refused with all these words, nothing is on standard output and the remote is as it was.
  func isRefused(
    _ arguments: String = "origin main", saying words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = try await repository.git("--git-dir=../remote.git", "for-each-ref")
    let answer = try await push(arguments)
    #expect(answer.status == 1, sourceLocation: sourceLocation)
    #expect(answer.output == "", sourceLocation: sourceLocation)
    for word in words { #expect(answer.error.contains(word), "\(answer.error)", sourceLocation: sourceLocation) }
    #expect(answer.error.contains("    -> "), "every finding has a remedy", sourceLocation: sourceLocation)
    #expect(try await repository.git("--git-dir=../remote.git", "for-each-ref") == before, sourceLocation: sourceLocation)
  }

  /// The push goes through without a word of ours.
  func goesThrough(_ arguments: String = "origin main", sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let answer = try await push(arguments)
    #expect(answer.status == 0 && !answer.error.contains("sage-stream"), "\(answer.error)", sourceLocation: sourceLocation)
  }

  @discardableResult
  func commit(_ files: [String: String], _ message: String = "Change") async throws -> String {
    for (path, text) in files { try repository.write(path, text) }
    return try await repository.commit(message)
  }

  static let markers = "<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> other\n"

  static func landing(_ ticket: String, _ run: String = "20261122T195400-3f2a") -> String {
    "task(A): #\(ticket) Something\n\nSage-Ticket: \(ticket)\nSage-Run: \(run)"
  }
}
