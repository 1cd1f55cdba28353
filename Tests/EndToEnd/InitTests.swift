import Platform
import Support
import Testing

@Suite("init")
struct InitTests {
  @Test("answers on the command line go into the repository's configuration and nowhere else")
  func flags() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    let before = try scenario.everything()
    let answer = try await scenario.sage(
      "init", "--worker", "./do it.sh", "--check", "make test", "--exclude", ".sage/", "--exclude", "notes/")
    #expect(answer.status == 0, "\(answer.error)")
    #expect(
      answer.output == """
        git config sageStream.worker './do it.sh'
        git config sageStream.check 'make test'
        git config --add sageStream.exclude .sage/
        git config --add sageStream.exclude notes/

        """)
    #expect(answer.error == "next: git sage-stream validate, then git sage-stream plan\n")
    let after = try scenario.everything()
    #expect(after.filter { before[$0.key] != $0.value }.keys.sorted() == ["/.git/config"])
    #expect(Set(before.keys) == Set(after.keys))
    // Typed again it replaces.
    try await scenario.sage("init", "--exclude", "other/", "--worker", "gemini", setting: ["PATH": try path(without: "gemini")])
    #expect(try await scenario.git("config", "--get-all", "sageStream.exclude") == "other/")
    #expect(try await scenario.git("config", "sageStream.check") == "make test")
  }

  private func path(without name: String) throws -> String {
    let binary = try #require(BuiltBinary.path)
    return binary.removingLastComponent().string + ":/usr/bin:/bin"
  }

  @Test("the hook is installed and the sample queue written where they are asked for; a queue that is there stays")
  func hookAndSample() async throws {
    let scenario = try await Scenario()
    try await scenario.git("commit", "--quiet", "--allow-empty", "-m", "Begin")
    let answer = try await scenario.sage("init", "--hook", "--sample", "--worker", "droid", setting: ["PATH": try path(without: "droid")])
    #expect(answer.status == 0, "\(answer.error)")
    #expect(answer.error.contains("warning: droid is not on PATH, and the agent droid needs it"))
    #expect(answer.output.contains("installed: "))
    #expect(try await scenario.sage("plan", "--json").output.contains("SAMPLE-3"))
    let queue = try scenario.read(Scenario.queuePath)
    #expect(try await scenario.sage("init", "--sample").error.contains("already; it stays as it is"))
    #expect(try scenario.read(Scenario.queuePath) == queue)
  }

  @Test("without a terminal and without answers it says what it needs; an empty answer is none")
  func refused() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    let before = try scenario.everything()
    let answer = try await scenario.sage("init")
    #expect(answer.status == 129)
    #expect(answer.error.hasPrefix("error: init asks its questions at a terminal; without one it needs --worker"))
    #expect(try await scenario.sage("init", "--worker", " ", "--check", "x").status == 129)
    #expect(try scenario.everything() == before)
  }
}
