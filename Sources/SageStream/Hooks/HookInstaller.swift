import Git
import Platform

/// Puts our pre-push hook beside whatever is there, takes it away again, and says what is there.
///
/// - git 2.54 and newer run hooks from the configuration, several for an event: `hook.sage-stream.*` is all there is to write.
/// - Otherwise our file goes into the repository's own hooks folder. A hook that is there is renamed to `pre-push.sage-stream-prev` (so it
///   keeps its bytes and its mode), run first by ours with the same standard input, and renamed back by `uninstall`.
/// - A `core.hooksPath` that leads elsewhere belongs to somebody else and is never written to.
public struct HookInstaller: Sendable {
  let layout: RepositoryLayout
  let configuration: GitConfiguration

  public init(layout: RepositoryLayout, configuration: GitConfiguration) {
    self.layout = layout
    self.configuration = configuration
  }

  static let name = "pre-push"
  static let previousName = "pre-push.sage-stream-prev"
  /// Where pre-commit and lefthook move a hook that they find.
  static let asideNames = ["pre-push.legacy", "pre-push.old"]
  static let section = "hook.sage-stream"

  var runsConfiguredHooks: Bool { layout.gitVersion >= GitVersion(2, 54) }
  /// The repository's own hooks folder, whether git looks there or not.
  var ownFolder: FilePath { layout.commonFolder.appending("hooks") }

  /// - Throws: `Failure.git`, `.fileSystem`; what has to be done by a person is no error but a `HookChange`.
  public func install() async throws(Failure) -> HookChange {
    let there = try await report(path: "")
    if let entry = there.entries.first(where: { $0.obstacle == nil }) { return .alreadyInstalled(entry.place) }
    if let entry = there.entries.first(where: { $0.obstacle == .edited }), case .file(let path, _) = entry.place { return .edited(path) }
    if runsConfiguredHooks, there.entries.allSatisfy({ !$0.isRun }) { return try await configure() }
    if there.isForeignFolder {
      return .paste(HookPaste(tool: there.tool, hooksPath: there.folder, workTree: layout.workTree))
    }
    return try putFile()
  }

  private func configure() async throws(Failure) -> HookChange {
    do throws(GitError) {
      // An event without a command would be an error of git's, so the command comes first.
      try await layout.git.run("config", "--local", "--replace-all", "\(Self.section).command", HookShim.command)
      try await layout.git.run("config", "--local", "--replace-all", "\(Self.section).event", Self.name)
    } catch { throw .git(error) }
    return .installed(.configuration)
  }

  private func putFile() throws(Failure) -> HookChange {
    let hook = ownFolder.appending(Self.name)
    let previous = ownFolder.appending(Self.previousName)
    do throws(Errno) {
      try Folder.create(ownFolder)
      if let kind = try kind(of: hook), kind != .ours, kind != .otherVersion {
        guard try setAside(hook, previous) else { return .previousInTheWay(hook: hook, previous: previous) }
      }
      try AtomicFile.write(Array(HookShim.text.utf8), to: hook, permissions: FilePermissions(rawValue: 0o755))
      // The file may have been there with another mode, and a umask may have taken bits away.
      guard hook.withPlatformString({ chmod($0, 0o755) }) == 0 else { throw Errno(rawValue: errno) }
      return .installed(.file(hook, previous: try FileStatus.of(previous) == nil ? nil : previous))
    } catch { throw .fileSystem(path: hook, error) }
  }

  /// Gives a hook its second name; where that can be done by a link there is no moment without a hook.
  private func setAside(_ hook: FilePath, _ previous: FilePath) throws(Errno) -> Bool {
    if let there = try FileStatus.of(previous) {
      // Killed right after the link: the two names are one file.
      guard let status = try FileStatus.of(hook) else { return false }
      return there.inode == status.inode && there.device == status.device
    }
    if try FileStatus.of(hook)?.kind == .file {
      do throws(Errno) {
        try File.link(hook, to: previous)
        return true
      } catch {}  // a file system without links
    }
    try File.rename(hook, to: previous)
    return true
  }

  public func uninstall() async throws(Failure) -> HookChange {
    var removed: [HookReport.Place] = []
    var restored: [FilePath] = []
    let there = try await report(path: "")
    if let entry = there.entries.first(where: { $0.obstacle == .edited }), case .file(let path, _) = entry.place { return .edited(path) }
    if isConfigured {
      do throws(GitError) { try await layout.git.run("config", "--local", "--remove-section", Self.section) } catch { throw .git(error) }
      removed.append(.configuration)
    }
    let previous = ownFolder.appending(Self.previousName)
    do throws(Errno) {
      for name in [Self.name] + Self.asideNames {
        let path = ownFolder.appending(name)
        guard [.ours, .otherVersion].contains(try kind(of: path)) else { continue }
        if try FileStatus.of(previous) != nil {
          try File.rename(previous, to: path)
          restored.append(path)
          removed.append(.file(path, previous: previous))
        } else {
          try File.remove(path)
          removed.append(.file(path, previous: nil))
        }
      }
      if !removed.isEmpty, try FileStatus.of(ownFolder) != nil { try Folder.sync(ownFolder) }
    } catch { throw .fileSystem(path: ownFolder, error) }
    return .uninstalled(
      removed: removed, restored: restored,
      stillCalledBy: there.entries.compactMap { entry in
        guard case .calledBy(let file, let tool) = entry.place else { return nil }
        // pre-commit calls the file that has just gone.
        return tool == .preCommit && file == ownFolder.appending(Self.name) ? nil : file
      })
  }

  /// Whether this repository's own configuration has our hook.
  var isConfigured: Bool { configuration.isSet("\(Self.section).command") || configuration.isSet("\(Self.section).event") }

  /// What a hook file is; nil where there is none.
  func kind(of path: FilePath) throws(Errno) -> HookShim.Kind? {
    guard let status = try FileStatus.of(path) else { return nil }
    if status.kind == .directory { return .foreign }
    guard let content = try File.read(path) else { return .foreign }
    let kind = HookShim.kind(content)
    // A link to our file is somebody's own doing: the link is what is there.
    return status.kind == .symbolicLink && kind != .callsOurs ? .foreign : kind
  }
}
