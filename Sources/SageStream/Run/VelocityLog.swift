import Git
import Platform
import Tickets

/// `.sage/stream-velocity.log`, which sage-dev keeps: a line `<ISO time> <minutes> <ID>` for each ticket that was done.
///
/// Written only where `.sage/` is there and git ignores the file, so that it never shows up as a change of the user's.
struct VelocityLog: Sendable {
  let file: FilePath

  /// - Returns: nil where it is not to be kept.
  static func find(for project: Project) async -> VelocityLog? {
    guard let workTree = project.layout.mainWorkTree ?? project.layout.workTree else { return nil }
    let folder = workTree.appending(".sage")
    guard let status = try? FileStatus.of(folder), status.kind == .directory else { return nil }
    let git = project.git.on(gitFolder: project.layout.commonFolder, workTree: workTree)
    // A file that git tracks is not ignored, whatever .gitignore says.
    let isIgnored = try? await git.run("check-ignore", "--quiet", folder.appending("stream-velocity.log").string, accepting: [0, 1])
    guard isIgnored?.status == 0 else { return nil }
    return VelocityLog(file: folder.appending("stream-velocity.log"))
  }

  /// Adds a line; a disk that is full loses it and nothing else.
  func note(_ ticket: TicketID, seconds: Double, at time: WallTime) {
    let line = "\(time.toTheSecond) \(Int((seconds / 60).rounded())) \(ticket.rawValue)\n"
    guard
      let descriptor = try? FileDescriptor.open(
        file, .writeOnly, options: [.create, .append, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
    else { return }
    _ = try? descriptor.closeAfter { try descriptor.writeAll(line.utf8) }
  }
}
