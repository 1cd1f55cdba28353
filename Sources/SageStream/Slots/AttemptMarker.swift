import Git
import Platform
import Tickets

/// A file in a slot's git folder that says which attempt the slot's content belongs to, so that whoever finds the slot after a crash can
/// save that work under the right name, without a journal.
struct AttemptMarker: Sendable, Equatable {
  var attempt: Attempt
  var base: CommitID
  /// The size of HEAD's reflog when the worker started: what follows is the worker's doing.
  var headLogSize: Int
  /// Where HEAD was left when everything of the attempt had been saved; nil until then.
  var settledAt: CommitID?

  static func read(_ slot: Slot) -> AttemptMarker? {
    guard let text = (try? File.readText(file(slot))) ?? nil else { return nil }
    let lines = text.split(separator: "\n", maxSplits: 5, omittingEmptySubsequences: false)
    guard lines.count == 6, let run = RunID(lines[0]), let number = Int(lines[1]), let base = CommitID(hex: lines[2]),
      let size = Int(lines[3])
    else { return nil }
    return AttemptMarker(
      attempt: Attempt(ticket: TicketID(String(lines[5])), run: run, number: number), base: base, headLogSize: size,
      settledAt: CommitID(hex: lines[4]))
  }

  func write(_ slot: Slot) throws(Errno) {
    let text = "\(attempt.run)\n\(attempt.number)\n\(base)\n\(headLogSize)\n\(settledAt?.hex ?? "open")\n\(attempt.ticket.rawValue)"
    let temporary = FilePath(Self.file(slot).string + ".tmp")
    do {
      let descriptor = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: FilePermissions(rawValue: 0o600))
      _ = try descriptor.closeAfter { try descriptor.writeAll(text.utf8) }
    } catch { throw error as? Errno ?? .ioError }
    // Not forced to the disk: after a power cut the slot is simply salvaged under its own name.
    try File.rename(temporary, to: Self.file(slot))
  }

  private static func file(_ slot: Slot) -> FilePath { slot.gitFolder.appending("sage-stream-attempt") }
}
