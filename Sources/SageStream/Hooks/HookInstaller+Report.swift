import Git
import Platform

extension HookInstaller {
  /// - Parameter path: the variable `PATH`, in which the hook will look for the binary.
  public func report(path: String) async throws(Failure) -> HookReport {
    let folder: FilePath
    do throws(GitError) { folder = try await hooksFolder() } catch { throw .git(error) }
    do throws(Errno) {
      let isForeign = Self.resolved(folder) != Self.resolved(ownFolder)
      let hook = folder.appending(Self.name)
      let content = try FileStatus.of(hook)?.kind == .directory ? nil : File.read(hook)
      let tool = HookTool(folder: folder, hook: content)
      var entries: [HookReport.Entry] = []
      if isConfigured { entries.append(HookReport.Entry(.configuration, obstacle: configurationObstacle)) }
      entries += try ownFiles(isForeignFolder: isForeign, folder: folder, tool: tool)
      if let caller = try caller(folder: folder, hook: hook, content: content, tool: tool) {
        let isExecutable = caller != hook || access(hook.string, X_OK) == 0
        entries.append(HookReport.Entry(.calledBy(caller, tool), obstacle: isExecutable ? nil : .notExecutable))
      }
      return HookReport(
        entries: entries, gitVersion: layout.gitVersion, folder: folder, isForeignFolder: isForeign, tool: tool, program: program(path))
    } catch { throw .fileSystem(path: folder, error) }
  }

  /// Where git looks for hook files, whatever configuration and worktree say.
  private func hooksFolder() async throws(GitError) -> FilePath {
    var output = try await layout.gitHere.run("rev-parse", "--path-format=absolute", "--git-path", "hooks").standardOutput
    if output.last == UInt8(ascii: "\n") { output.removeLast() }
    return FilePath("/").appending(bytes: output)
  }

  private static func resolved(_ path: FilePath) -> FilePath {
    (try? File.resolved(path)) ?? path.lexicallyNormalized()
  }

  private var configurationObstacle: HookReport.Obstacle? {
    if !runsConfiguredHooks { return .gitTooOld(layout.gitVersion) }
    for key in ["\(Self.section).enabled", "hook.\(Self.name).enabled"] where (try? configuration.bool(key)) == false {
      return .switchedOff("\(key)=false")
    }
    let isComplete = configuration.isSet("\(Self.section).command") && configuration.strings("\(Self.section).event").contains(Self.name)
    return isComplete ? nil : .switchedOff("\(Self.section).command or .event is missing")
  }

  /// Our file, wherever it is: in its place, or where another program has moved it.
  private func ownFiles(isForeignFolder: Bool, folder: FilePath, tool: HookTool?) throws(Errno) -> [HookReport.Entry] {
    let previous = ownFolder.appending(Self.previousName)
    let kept = try FileStatus.of(previous) == nil ? nil : previous
    var entries: [HookReport.Entry] = []
    for name in [Self.name] + Self.asideNames {
      let path = ownFolder.appending(name)
      guard let kind = try kind(of: path), kind != .foreign, kind != .callsOurs else { continue }
      var obstacle: HookReport.Obstacle?
      if isForeignFolder {
        obstacle = .hooksPath(folder, tool)
      } else if access(path.string, X_OK) != 0 {
        obstacle = .notExecutable
      } else if name != Self.name, !(name == "pre-push.legacy" && tool == .preCommit) {
        obstacle = .replaced(by: ownFolder.appending(Self.name), tool)
      } else if kind != .ours {
        obstacle = kind == .edited ? .edited : .otherVersion
      }
      entries.append(HookReport.Entry(.file(path, previous: entries.isEmpty ? kept : nil), obstacle: obstacle))
    }
    return entries
  }

  /// The file of others that has a line of ours: the hook itself, or what its program reads.
  private func caller(folder: FilePath, hook: FilePath, content: [UInt8]?, tool: HookTool?) throws(Errno) -> FilePath? {
    if let content, HookShim.kind(content) == .callsOurs { return hook }
    let paste = HookPaste(tool: tool, hooksPath: folder, workTree: layout.workTree)
    guard paste.file != hook, let text = try File.read(paste.file), HookShim.kind(text) == .callsOurs else { return nil }
    return paste.file
  }

  private func program(_ path: String) -> FilePath? {
    path.split(separator: ":").lazy.map { FilePath(String($0)).appending("git-sage-stream") }.first { access($0.string, X_OK) == 0 }
  }
}
