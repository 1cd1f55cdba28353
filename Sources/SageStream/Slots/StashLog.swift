import Git
import Platform

/// The user's stash, which all worktrees share: `refs/stash` and its reflog, newest entry last.
struct StashLog: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    let commit: CommitID
    /// Who, when and what: the rest of its line.
    let rest: [UInt8]

    /// What `git stash list` shows.
    var message: String { String(decoding: rest.drop { $0 != UInt8(ascii: "\t") }.dropFirst(), as: UTF8.self) }
  }

  var entries: [Entry]

  static func read(_ commonFolder: FilePath) -> StashLog {
    let bytes = ((try? File.read(file(commonFolder))) ?? nil) ?? []
    return StashLog(
      entries: bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let commit = CommitID(hex: parts[1]) else { return nil }
        return Entry(commit: commit, rest: Array(parts[2]))
      })
  }

  /// Entries that are no longer in `later`.
  func missing(in later: StashLog) -> [Entry] { entries.filter { entry in !later.entries.contains { $0.commit == entry.commit } } }

  /// This log with what `later` has beyond it on top.
  func adding(_ later: StashLog) -> StashLog { StashLog(entries: entries + later.missing(in: self)) }

  /// Makes the stash exactly this, as git itself would write it: under the lock of `refs/stash`, the log first.
  func write(_ commonFolder: FilePath) throws(Errno) {
    guard let top = entries.last else { return }
    let reference = commonFolder.appending("refs").appending("stash")
    let lock = FilePath(reference.string + ".lock")
    do {
      let descriptor = try FileDescriptor.open(
        lock, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
      try descriptor.closeAfter {
        _ = try descriptor.writeAll("\(top.commit.hex)\n".utf8)
        try descriptor.synchronize()
      }
    } catch { throw error as? Errno ?? .ioError }
    do throws(Errno) {
      var text: [UInt8] = []
      var previous = String(repeating: "0", count: top.commit.hex.count)
      for entry in entries {
        text += Array("\(previous) \(entry.commit.hex) ".utf8) + entry.rest + [UInt8(ascii: "\n")]
        previous = entry.commit.hex
      }
      try Folder.create(Self.file(commonFolder).removingLastComponent())
      try AtomicFile.write(text, to: Self.file(commonFolder))
      try File.rename(lock, to: reference)
    } catch {
      try? File.remove(lock)
      throw error
    }
  }

  private static func file(_ commonFolder: FilePath) -> FilePath {
    commonFolder.appending("logs").appending("refs").appending("stash")
  }
}
