import Git
import Platform
import Support
import Testing

@testable import SageStream

/// A repository into which hooks are put.
struct HooksLab {
  let scenario: Scenario

  init(initOptions: [String] = []) async throws { scenario = try await Scenario(initOptions: initOptions) }

  var hooks: FilePath { scenario.path.appending(".git/hooks") }
  var hook: FilePath { hooks.appending("pre-push") }
  var previous: FilePath { hooks.appending("pre-push.sage-stream-prev") }

  /// - Parameter version: of a git that only claims to be that old or new.
  func installer(version: GitVersion? = nil, in folder: FilePath? = nil) async throws -> HookInstaller {
    let real = try await RepositoryLayout.discover(from: folder ?? scenario.path, environment: scenario.environment)
    let layout = RepositoryLayout(
      commonFolder: real.commonFolder, gitFolder: real.gitFolder, workTree: real.workTree, mainWorkTree: real.mainWorkTree,
      isBare: real.isBare, objectFormat: real.objectFormat, gitVersion: version ?? real.gitVersion, git: real.git)
    return HookInstaller(layout: layout, configuration: try await GitConfiguration.read(real.git))
  }

  func report() async throws -> HookReport { try await installer().report(path: "/nonexistent") }

  func write(_ text: String, to path: FilePath, permissions: UInt16 = 0o755) throws {
    try Folder.create(path.removingLastComponent())
    try AtomicFile.write(Array(text.utf8), to: path, permissions: FilePermissions(rawValue: CInterop.Mode(permissions)))
    _ = chmod(path.string, mode_t(permissions))
  }

  /// Every file of the hooks folder with its mode and its bytes.
  func snapshot() throws -> [String: String] {
    guard try FileStatus.of(hooks) != nil else { return [:] }
    var files: [String: String] = [:]
    for name in try Folder.names(in: hooks) {
      let path = hooks.appending(bytes: name)
      guard let status = try FileStatus.of(path) else { continue }
      let link = try File.readLink(path).map { String(decoding: $0, as: UTF8.self) }
      files[String(decoding: name, as: UTF8.self)] =
        "\(String(status.permissions, radix: 8)) \(try link ?? (File.readText(path) ?? "-"))"
    }
    return files
  }
}

@Suite("hook install and uninstall")
struct HookInstallerTests {
  private static let foreign = "#!/bin/sh\necho \"foreign $*\"\ncat\n"

  @Test("the embedded hook is the file hooks/pre-push, byte for byte")
  func embedded() throws {
    let file = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent().appending("hooks/pre-push")
    #expect(try File.readText(file) == HookShim.text)
    #expect(HookShim.kind(Array(HookShim.text.utf8)) == .ours)
  }

