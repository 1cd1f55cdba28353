import Git
import Support
import Testing

@Suite struct GitConfigurationTests {
  private func configuration(_ listing: String) -> GitConfiguration { GitConfiguration(listing: Array(listing.utf8)) }

  @Test func theLastValueWinsAndAllAreThere() {
    let found = configuration("sagestream.exclude\n.sage/\0sagestream.exclude\n.docs/\0other.key\nmore\nlines\0")
    #expect(found.string("sageStream.exclude") == ".docs/")
    #expect(found.strings("sagestream.EXCLUDE") == [".sage/", ".docs/"])
    #expect(found.string("other.key") == "more\nlines")
    #expect(found.string("no.such") == nil && found.strings("no.such") == [] && !found.isSet("no.such"))
  }

  @Test func subsectionsAreExactAndTheRestIsNot() {
    let found = configuration("branch.Main.remote\nup\0agent.my.tool.command\nx\0agent.b.command\ny\0agent.none\nz\0")
    #expect(found.string("Branch.Main.Remote") == "up")
    #expect(found.string("branch.main.remote") == nil)
    #expect(found.subsections(of: "agent") == ["b", "my.tool"])
  }

  @Test(arguments: [
    ("a.b\0", true), ("a.b\n\0", false), ("a.b\nYes\0", true), ("a.b\noff\0", false), ("a.b\n2\0", true), ("a.b\n0\0", false),
  ]) func booleansAreReadAsGitDoes(_ listing: String, _ expected: Bool) throws {
    #expect(try configuration(listing).bool("a.b") == expected)
  }

  @Test func numbersHaveUnits() throws {
    #expect(try configuration("a.b\n7\0").int("a.b") == 7)
    #expect(try configuration("a.b\n-3\0").int("a.b") == -3)
    #expect(try configuration("a.b\n2k\0").int("a.b") == 2048)
    #expect(try configuration("a.b\n1G\0").int("a.b") == 1 << 30)
    #expect(try configuration("").int("a.b") == nil)
  }

  @Test(arguments: [("90", 90), ("90s", 90), ("30m", 1800), ("2h", 7200), ("0", 0)])
  func durationsHaveUnits(_ text: String, _ seconds: Int) throws {
    #expect(try configuration("a.b\n\(text)\0").duration("a.b") == .seconds(seconds))
  }

  @Test(arguments: ["", "s", "-1", "1d", "1.5h", "٣", "9999999999999999999"]) func otherDurationsAreRefused(_ text: String) {
    #expect(throws: GitError.self) { try configuration("a.b\n\(text)\0").duration("a.b") }
  }

  @Test func whatCannotBeReadIsSaidInGitsWords() {
    #expect(throws: GitError.badSetting(key: "a.b", value: "many", message: "bad numeric config value 'many' for 'a.b'")) {
      try configuration("a.b\nmany\0").int("a.b")
    }
    #expect(throws: GitError.badSetting(key: "a.b", value: "maybe", message: "bad boolean config value 'maybe' for 'a.b'")) {
      try configuration("a.b\nmaybe\0").bool("a.b")
    }
    #expect(throws: GitError.self) { try configuration("a.b\n9223372036854775807k\0").int("a.b") }
  }

  @Test func gitItselfIsAsked() async throws {
    let scenario = try await Scenario()
    try await scenario.git("config", "sageStream.parallel", "3")
    try await scenario.git("config", "--add", "sageStream.copy", "with\nline")
    try await scenario.git("config", "--add", "sageStream.copy", "=")
    let git = scenario.command.configured("sageStream.parallel=5")
    let found = try await GitConfiguration.read(git)
    #expect(try found.int("sageStream.parallel") == 5)
    #expect(found.strings("sageStream.copy") == ["with\nline", "="])
    #expect(found.string("user.name") == "Tess Ter")
  }
}
