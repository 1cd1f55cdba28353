import Platform
import Support
import Testing

@Suite("--push: what has landed as a whole leaves the house")
struct PushTests {
  private func scenario() async throws -> Scenario {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"first"},{"id":"B","title":"second"}"#)
    try await scenario.git("init", "-q", "--bare", "../remote.git")
    try await scenario.git("remote", "add", "origin", "../remote.git")
    return scenario
  }

  private func pushed(_ scenario: Scenario) async throws -> String {
    try await scenario.git("ls-remote", "origin", "refs/heads/main")
  }

  @Test("a run that landed everything pushes its branch, through the hooks of the repository")
  func whole() async throws {
    let scenario = try await scenario()
    #expect(try await scenario.sage("hook", "install").status == 0)
    let answer = try await scenario.sage("--auto", "--push", "--worker", #"echo x >"$SAGE_TICKET_ID""#)
    #expect(answer.status == 0, "\(answer.error)")
    #expect(answer.error.contains("pushed to origin"))
    let tip = try await scenario.git("rev-parse", "main")
    #expect(try await pushed(scenario).hasPrefix(tip))
  }

  @Test("a run of which a ticket failed pushes nothing and says so")
  func partly() async throws {
    let scenario = try await scenario()
    let answer = try await scenario.sage("--auto", "--push", "--worker", #"test "$SAGE_TICKET_ID" = A && echo x >A"#)
    #expect(answer.status == 1)
    #expect(answer.error.contains("nothing was pushed: not everything has landed"), "\(answer.error)")
    #expect(try await pushed(scenario) == "")
  }

  @Test("a push that a hook refuses ends the run with 1, and what landed stays landed")
  func refused() async throws {
    let scenario = try await scenario()
    try Folder.create(scenario.path.appending(".git/hooks"))
    try AtomicFile.write(
      Array("#!/bin/sh\necho no >&2\nexit 1\n".utf8), to: scenario.path.appending(".git/hooks/pre-push"),
      permissions: FilePermissions(rawValue: 0o755))
    let answer = try await scenario.sage("--auto", "--push", "--worker", #"echo x >"$SAGE_TICKET_ID""#)
    #expect(answer.status == 1)
    #expect(answer.error.contains("the push to origin did not go through; what landed stays landed"), "\(answer.error)")
    #expect(try await scenario.git("ls-tree", "--name-only", "main").contains("B"))
  }
}