  @Test("where there is no hook, ours is put there, and uninstall leaves nothing")
  func alone() async throws {
    let lab = try await HooksLab()
    let before = try lab.snapshot()
    #expect(try await lab.installer().install() == .installed(.file(lab.hook, previous: nil)))
    #expect(try lab.snapshot()["pre-push"] == "755 \(HookShim.text)")
    #expect(try await lab.installer().install() == .alreadyInstalled(.file(lab.hook, previous: nil)))
    let report = try await lab.report()
    #expect(report.entries == [.init(.file(lab.hook, previous: nil))])
    #expect(
      try await lab.installer().uninstall()
        == .uninstalled(removed: [.file(lab.hook, previous: nil)], restored: [], stillCalledBy: []))
    #expect(try lab.snapshot() == before)
    #expect(try await lab.installer().uninstall() == .uninstalled(removed: [], restored: [], stillCalledBy: []))
  }

  @Test("another hook is kept beside ours and comes back byte for byte with its mode", arguments: [0o755, 0o700, 0o644] as [UInt16])
  func chained(mode: UInt16) async throws {
    let lab = try await HooksLab()
    try lab.write(Self.foreign + "\u{e4} no line end", to: lab.hook, permissions: mode)
    let before = try lab.snapshot()
    #expect(try await lab.installer().install() == .installed(.file(lab.hook, previous: lab.previous)))
    #expect(try await lab.installer().install() == .alreadyInstalled(.file(lab.hook, previous: lab.previous)))
    #expect(try lab.snapshot()["pre-push.sage-stream-prev"] == before["pre-push"])
    _ = try await lab.installer().uninstall()
    #expect(try lab.snapshot() == before)
  }

  @Test("a hook that is a symbolic link stays one")
  func link() async throws {
    let lab = try await HooksLab()
    try lab.write(Self.foreign, to: lab.scenario.path.appending("tools/pre-push"))
    try Folder.create(lab.hooks)
    #expect(symlink("../../tools/pre-push", lab.hook.string) == 0)
    let before = try lab.snapshot()
    _ = try await lab.installer().install()
    #expect(try FileStatus.of(lab.hook)?.kind == .file)
    _ = try await lab.installer().uninstall()
    #expect(try lab.snapshot() == before)
    #expect(try File.readText(lab.scenario.path.appending("tools/pre-push")) == Self.foreign)
  }

  @Test("killed between the link and the file, install goes on where it was")
  func killed() async throws {
    let lab = try await HooksLab()
    try lab.write(Self.foreign, to: lab.hook)
    let before = try lab.snapshot()
    try File.link(lab.hook, to: lab.previous)
    #expect(try await lab.installer().install() == .installed(.file(lab.hook, previous: lab.previous)))
    _ = try await lab.installer().uninstall()
    #expect(try lab.snapshot() == before)
  }

  @Test("nothing is overwritten where an earlier hook is still set aside, or somebody has changed ours")
  func inTheWay() async throws {
    let lab = try await HooksLab()
    try lab.write(Self.foreign, to: lab.hook)
    try lab.write("#!/bin/sh\n", to: lab.previous)
    var before = try lab.snapshot()
    #expect(try await lab.installer().install() == .previousInTheWay(hook: lab.hook, previous: lab.previous))
    #expect(try lab.snapshot() == before)
    try lab.write(HookShim.text + "echo mine\n", to: lab.hook)
    before = try lab.snapshot()
    #expect(try await lab.installer().install() == .edited(lab.hook))
    #expect(try await lab.installer().uninstall() == .edited(lab.hook))
    #expect(try lab.snapshot() == before)
  }

  @Test("another version of ours is replaced")
  func version() async throws {
    let lab = try await HooksLab()
    let old = HookShim.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      $0 == 1 ? "# git-sage-stream pre-push hook, version 0 (old)" : String($1)
    }
    try lab.write(old.joined(separator: "\n"), to: lab.hook)
    #expect(try await lab.report().entries == [.init(.file(lab.hook, previous: nil), obstacle: .otherVersion)])
    #expect(try await lab.installer().install() == .installed(.file(lab.hook, previous: nil)))
    #expect(try lab.snapshot()["pre-push"] == "755 \(HookShim.text)")
  }

  @Test("a hook of ours that lost its mode is made executable again")
  func mode() async throws {
    let lab = try await HooksLab()
    try lab.write(HookShim.text, to: lab.hook, permissions: 0o644)
    #expect(try await lab.report().entries.first?.obstacle == .notExecutable)
    _ = try await lab.installer().install()
    #expect(try await lab.report().entries == [.init(.file(lab.hook, previous: nil))])
  }

  @Test(
    "a core.hooksPath that leads elsewhere is never written to; the line to paste is known",
    arguments: [".husky/_", "/hooks-of-all", ".githooks"])
  func hooksPath(path: String) async throws {
    let lab = try await HooksLab()
    let folder = path.hasPrefix("/") ? lab.scenario.root.path.appending(String(path.dropFirst())) : lab.scenario.path.appending(path)
    try await lab.scenario.git("config", "core.hooksPath", path.hasPrefix("/") ? folder.string : path)
    try Folder.create(folder)
    guard case .paste(let paste) = try await lab.installer().install() else {
      Issue.record("something was installed")
      return
    }
    #expect(try Folder.names(in: folder).isEmpty && lab.snapshot().isEmpty)
    #expect(paste.tool == (path.hasPrefix(".husky") ? .husky : nil))
    #expect(paste.file == (path.hasPrefix(".husky") ? lab.scenario.path.appending(".husky") : folder).appending("pre-push"))
    // Pasted, it counts as installed.
    try lab.write("#!/bin/sh\n# sage-stream hook pre-push\n", to: paste.file)
    #expect(try await lab.report().entries.isEmpty)
    try lab.write("#!/bin/sh\n" + paste.lines.joined(separator: "\n") + "\n", to: paste.file)
    #expect(try await lab.installer().install() == .alreadyInstalled(.calledBy(paste.file, paste.tool)))
    guard case .uninstalled([], [], let callers) = try await lab.installer().uninstall() else {
      Issue.record("something was removed")
      return
    }
    #expect(callers == [paste.file])
  }

  @Test("ours that core.hooksPath has put out of work is seen, and uninstall finds it all the same")
  func dead() async throws {
    let lab = try await HooksLab()
    _ = try await lab.installer().install()
    try await lab.scenario.git("config", "core.hooksPath", ".husky/_")
    let report = try await lab.report()
    #expect(!report.wouldRun && report.isForeignFolder && report.tool == .husky)
    #expect(report.entries.first?.obstacle == .hooksPath(lab.scenario.path.appending(".husky/_"), .husky))
    _ = try await lab.installer().uninstall()
    #expect(try lab.snapshot()["pre-push"] == nil)
  }

  @Test("a core.hooksPath that names the repository's own folder is its own")
  func own() async throws {
    let lab = try await HooksLab()
    try await lab.scenario.git("config", "core.hooksPath", ".git/hooks")
    #expect(try await lab.installer().install() == .installed(.file(lab.hook, previous: nil)))
  }

  @Test("from a linked worktree and in a bare repository the hook goes where all worktrees look")
  func places() async throws {
    let lab = try await HooksLab()
    try await lab.scenario.commit("Begin")
    let linked = lab.scenario.root.path.appending("linked")
    try await lab.scenario.git("worktree", "add", "--quiet", "-b", "other", linked.string)
    #expect(try await lab.installer(in: linked).install() == .installed(.file(lab.hook, previous: nil)))
    let bare = try await HooksLab(initOptions: ["--bare"])
    #expect(
      try await bare.installer().install() == .installed(.file(bare.scenario.path.appending("hooks/pre-push"), previous: nil)))
  }
}

