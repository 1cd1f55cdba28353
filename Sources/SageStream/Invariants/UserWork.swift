import Git
import Platform
import Tickets

/// What is the user's in a repository and not in its commits: local modifications, staged changes, untracked and ignored files of the main
/// work tree, stashes, configuration and hooks. Taken before, it shows afterwards whether all of it is the same, byte for byte (I3).
public struct UserWork: Sendable, Equatable {
  private struct Item: Sendable, Equatable {
    /// Nil where nothing stands there.
    var bytes: [UInt8]?
    /// The entry of the index; empty where there is none.
    var entry: [UInt8] = []
  }

  private var files: [TreePath: Item] = [:]
  private var stashes: [CommitID] = []
  private var places: [FilePath: [UInt8]] = [:]

  public static func of(_ project: Project) async throws(Failure) -> UserWork {
    var work = UserWork()
    do {
      if let top = project.layout.mainWorkTree {
        let git = project.git.on(gitFolder: project.layout.commonFolder, workTree: top)
        for path in try await changedPaths(in: project, git, ignored: true) {
          work.files[path] = Item(bytes: try content(top.appending(bytes: path.bytes)), entry: try await entry(path, git))
        }
      }
      work.stashes = StashLog.read(project.layout.commonFolder).entries.map(\.commit)
      work.places = try places(project)
    } catch { throw Failure(error) }
    return work
  }

  /// What is no longer as it was, one sentence each.
  func differences(in project: Project) async throws(Failure) -> [String] {
    var found: [String] = []
    do {
      if let top = project.layout.mainWorkTree {
        let git = project.git.on(gitFolder: project.layout.commonFolder, workTree: top)
        for (path, item) in files.sorted(by: { $0.key < $1.key }) {
          if try Self.content(top.appending(bytes: path.bytes)) != item.bytes { found.append("\(path) is not as the user left it") }
          if try await Self.entry(path, git) != item.entry { found.append("\(path) is not staged as the user left it") }
        }
      }
      let now = Set(StashLog.read(project.layout.commonFolder).entries.map(\.commit))
      found += stashes.filter { !now.contains($0) }.map { "the stash entry \($0.short) is gone" }
      let after = try Self.places(project)
      for path in Set(places.keys).union(after.keys).sorted(by: { $0.string < $1.string }) where places[path] != after[path] {
        found.append("\(path.string) was changed")
      }
    } catch { throw Failure(error) }
    return found
  }

  func has(_ path: TreePath) -> Bool { files[path] != nil }

  /// The paths at which index or work tree differ from HEAD, but for the queue, which is ours to edit.
  static func changedPaths(in project: Project, _ git: GitCommand, ignored: Bool = false) async throws(GitError) -> [TreePath] {
    var arguments = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=none"]
    if ignored { arguments.append("--ignored=traditional") }
    return try await git.run(arguments).fields.map { TreePath(bytes: $0.dropFirst(3)) }.filter { $0 != project.queueFile.treePath }
  }

  private static func entry(_ path: TreePath, _ git: GitCommand) async throws(GitError) -> [UInt8] {
    let arguments = ["ls-files", "-s", "-z", "--"].map { Array($0.utf8) } + [path.bytes]
    return try await git.setting(["GIT_LITERAL_PATHSPECS": "1"]).run(bytes: arguments).standardOutput
  }

  /// A folder, as git names one that is ignored altogether, stands for all that is in it.
  private static func content(_ path: FilePath) throws(Errno) -> [UInt8]? {
    switch try FileStatus.of(path)?.kind {
    case nil: return nil
    case .file: return try File.read(path)
    case .symbolicLink: return try File.readLink(path)
    case .other: return []
    case .directory:
      var bytes: [UInt8] = []
      for name in try Folder.names(in: path).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        bytes += name + [0] + (try content(path.appending(bytes: name)) ?? []) + [0]
      }
      return bytes
    }
  }

  private static func places(_ project: Project) throws(Errno) -> [FilePath: [UInt8]] {
    let common = project.layout.commonFolder
    var found: [FilePath: [UInt8]] = [:]
    for name in ["config", "config.worktree", "hooks", "info/exclude", "info/attributes"] {
      found[common.appending(name)] = try content(common.appending(name))
    }
    return found
  }
}
