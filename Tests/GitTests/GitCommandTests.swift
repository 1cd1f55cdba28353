import Git
import Platform
import Support
import Testing

@Suite struct GitCommandTests {
  @Test func aGitThatDoesNotReadItsInputStillSaysWhatIsWrong() async throws {
    let scenario = try await Scenario()
    let input = [UInt8](repeating: 10, count: 4 << 20)
    let error = await #expect(throws: GitError.self) {
      try await scenario.command.run("hash-object", "--no-such-option", "--stdin", input: input)
    }
    guard case .commandFailed(_, 129, let message) = error else { throw Scenario.Failure(description: "\(error as Any)") }
    #expect(message.contains("no-such-option"))
  }

  @Test func argumentsMayBeBytesAndAreTakenExactly() async throws {
    let scenario = try await Scenario()
    let name: [UInt8] = [0x61, 0xff, 0x20, 0x0a, 0x22]
    try scenario.write(name, bytes("1\n"))
    let arguments = ["ls-files", "-z", "--others", "--"].map(bytes)
    let output = try await scenario.command.on(gitFolder: scenario.gitFolder, workTree: scenario.path).run(bytes: arguments + [name])
    #expect(output.fields == [name[...]])
  }

  @Test func variablesMayBeBytes() async throws {
    let scenario = try await Scenario()
    let git = scenario.command.setting(bytes: ["GIT_AUTHOR_NAME": [0x41, 0xe9], "GIT_AUTHOR_EMAIL": bytes("a@b")])
    let output = try await git.run("var", "GIT_AUTHOR_IDENT").standardOutput
    #expect(output.starts(with: [0x41, 0xe9] + bytes(" <a@b> ")))
  }

  @Test func anEnvironmentThatNamesARepositoryIsNotHandedOn() async throws {
    let scenario = try await Scenario()
    let other = try await Scenario()
    let inherited = scenario.environment.merging(["GIT_DIR": other.gitFolder.string, "GIT_INDEX_FILE": "/nowhere", "GIT_WORK_TREE": "/"]) {
      $1
    }
    let git = GitCommand(inFolder: scenario.path, environment: .git(from: inherited))
    #expect(try await git.run("rev-parse", "--absolute-git-dir").text == scenario.gitFolder.string)
  }

  @Test func settingsOfTheCommandLineReachEveryGit() async throws {
    let scenario = try await Scenario()
    let inherited = scenario.environment.merging(["GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "a.b", "GIT_CONFIG_VALUE_0": "c"]) { $1 }
    let git = GitCommand(inFolder: scenario.path, environment: .git(from: inherited)).on(gitFolder: scenario.gitFolder)
    #expect(try await git.run("config", "a.b").text == "c")
  }
}
