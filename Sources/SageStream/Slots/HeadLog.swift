import Git
import Platform

/// The reflog of a worktree's HEAD, or of a branch: every commit that it stood on, and what moved it.
struct HeadLog: Sendable {
  struct Entry: Sendable, Equatable {
    let old: CommitID
    let new: CommitID
    let message: String
  }

  let entries: [Entry]

  /// Reads `logs/HEAD` of a git folder; empty where there is none.
  ///
  /// - Parameter offset: what stood there before; all of it counts as new where the file has become shorter.
  init(_ gitFolder: FilePath, after offset: Int = 0) { self.init(file: Self.file(gitFolder), after: offset) }

  /// What a branch was moved from and to, oldest first; empty where no file tells it.
  init(of branch: RefName, in commonFolder: FilePath) {
    self.init(file: commonFolder.appending("logs").appending(FilePath(branch.rawValue).components), after: 0)
  }

  private init(file: FilePath, after offset: Int) {
    let bytes = ((try? File.read(file)) ?? nil) ?? []
    entries = bytes[(offset <= bytes.count ? offset : 0)...].split(separator: UInt8(ascii: "\n")).compactMap { line in
      let text = String(decoding: line, as: UTF8.self)
      let halves = text.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      let ids = halves[0].split(separator: " ", maxSplits: 2)
      guard ids.count == 3, let old = CommitID(hex: ids[0]), let new = CommitID(hex: ids[1]) else { return nil }
      return Entry(old: old, new: new, message: halves.count == 2 ? String(halves[1]) : "")
    }
  }

  /// Where HEAD was moved to last.
  var tip: CommitID? { entries.last?.new }

  /// How long the file is now.
  static func size(_ gitFolder: FilePath) -> Int { ((try? FileStatus.of(file(gitFolder))) ?? nil)?.size ?? 0 }

  /// git appends to this file wherever it exists, whatever `core.logAllRefUpdates` says.
  static func ensureExists(_ gitFolder: FilePath) throws(Errno) {
    guard try FileStatus.of(file(gitFolder)) == nil else { return }
    try Folder.create(gitFolder.appending("logs"))
    try AtomicFile.write([], to: file(gitFolder))
  }

  private static func file(_ gitFolder: FilePath) -> FilePath { gitFolder.appending("logs").appending("HEAD") }
}
