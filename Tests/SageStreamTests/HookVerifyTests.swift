import Git
import Support
import Testing

@testable import SageStream

@Suite("sageStream.prePush=verify")
struct HookVerifyTests {
  /// Knows the green trees by heart.
  private struct Known: TreeVerdicts {
    let green: Set<TreeID>
    func verdict(on tree: TreeID) async throws(Failure) -> TreeVerdict {
      TreeVerdict(green.contains(tree) ? .green : .red(status: 1), log: "/log")
    }
  }

  /// The verdict on a push of two branches with different trees, of which `green` have passed.
  private func verdict(green: [String]?, setting: String? = "verify") async throws -> PushVerdict {
    let scenario = try await Scenario()
    try scenario.write("a", "a\n")
    try await scenario.commit("One")
    try await scenario.branch("one")
    try scenario.write("a", "b\n")
    try await scenario.commit("Two")
    if let setting { try await scenario.git("config", "sageStream.prePush", setting) }
    var known: Set<TreeID> = []
    for name in green ?? [] { known.insert(try #require(TreeID(hex: try await scenario.id(of: name + "^{tree}")))) }
    var input = ""
    for name in ["one", "main"] {
      input += "refs/heads/\(name) \(try await scenario.id(of: name)) refs/heads/\(name) \(String(repeating: "0", count: 40))\n"
    }
    let layout = try await RepositoryLayout.discover(from: scenario.path, environment: scenario.environment)
    return await PrePush(
      remote: "origin", lines: PushLine.parseAll(Array(input.utf8)).lines, layout: layout,
      configuration: try await GitConfiguration.read(layout.git), verdicts: green == nil ? nil : Known(green: known)
    ).verdict()
  }

  @Test("refuses each pushed tip whose tree nobody has seen pass")
  func red() async throws {
    let findings = try await verdict(green: ["one"]).findings
    guard case .notGreen(_, let name, TreeVerdict(.red(status: 1), log: "/log"))? = findings.first, findings.count == 1 else {
      Issue.record("\(findings)")
      return
    }
    #expect(name == RefName("refs/heads/main"))
    #expect(try await verdict(green: ["one", "main"]) == PushVerdict())
  }

  @Test("is what the user asks for: without it no tree is looked at")
  func unset() async throws { #expect(try await verdict(green: [], setting: nil) == PushVerdict()) }

  @Test("warns where nobody can tell, instead of passing for obeyed")
  func nobody() async throws {
    let found = try await verdict(green: nil)
    #expect(found.findings.isEmpty && found.warnings.count == 1)
  }
}
