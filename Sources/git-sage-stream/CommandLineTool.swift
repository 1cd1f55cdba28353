import ArgumentParser
import Git
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
      return await explain(error, arguments)
    }
  }

  private func perform(_ verb: any Verb) async -> Int32 {
    let scene = Scene(environment: environment)
    do throws(Failure) {
      return try await verb.perform(in: scene)
    } catch {
      let text = FailureText(error, after: scene.moved)
      await show(text)
      return text.exitStatus
    }
  }

  /// Hints are advice, and switched off as git's own are: by `GIT_ADVICE=0`, or one by one, here all that are ours together.
  private func show(_ text: FailureText) async {
    let isWanted = text.hints.isEmpty ? false : await wantsAdvice()
    Screen.messages.show(isWanted ? text.lines : text.linesWithoutHints)
  }

  private func wantsAdvice() async -> Bool {
    if let all = environment["GIT_ADVICE"], ["", "0", "false", "no", "off"].contains(all.lowercased()) { return false }
    let git = GitCommand(inFolder: ".", environment: .discovery(from: environment))
    let setting = try? await git.run("config", "--type=bool", "--get", "advice.sageStream", accepting: [0, 1]).text
    return setting?.hasPrefix("false") != true
  }

  /// Help, the version, or what is wrong with the arguments.
  private func explain(_ error: any Error, _ arguments: [String]) async -> Int32 {
    let parser = Root.parser(for: arguments)
    let message = parser.message(for: error)
    if parser.exitCode(for: error) == .success {
      Screen.output.show(RootHelp.completing(message))
      return 0
    }
    let text = FailureText(usage: UsageSentence.of(message, arguments: arguments), verb: UsageSentence.verb(of: arguments))
    await show(text)
    return text.exitStatus
  }
}
