import ArgumentParser
import SageStream

/// What git's hooks call.
struct HookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook", abstract: "What git's hooks call.", subcommands: [PrePush.self])

  /// The pre-push hook (githooks(5)): it refuses nothing in this version.
  struct PrePush: Verb {
    static let configuration = CommandConfiguration(
      commandName: "pre-push", abstract: "Called by git before a push; lets every push through in this version.")

    @Argument(parsing: .captureForPassthrough, help: .init("The name and the URL of the remote.", valueName: "remote"))
    var remote: [String] = []

    // What git writes to standard input need not be read: git expects that.
    func perform(in scene: Scene) async throws(Failure) -> Int32 { 0 }
  }
}
