import Git

/// The versions of a conflicted file that both sides have, read as lines.
enum ConflictTexts {
  case text(Versions)
  case binary
  case tooLarge

  struct Versions {
    let baseID: BlobID?
    let oursID: BlobID
    let theirsID: BlobID
    let base: TextLines
    let ours: TextLines
    let theirs: TextLines
  }

  /// Nil where there is nothing to compare: one side has no file, or they are not files of one kind.
  init?(_ sides: ConflictSides, store: any ObjectStore) async throws(GitError) {
    guard let ours = sides.ours, let theirs = sides.theirs, Self.kind(ours) != nil, Self.kind(ours) == Self.kind(theirs) else { return nil }
    let oursBytes = try await store.blob(ours.id.of())
    let theirsBytes = try await store.blob(theirs.id.of())
    let base = sides.base.flatMap { Self.kind($0) == Self.kind(ours) ? $0 : nil }
    var baseBytes: [UInt8] = []
    if let base { baseBytes = try await store.blob(base.id.of()) }
    let all = [baseBytes, oursBytes, theirsBytes]
    if all.contains(where: TextLines.isBinary) {
      self = .binary
    } else if all.contains(where: { $0.count > Self.mostBytes }) {
      self = .tooLarge
    } else {
      self = .text(
        Versions(
          baseID: base?.id.of(), oursID: ours.id.of(), theirsID: theirs.id.of(), base: TextLines(baseBytes), ours: TextLines(oursBytes),
          theirs: TextLines(theirsBytes)))
    }
  }

  /// Whether an entry is a file (0) or a link (1); nil for folders and submodules.
  private static func kind(_ entry: TreeEntry) -> Int? {
    switch entry.mode {
    case .file, .executable: 0
    case .symbolicLink: 1
    default: nil
    }
  }

  private static let mostBytes = 8 << 20
}
