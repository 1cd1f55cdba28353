import Git
import Platform
import Support
import Testing

@Suite struct CommitWritingTests {
  @Test func signaturesAreReadAndWritten() throws {
    for text in ["A U Thor <a@b> 1 +0000", "<> 12 -0130", " <a> -5 +0000", "a <b <c> 1 +0000"] {
      let signature = try #require(Signature(parsing: bytes(text)))
      if text != "<> 12 -0130" { #expect(String(decoding: signature.bytes, as: UTF8.self) == text) }
    }
    for text in ["", "a", "a <b>", "a <b> x +0000", "a <b> 1", "a >b< 1 +0000"] {
      #expect(Signature(parsing: bytes(text)) == nil, "\(text)")
    }
    let signature = try #require(Signature(parsing: bytes("A <a@b> 1 +0000")))
    #expect(String(decoding: signature.at(seconds: 9, zone: "-0800").bytes, as: UTF8.self) == "A <a@b> 9 -0800")
  }

  @Test func gitSaysWhoTheUserIs() async throws {
    let scenario = try await Scenario()
    let committer = try await Signature.committer(scenario.command)
    #expect(committer.name == bytes("Tess Ter") && committer.email == bytes("tess@example.org"))
    let git = scenario.command.setting(["GIT_AUTHOR_NAME": "Other", "GIT_AUTHOR_DATE": "@5 +0100"])
    #expect(try await Signature.author(git).bytes == bytes("Other <tess@example.org> 5 +0100"))
  }

  @Test func whereGitDoesNotKnowTheUserItSaysSo() async throws {
    let scenario = try await Scenario()
    try await scenario.git("config", "user.useConfigOnly", "true")
    try await scenario.git("config", "--global", "--unset", "user.email")
    let error = await #expect(throws: GitError.self) { try await Signature.committer(scenario.command) }
    guard case .identityUnknown(let message) = error else { throw Scenario.Failure(description: "\(error as Any)") }
    #expect(message.contains("git config --global user.email"))
  }

  @Test func aUserWhoIsNotConfiguredStillHasAReflog() async throws {
    let scenario = try await Scenario()
    try await scenario.commit("one")
    try await scenario.git("config", "user.name", "")
    let store = try LibGit2Store(gitFolder: scenario.gitFolder)
    try await store.update(.branch("new"), from: .absent, to: scenario.commitID("HEAD"), reason: "made")
    #expect(try await scenario.git("reflog", "--format=%gs", "new") == "made")
  }

  /// A repository whose commits are signed with an SSH key of its own.
  private func signing() async throws -> Scenario {
    let scenario = try await Scenario()
    let key = scenario.root.path.appending("key").string
    let made = try await scenario.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "tess", "-f", key])
    guard made.status == 0 else { throw Scenario.Failure(description: made.error) }
    let allowed = "tess@example.org \(try File.readText(FilePath(key + ".pub")) ?? "")"
    try AtomicFile.write(bytes(allowed), to: scenario.root.path.appending("allowed"))
    for (name, value) in [
      ("gpg.format", "ssh"), ("user.signingKey", key), ("gpg.ssh.allowedSignersFile", scenario.root.path.appending("allowed").string),
      ("commit.gpgSign", "yes"),
    ] { try await scenario.git("config", name, value) }
    return scenario
  }

  @Test func aSignedCommitSaysWhatItWasGiven() async throws {
    let scenario = try await signing()
    try await scenario.commit("one")
    let configuration = try await GitConfiguration.read(scenario.command)
    #expect(try SignedCommitWriter.isWanted(configuration))
    let wanted = CommitObject(
      tree: try await scenario.treeID("HEAD"), parents: [try await scenario.commitID("HEAD")],
      author: bytes("Ünal <u@example.org> 7 +0530"), committer: bytes("Tess Ter <tess@example.org> 1800000000 -0100"),
      message: bytes("Subject\n\nSage-Ticket: #1\n\n\n"))
    let id = try await SignedCommitWriter(git: scenario.command).write(wanted)
    #expect(try await scenario.store(.libgit2).commit(id) == wanted)
    try await scenario.git("verify-commit", id.hex)
    try await scenario.fsck()
  }

  @Test func anEncodingIsKeptThroughSigning() async throws {
    let scenario = try await signing()
    try await scenario.git("config", "i18n.commitEncoding", "EUC-JP")
    try await scenario.commit("one")
    var wanted = CommitObject(
      tree: try await scenario.treeID("HEAD"), parents: [], author: [0x45, 0xe9] + bytes(" <e@example.org> 7 +0000"),
      committer: bytes("T <t@example.org> 8 +0000"), encoding: bytes("ISO-8859-1"), message: [0xe9, 0x0a])
    let writer = SignedCommitWriter(git: scenario.command)
    #expect(try await scenario.store(.libgit2).commit(writer.write(wanted)) == wanted)
    wanted.encoding = nil
    wanted.author = bytes("E <e@example.org> 7 +0000")
    wanted.message = bytes("é\n")
    #expect(try await scenario.store(.libgit2).commit(writer.write(wanted)) == wanted)
  }

  @Test func aKeyThatIsNotThereFailsWithItsWords() async throws {
    let scenario = try await signing()
    try await scenario.git("config", "user.signingKey", "/no/such/key")
    try await scenario.git("-c", "commit.gpgSign=false", "commit", "--quiet", "--allow-empty", "-m", "one")
    let commit = try await scenario.store(.git).commit(scenario.commitID("HEAD"))
    let error = await #expect(throws: GitError.self) { try await SignedCommitWriter(git: scenario.command).write(commit) }
    guard case .commandFailed(_, _, let message) = error else { throw Scenario.Failure(description: "\(error as Any)") }
    #expect(message.contains("/no/such/key"))
  }
}
