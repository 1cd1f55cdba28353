import Platform
import Support
import Testing

@Suite("The demo")
struct DemoTests {
  @Test("it plays both runs, shows the one conflict, needs nothing of the user's and leaves nothing behind")
  func plays() async throws {
    let scenario = try await Scenario()
    let folder = scenario.root.path.appending("tmp")
    try Folder.create(folder)
    // A home without an identity, and settings that would get in the way.
    let home = scenario.root.path.appending("nobody")
    try Folder.create(home)
    try AtomicFile.write(Array("[commit]\n\tgpgsign = true\n[core]\n\thooksPath = /nonexistent\n".utf8), to: home.appending(".gitconfig"))
    let demo = try await scenario.sage("demo", in: "/", setting: ["TMPDIR": folder.string, "HOME": home.string])
    #expect(demo.status == 0, "\(demo.error)")
    #expect(demo.output.contains("landed 9, conflicted 0, failed 0, deferred 0, held 0"))
    #expect(demo.output.contains("landed 8, conflicted 1, failed 0, deferred 0, held 0"))
    #expect(demo.output.contains("greeting.txt:2\n"))
    #expect(demo.output.contains(" times as fast\n"))
    #expect(try Folder.names(in: folder).isEmpty)
  }
}
