import ArgumentParser
import SageStream

/// Shows all of it in a scratch repository.
struct DemoCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Run nine small tickets in a scratch repository, one after the other and then three at a time.")

  @Flag(help: "Keep the scratch repositories.")
  var keep = false

  func perform(in scene: Scene) async throws(Failure) -> Int32 {
    try await Demo(environment: scene.environment).play(keeping: keep)
  }
}
