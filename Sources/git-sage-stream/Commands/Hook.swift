import ArgumentParser
import Git
import Platform
import SageStream
import Terminal

/// The pre-push hook: put beside whatever is there, taken away again, looked at, and what git calls.
struct HookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook", abstract: "Install, remove and show the pre-push hook; what git's hooks call.",
    subcommands: [Install.self, Uninstall.self, Status.self, PrePushCommand.self])

  struct Install: Verb {
    static let configuration = CommandConfiguration(
      commandName: "install",
      abstract: "Put the pre-push hook beside whatever is there; a hooks folder of another tool is never written to.")

    func perform(in scene: Scene) async throws(Failure) -> Int32 {
      let text = HookText(try await scene.hooks().install())
      Screen.messages.show(text.messages)
      Screen.output.show(text.results)
      return text.exitStatus
    }
  }

  struct Uninstall: Verb {
    static let configuration = CommandConfiguration(
      commandName: "uninstall", abstract: "Take the pre-push hook away; what was there before it is there again, byte for byte.")

    func perform(in scene: Scene) async throws(Failure) -> Int32 {
      let text = HookText(try await scene.hooks().uninstall())
      Screen.messages.show(text.messages)
      Screen.output.show(text.results)
      return text.exitStatus
    }
  }

  struct Status: Verb {
    static let configuration = CommandConfiguration(
      commandName: "status", abstract: "Show what is installed where, and whether git would run the hook.")

    func perform(in scene: Scene) async throws(Failure) -> Int32 {
      let text = HookText(try await scene.hooks().report(path: scene.environment["PATH"] ?? ""))
      Screen.output.show(text.results)
      return text.exitStatus
    }
  }

  /// What git calls before a push (githooks(5)). It writes to standard error only, and an error of its own never keeps a push back.
  struct PrePushCommand: Verb {
    static let configuration = CommandConfiguration(
      commandName: "pre-push", abstract: "Called by git before a push: refuses what should not leave the house.")

    @Argument(parsing: .captureForPassthrough, help: .init("The name and the URL of the remote.", valueName: "remote"))
    var remote: [String] = []

    func perform(in scene: Scene) async throws(Failure) -> Int32 {
      if isatty(STDIN_FILENO) == 1 { throw .usage("hook pre-push is what git calls; it reads what is to be pushed from standard input") }
      let input = FileDescriptor.standardInput.all
      // Nothing to push: git still calls the hook, and it costs the start of a process.
      let (lines, unreadable) = PushLine.parseAll(input)
      if unreadable > 0 { warn("\(unreadable) of the lines on standard input are not git's; they were not checked") }
      if lines.isEmpty { return 0 }
      do throws(GitError) {
        let (layout, configuration) = try await RepositoryLayout.discoverConfigured(from: scene.folder, environment: scene.environment)
        let checks = configuration.string("sageStream.prePush") == "verify" ? await checks(in: scene) : nil
        let interruption = checks.map { checks in Interruption { _ in checks.stop() } }
        let hook = PrePush(remote: remote.first ?? "", lines: lines, layout: layout, configuration: configuration, verdicts: checks)
        let verdict = await hook.verdict()
        if interruption?.hasHappened == true { return 130 }
        let style = scene.style(of: .messages, in: configuration)
        Screen.messages.show(PushVerdictText(verdict, remote: remote.first ?? "the remote", style: style).lines)
        return verdict.findings.isEmpty ? 0 : 1
      } catch {
        warn("this push is not checked: \(FailureText(.git(error)).sentence)")
        return 0
      }
    }

    /// Who can tell whether a tree is green; nil, with a warning, where nobody can.
    private func checks(in scene: Scene) async -> PushChecks? {
      do throws(Failure) {
        return try await PushChecks.make(for: try await scene.project()) { check in
          Screen.messages.show("git sage-stream: the check runs on what is pushed; its output goes to \(check.log.string)")
        }
      } catch {
        warn("the check of what is pushed cannot be run: \(FailureText(error).sentence)")
        return nil
      }
    }

    private func warn(_ sentence: String) { Screen.messages.show("warning: git sage-stream: \(sentence)") }
  }
}

extension Scene {
  /// The hooks of the repository that the command was typed in; a bare one has them too.
  fileprivate func hooks() async throws(Failure) -> HookInstaller {
    do throws(GitError) {
      let (layout, configuration) = try await RepositoryLayout.discoverConfigured(from: folder, environment: environment)
      return HookInstaller(layout: layout, configuration: configuration)
    } catch { throw .git(error) }
  }
}

extension FileDescriptor {
  /// Everything up to the end; what cannot be read counts as the end.
  fileprivate var all: [UInt8] {
    var bytes: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
    defer { chunk.deallocate() }
    while let count = try? read(into: chunk), count > 0 { bytes += chunk[..<count] }
    return bytes
  }
}
