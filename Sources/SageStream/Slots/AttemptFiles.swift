import Platform
import Tickets

/// The files of one attempt: `runs/<run>/<ticket>.<attempt>/`.
struct AttemptFiles: Sendable {
  let folder: FilePath

  /// The ticket's JSON, as it stands in the queue.
  var ticket: FilePath { folder.appending("ticket.json") }
  var prompt: FilePath { folder.appending("prompt.md") }
  var log: FilePath { folder.appending("worker.log") }
  /// Written by the worker, if it likes.
  var result: FilePath { folder.appending("result.json") }

  init(_ attempt: Attempt, named name: String, runFolder: FilePath) {
    folder = runFolder.appending("\(name).\(attempt.number)")
  }

  /// Makes the folder and writes what the worker reads. They need not survive a power cut: the attempt would not either.
  func write(_ assignment: Assignment, exclude: [String]) throws(Failure) {
    do throws(Errno) {
      try Folder.create(folder, permissions: FilePermissions(rawValue: 0o700))
      try Self.write(assignment.ticket.rawJSON, to: ticket)
      try Self.write(Array(Prompt(assignment, exclude: exclude).text.utf8), to: prompt)
      // A result of an earlier, killed attempt of the same name must not speak for this one.
      try File.remove(result)
    } catch { throw .fileSystem(path: folder, error) }
  }

  private static func write(_ bytes: [UInt8], to path: FilePath) throws(Errno) {
    do {
      let descriptor = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: FilePermissions(rawValue: 0o600))
      _ = try descriptor.closeAfter { try descriptor.writeAll(bytes) }
    } catch { throw error as? Errno ?? .ioError }
  }
}
