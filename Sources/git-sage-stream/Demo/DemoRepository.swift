import Git
import Platform
import SageStream
import Tickets

/// A scratch repository with the demo's queue, owing nothing to the user's configuration.
struct DemoRepository {
  let folder: FilePath
  /// For everything that runs in it, the demo's own runs included.
  let environment: [String: String]
  private let git: GitCommand

  /// - Parameter folder: where to make it; it must not exist.
  init(at folder: FilePath, inherited: [String: String]) async throws(Failure) {
    self.folder = folder
    environment =
      ChildEnvironment.worker(from: inherited).setting([
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Demo", "GIT_AUTHOR_EMAIL": "demo@example.com",
        "GIT_COMMITTER_NAME": "Demo", "GIT_COMMITTER_EMAIL": "demo@example.com",
      ]).variables
    git = GitCommand(inFolder: folder, environment: .git(from: environment))
    try Self.write(Array((DemoQueue.index.serialized(pretty: true) + "\n").utf8), to: folder.appending(".sage/tickets/index.json"))
    for file in DemoQueue.files { try Self.write(Array(file.text.utf8), to: folder.appending(file.path)) }
    do throws(GitError) {
      try await git.run("init", "--quiet", "--initial-branch=main")
      // Whoever looks into a kept repository can commit in it.
      try await git.run("config", "user.name", "Demo")
      try await git.run("config", "user.email", "demo@example.com")
      try await git.run("add", "--all")
      try await git.run("commit", "--quiet", "--message=A menu with nothing but water")
    } catch { throw .git(error) }
  }

  /// How many tickets are in each state, as the queue file says.
  func count(_ state: TicketState) throws(Failure) -> Int {
    try QueueFile(path: folder.appending(".sage/tickets/index.json"), workTree: folder).load().tickets.count { $0.state == state }
  }

  static func write(_ bytes: [UInt8], to path: FilePath, isExecutable: Bool = false) throws(Failure) {
    do throws(Errno) {
      try Folder.create(path.removingLastComponent())
      try AtomicFile.write(bytes, to: path, permissions: FilePermissions(rawValue: isExecutable ? 0o755 : 0o644))
    } catch { throw .fileSystem(path: path, error) }
  }
}
