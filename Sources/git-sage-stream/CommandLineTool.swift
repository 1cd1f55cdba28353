import ArgumentParser
import Platform
import SageStream
import Terminal

/// From arguments to an exit status: parse, perform, and say what went wrong. The only place that catches a `Failure`.
struct CommandLineTool {
  let environment: [String: String]

  func run(_ arguments: [String]) async -> Int32 {
    // A third of what starting costs is the parser's tree of commands, which is not needed for this.
    if arguments == ["--version"] {
      Screen.output.show("git-sage-stream \(version)")
      return 0
    }
    let command: any ParsableCommand
    do {
      command = try Root.parser(for: arguments).parseAsRoot(arguments)
      guard let verb = command as? any Verb else {
        // The parser's own verb: help.
        var builtIn = command
        try builtIn.run()
        return 0
      }
      return await perform(verb)
    } catch {
      return explain(error, arguments)
    }
  }

  private func perform(_ verb: any Verb) async -> Int32 {
    let scene = Scene(environment: environment)
    do throws(Failure) {
      return try await verb.perform(in: scene)
    } catch {
      let text = FailureText(error, after: scene.moved)
      Screen.messages.show(text.lines)
      return text.exitStatus
    }
  }

  /// Help, the version, or what is wrong with the arguments.
  private func explain(_ error: any Error, _ arguments: [String]) -> Int32 {
    let parser = Root.parser(for: arguments)
    let message = parser.message(for: error)
    if parser.exitCode(for: error) == .success {
      Screen.output.show(RootHelp.completing(message))
      return 0
    }
    let text = FailureText(usage: UsageSentence.of(message, arguments: arguments), verb: UsageSentence.verb(of: arguments))
    Screen.messages.show(text.lines)
    return text.exitStatus
  }
}