@Suite("hook install with git 2.54 and newer")
struct ConfiguredHookTests {
  private let new = GitVersion(2, 54)

  @Test("writes the configuration and no file, also beside husky, and uninstall takes exactly that away")
  func configuration() async throws {
    let lab = try await HooksLab()
    try await lab.scenario.git("config", "core.hooksPath", ".husky/_")
    try await lab.scenario.git("config", "hook.linter.command", "lint")
    let before = try File.read(lab.scenario.path.appending(".git/config"))
    #expect(try await lab.installer(version: new).install() == .installed(.configuration))
    #expect(try await lab.scenario.git("config", "hook.sage-stream.event") == "pre-push")
    #expect(try await lab.installer(version: new).install() == .alreadyInstalled(.configuration))
    #expect(try lab.snapshot().isEmpty)
    _ = try await lab.installer(version: new).uninstall()
    #expect(try File.read(lab.scenario.path.appending(".git/config")) == before)
  }

  @Test("leaves a file of ours that does its work")
  func file() async throws {
    let lab = try await HooksLab()
    _ = try await lab.installer().install()
    #expect(try await lab.installer(version: new).install() == .alreadyInstalled(.file(lab.hook, previous: nil)))
  }

  @Test("says why git does not run it: an older git, or a switch")
  func obstacles() async throws {
    let lab = try await HooksLab()
    _ = try await lab.installer(version: new).install()
    let old = try await lab.installer(version: GitVersion(2, 53)).report(path: "")
    #expect(old.entries == [.init(.configuration, obstacle: .gitTooOld(GitVersion(2, 53)))])
    #expect(try await lab.installer(version: GitVersion(2, 53)).install() == .installed(.file(lab.hook, previous: nil)))
    try await lab.scenario.git("config", "hook.sage-stream.enabled", "false")
    #expect(
      try await lab.installer(version: new).report(path: "").entries.first?.obstacle == .switchedOff("hook.sage-stream.enabled=false"))
  }

  @Test("the command is one that git can put the arguments behind, with and without the binary")
  func command() async throws {
    let lab = try await HooksLab()
    let tools = lab.scenario.root.path.appending("tools")
    try lab.write("#!/bin/sh\necho \"$*\"; cat\n", to: tools.appending("git-sage-stream"))
    // As git's run_command starts a command with a blank in it.
    let arguments = ["-c", HookShim.command + " \"$@\"", HookShim.command, "origin", "../some where"]
    let path = lab.scenario.environment["PATH"] ?? ""
    let with = try await lab.scenario.run("/bin/sh", arguments, input: Array("line\n".utf8), setting: ["PATH": "\(tools.string):\(path)"])
    #expect(with.status == 0 && String(decoding: with.output, as: UTF8.self) == "hook pre-push origin ../some where\nline\n")
    // Only git is on PATH.
    let candidates = path.split(separator: ":").map { "\($0)/git" }
    let place = candidates.firstIndex { access($0, X_OK) == 0 }
    let git = lab.scenario.root.path.appending("git-only")
    try Folder.create(git)
    #expect(symlink(candidates[try #require(place)], git.appending("git").string) == 0)
    let without = try await lab.scenario.run("/bin/sh", arguments, setting: ["PATH": git.string])
    #expect(without.status == 0 && without.output.isEmpty && without.error.hasPrefix("warning: git sage-stream is not on PATH"))
    try await lab.scenario.git("config", "sageStream.requireHook", "true")
    #expect(try await lab.scenario.run("/bin/sh", arguments, setting: ["PATH": git.string]).status == 1)
  }
}
